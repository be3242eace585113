import { AppError, delay, toAppError, type Clock } from '#core';
import type { Translate } from '../messages/translate.ts';

const startLimitMs = 30_000;
const sayAfterMs = 1000;
const firstPauseMs = 20;
const longestPauseMs = 200;

/** Whether a daemon answers: `stopping` still answers and must end before another can start. */
export type DaemonState = 'running' | 'stopping' | 'down';

export interface StartDaemonDeps {
  readonly probe: () => Promise<DaemonState>;
  readonly start: () => Promise<void>;
  /** The daemon's own last error since a time, for the sentence about a failed start. */
  readonly lastError: (sinceMs: number) => Promise<string | undefined>;
  readonly notice: (line: string) => void;
  readonly clock: Clock;
  readonly t: Translate;
  readonly socket: string;
  readonly signal: AbortSignal;
}

/** Resolves when a daemon answers, starting one if there is none. @throws AppError `daemon.start_failed` */
export async function ensureDaemon(deps: StartDaemonDeps): Promise<void> {
  const { clock, t } = deps;
  const beganAt = clock.now();
  const deadline = clock.monotonic() + startLimitMs;
  let failure: { error: unknown } | undefined;
  let startedAt: number | undefined;
  let said = false;
  let pauseMs = firstPauseMs;
  for (;;) {
    const state = await deps.probe();
    if (state === 'running') return;
    const now = clock.monotonic();
    if (failure) throw await startFailed(deps, { sinceMs: beganAt, fallback: reasonOf(failure.error) });
    if (now >= deadline) {
      const fallback = t('daemon.startTimeout', { socket: deps.socket, seconds: startLimitMs / 1000 });
      throw await startFailed(deps, { sinceMs: beganAt, fallback });
    }
    if (state === 'down' && startedAt === undefined) {
      startedAt = now;
      deps.start().catch((error: unknown) => {
        failure = { error };
      });
    }
    if (!said && now - deadline + startLimitMs >= sayAfterMs) {
      said = true;
      deps.notice(t(state === 'stopping' ? 'daemon.waitingForOld' : 'daemon.starting'));
    }
    await delay(pauseMs, { clock, signal: deps.signal });
    pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
  }
}

async function startFailed(
  { lastError, t }: StartDaemonDeps,
  { sinceMs, fallback }: { sinceMs: number; fallback: string },
): Promise<AppError> {
  const reason = ((await lastError(sinceMs)) ?? fallback).replace(/[.。]$/, '');
  return new AppError('daemon.start_failed', t('daemon.startFailed', { reason: `${reason}.` }), {
    hint: t('daemon.startFailedHint'),
    params: { reason },
  });
}

function reasonOf(thrown: unknown): string {
  const error = toAppError(thrown);
  const { reason } = error.params;
  return typeof reason === 'string' ? reason : error.message;
}
