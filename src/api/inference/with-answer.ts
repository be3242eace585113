import { AppError, delay, type Clock } from '#core';
import type { AcquireOptions, Lease } from '#inference';
import type { ApiOptions } from '../types.ts';
import { nameModel } from './name-model.ts';
import { crashed } from './relay.ts';
import type { RunnerFactsSource } from './runner-facts.ts';
import type { Upstreams } from './upstream.ts';
import type { Answer } from './answer.ts';

/** How long a runner that closed a connection may take to be known as gone. */
const exitNoticeMs = 1000;

export type AnswerDeps = Pick<ApiOptions, 'inference' | 'models' | 'clock' | 'log'> & {
  readonly upstreams: Upstreams;
  readonly facts: RunnerFactsSource;
};

export interface RunnerCall extends AcquireOptions {
  /** At the runner: `/v1/chat/completions`, `/tokenize`. */
  readonly path: string;
  /** Its bytes, or what makes them for the runner that was granted. */
  readonly body: Buffer | ((lease: Lease) => Promise<Buffer>);
  /** Whether the answer comes as events. */
  readonly stream: boolean;
}

export interface Granted {
  readonly lease: Lease;
  /** What waiting for a place took, a load included. */
  readonly queueMs: number;
}

/**
 * Gets a place in a runner, asks it, and hands its answer to `use`; the place is given back when `use` is done. A runner that goes
 * before it answers is replaced once.
 * @throws AppError what `acquire` throws, `backend.crashed`, `request.aborted`
 */
export async function withAnswer<T>(
  call: RunnerCall,
  deps: AnswerDeps,
  use: (answer: Answer, granted: Granted) => Promise<T>,
): Promise<T> {
  const { clock, log, inference } = deps;
  for (let attempt = 1; ; attempt += 1) {
    const askedAt = clock.monotonic();
    const lease = await inference.acquire(call);
    try {
      const queueMs = clock.monotonic() - askedAt;
      const answer = await ask(call, lease, deps);
      if (answer === 'gone') {
        call.signal.throwIfAborted();
        if (attempt === 1) {
          await noticeExit(lease, { clock, signal: call.signal });
          log.warn('runner gone before it answered; trying once more', { runner: lease.runnerId, model: lease.alias });
          continue;
        }
        throw crashed();
      }
      return await use(answer, { lease, queueMs });
    } finally {
      lease.release();
    }
  }
}

/** Asks the runner; `gone` when it went before it answered. */
async function ask(
  { path, body, stream, signal }: RunnerCall,
  lease: Lease,
  { upstreams }: AnswerDeps,
): Promise<Answer | 'gone'> {
  try {
    const bytes = typeof body === 'function' ? await body(lease) : body;
    const own = lease.backend === 'vllm' ? nameModel(bytes, lease.alias) : bytes;
    return await upstreams.open({ socket: lease.socket, path, body: own, stream, signals: [signal, lease.lost] });
  } catch (error) {
    if (signal.aborted) throw new AppError('request.aborted', 'The client left.', { cause: error });
    if (error instanceof AppError && error.code !== 'backend.crashed') throw error;
    return 'gone';
  }
}

/**
 * A socket closes a moment before its process is known to be gone, and until then the scheduler would hand out a place in the
 * same dead runner. So this waits for its word, though not for long: a runner may live on and have lost only this connection.
 */
async function noticeExit(lease: Lease, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  const told = AbortSignal.any([lease.lost, signal]);
  await delay(exitNoticeMs, { clock, signal: told }).catch(() => undefined);
  signal.throwIfAborted();
}
