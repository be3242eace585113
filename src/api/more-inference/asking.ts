import type { BackendName } from '#inference';
import type { Engine } from '../inference/engine.ts';

/** Whom a route asks. */
export interface Asking {
  readonly engine: Engine;
  /** Named in the path. */
  readonly backend: BackendName | undefined;
}
