import { AppError, type Clock } from '#core';
import type { Member } from './fleet.ts';
import type { RunnerView, Time } from './scheduler/types.ts';
import type { BackendName, RunnerStatus, Runtimes } from './types.ts';

/** One row of /engines/ps; the scheduler's times become times of day. */
export function statusOf(
  view: RunnerView,
  { member, modelName, clock }: { member: Member; modelName: string; clock: Clock },
): RunnerStatus {
  const toUnixMs = (time: Time | undefined): number | undefined =>
    time === undefined ? undefined : Math.round(clock.now() + time - clock.monotonic());
  const { planned } = member;
  return {
    id: member.id,
    backend: planned.backend,
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
    socket: member.socket,
    estimatedBytes: view.spec.bytes,
    config: planned.config,
  };
}

/** The lines of /engines/status: the backends that docker/model-runner names, also those that nothing here runs. */
export async function backendTexts(runtimes: Pick<Runtimes, 'select'>): Promise<Readonly<Record<string, string>>> {
  const [llamaCpp, vllm] = await Promise.all([runtimeText('llama.cpp', runtimes), runtimeText('vllm', runtimes)]);
  const absent = 'Not Installed: Gantry does not run it';
  return { diffusers: absent, 'llama.cpp': llamaCpp, mlx: absent, sglang: absent, vllm };
}

async function runtimeText(backend: BackendName, runtimes: Pick<Runtimes, 'select'>): Promise<string> {
  try {
    const { name, version } = await runtimes.select(backend);
    return `Running: ${backend} ${version} (${name})`;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const absent = error.code === 'runtime.not_installed' || error.code === 'runtime.not_found';
    return `${absent ? 'Not Installed' : 'Error'}: ${error.message}`;
  }
}
