import type { Machine } from './machine.ts';

export interface Threads {
  readonly threads: number;
  readonly batchThreads: number;
}

/**
 * Generation waits for memory and for its slowest thread: one thread per fast physical core. Prompt processing is
 * arithmetic: one per physical core, slow ones included. A container's CPU quota, rounded down, bounds both, because
 * threads that get throttled hold up all others.
 */
export function fitThreads({ coreCount, performanceCoreCount, cpuQuota }: Machine): Threads {
  const limit = cpuQuota === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(cpuQuota));
  const within = (cores: number): number => Math.max(1, Math.min(cores, limit));
  return { threads: within(performanceCoreCount), batchThreads: within(coreCount) };
}
