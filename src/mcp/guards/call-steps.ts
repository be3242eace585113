import type { SecretScanner } from '#core';
import type { CallStep } from '../types.ts';
import type { AskDeps } from './ask-interceptor.ts';
import type { InterceptorSpec } from './interceptor-spec.ts';
import { createInterceptorStep } from './interceptor-step.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { createPolicyStep, type PolicyStepOptions } from './policy-step.ts';
import { createSecretScanStep } from './secret-scan-step.ts';

export interface CallStepsOptions extends PolicyStepOptions {
  /** Undefined where calls are not logged. */
  readonly callLog: CallStep | undefined;
  readonly interceptors: readonly InterceptorSpec[];
  readonly ask: AskDeps;
  /** Asked for each call. */
  readonly blockSecrets: () => boolean;
  readonly scanner: SecretScanner;
  readonly known: KnownSecrets;
}

/**
 * What every use of a server goes through, the outermost first. The log hears of refusals too. The scan is around the interceptors, so
 * that it sees what is handed to them and what they answer, and once more inside, so that it sees what really leaves.
 */
export function createCallSteps(options: CallStepsOptions): readonly CallStep[] {
  const { callLog, interceptors, ask, blockSecrets, scanner, known } = options;
  const scan = (what: 'both' | 'arguments'): CallStep =>
    createSecretScanStep({ scanner, known, what, isOn: blockSecrets });
  return [
    ...(callLog ? [callLog] : []),
    createPolicyStep(options),
    scan('both'),
    ...interceptors.map((spec) => createInterceptorStep(spec, ask)),
    ...(interceptors.some(({ when }) => when === 'before') ? [scan('arguments')] : []),
  ];
}
