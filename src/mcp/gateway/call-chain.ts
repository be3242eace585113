import type { CallOutcome, CallStep, ServerCall } from '../types.ts';

type Run = (call: ServerCall, signal: AbortSignal) => Promise<CallOutcome>;

/** The steps around a call, the first outermost. A step may change the call, answer in its place, or change the answer. */
export function chainSteps(steps: readonly CallStep[], last: Run): Run {
  return steps.reduceRight<Run>(
    (next, step) => (call, signal) => step.handle(call, (changed) => next(changed, signal), { signal }),
    last,
  );
}
