import { AppError, isAbort, toAppError, type Clock, type ErrorParams } from '#core';

/** Parts of a server's start, as its failures name them. */
export type Phase = 'image' | 'secrets' | 'network' | 'create' | 'start' | 'run';

/** A failure of a server as its user sees it: which server, where in its start, and why. */
export function serverFailed(server: string, { phase, reason, sentence, hint, params, cause }: Failure): AppError {
  return new AppError('mcp.server_failed', sentence, {
    hint: hint ?? (cause instanceof AppError ? cause.hint : undefined),
    params: { ...(cause instanceof AppError ? cause.params : {}), ...params, reason, phase, server },
    cause,
  });
}

export interface Failure {
  readonly phase: Phase;
  readonly reason: string;
  readonly sentence: string;
  readonly hint?: string | undefined;
  /** Variable parts of the sentence. */
  readonly params?: ErrorParams | undefined;
  readonly cause?: unknown;
}

const doing: Readonly<Record<Phase, string>> = {
  image: 'get its image',
  secrets: 'get its secrets',
  network: 'make its network',
  create: 'make its container',
  start: 'start its container',
  run: 'run',
};

export interface PhaseOptions {
  readonly server: string;
  readonly phase: Phase;
  readonly limitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** One part of a start, with a limit of time. A failure is told as the server's, with the part that it happened in. */
export async function inPhase<Result>(
  { server, phase, limitMs, clock, signal }: PhaseOptions,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const cancel = clock.schedule(limitMs, () => limit.abort());
  try {
    return await work(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    if (limit.signal.aborted && isAbort(error)) {
      const seconds = Math.round(limitMs / 1000);
      throw serverFailed(server, {
        phase,
        reason: `timeout_${phase}`,
        sentence: `${server} failed to ${doing[phase]} within ${seconds} s.`,
        hint: 'See whether the Docker Engine answers: docker info',
        params: { seconds },
        cause: error,
      });
    }
    const cause = toAppError(error);
    if (cause.code === 'mcp.server_failed' || cause.code.startsWith('secret.') || cause.code.startsWith('signature.'))
      throw cause;
    throw serverFailed(server, {
      phase,
      reason: `engine_${phase}`,
      sentence: `${server} failed to ${doing[phase]}: ${cause.message}`,
      params: { detail: cause.message },
      cause,
    });
  } finally {
    cancel();
  }
}
