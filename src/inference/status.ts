import { AppError, type Clock } from '#core';
import type { Member } from './fleet.ts';
import type { RunnerView, Time } from './scheduler/types.ts';
import type { RunnerStatus, Runtimes } from './types.ts';

/** One row of /engines/ps; the scheduler's times become times of day. */
export function statusOf(
  view: RunnerView,
  { member, backend, modelName, clock }: { member: Member; backend: string; modelName: string; clock: Clock },
): RunnerStatus {
  const toUnixMs = (time: Time | undefined): number | undefined =>
    time === undefined ? undefined : Math.round(clock.now() + time - clock.monotonic());
  const { planned } = member;
  return {
    id: member.id,
    backend,
    modelId: planned.modelId,
    modelName,
    mode: planned.mode,
    state: view.state,
    activeRequests: view.active,
    queuedRequests: view.queued,
    lastUsed: toUnixMs(view.lastUsed),
    expiresAt: toUnixMs(view.expiresAt),
    keepAliveMs: view.keepAliveMs,
    pid: member.pid,
    estimatedBytes: view.spec.bytes,
    config: planned.config,
  };
}

/** The line of /engines/status. */
export async function runtimeText(runtimes: Pick<Runtimes, 'select'>): Promise<string> {
  try {
    const { name, version } = await runtimes.select();
    return `Running: llama.cpp ${version} (${name})`;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const absent = error.code === 'runtime.not_installed' || error.code === 'runtime.not_found';
    return `${absent ? 'Not Installed' : 'Error'}: ${error.message}`;
  }
}
