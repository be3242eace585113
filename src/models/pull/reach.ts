import { AppError, toAppError, type Clock, type ErrorCode } from '#core';

const outOfReach: ReadonlySet<ErrorCode> = new Set(['source.unreachable', 'source.stalled']);

/** Whether a source could not be talked to at all; an answer, even a refusal, is not that. */
export function isOutOfReach(error: unknown): error is AppError {
  return error instanceof AppError && outOfReach.has(error.code);
}

/** Gives a first contact only so long. @throws AppError `source.unreachable` */
export async function withDeadline<T>(
  task: (signal: AbortSignal) => Promise<T>,
  { clock, signal, limitMs, host }: { clock: Clock; signal: AbortSignal; limitMs: number; host: string },
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.schedule(limitMs, () => late.abort());
  try {
    return await task(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
    const seconds = limitMs / 1000;
    throw new AppError('source.unreachable', `${host} did not answer within ${seconds} seconds.`, {
      hint: 'Check the network connection and the proxy settings.',
      params: { host, seconds },
      cause: toAppError(error),
    });
  } finally {
    cancel();
  }
}
