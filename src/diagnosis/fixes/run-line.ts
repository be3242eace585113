import { readEvidence } from '../evidence/read-evidence.ts';
import { runLine } from './recreate.ts';
import { shellLine } from './shell.ts';

/** `docker run` as a container was made, from what the Engine says about it and its image. Values of secrets are left out. */
export function runLineOf(inspect: unknown, image: unknown): string {
  return shellLine(runLine(readEvidence({ target: '', inspect, image }), {}));
}
