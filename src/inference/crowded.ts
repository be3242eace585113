import type { RunnerView } from './scheduler/types.ts';

/**
 * Whether the busy thread of a load takes a processor from runners that answer. Where there is one left for it, it disturbs nobody.
 * `threadsOf` is how many threads of a runner compute.
 */
export function isCrowded(
  loading: number,
  runners: readonly Pick<RunnerView, 'runner' | 'active'>[],
  { threadsOf, cpuCount }: { threadsOf: (runner: number) => number; cpuCount: number },
): boolean {
  const answering = runners.filter(({ runner, active }) => runner !== loading && active > 0);
  const threads = answering.reduce((sum, { runner }) => sum + threadsOf(runner), 0);
  return threads > 0 && threads + 1 > cpuCount;
}
