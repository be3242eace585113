import type { Metrics } from './types.ts';

/** Loads what counts when there is first something to count: a daemon has to be there at once, and its library takes a while to read. */
export function createMetrics(): Metrics {
  let counters: Metrics | undefined;
  let loading: Promise<Metrics> | undefined;
  const load = (): Promise<Metrics> =>
    (loading ??= import('./counters.ts').then(({ createCounters }) => (counters = createCounters())));
  const tell = (say: (metrics: Metrics) => void): void => {
    if (counters) say(counters);
    else void load().then(say);
  };
  return {
    answered: (facts) => tell((metrics) => metrics.answered(facts)),
    inference: (event) => tell((metrics) => metrics.inference(event)),
    transferred: (kind, bytes) => tell((metrics) => metrics.transferred(kind, bytes)),
    transferEnded: (kind, outcome) => tell((metrics) => metrics.transferEnded(kind, outcome)),
    runnerUnreadable: () => tell((metrics) => metrics.runnerUnreadable()),
    text: async (gauges) => await (await load()).text(gauges),
  };
}
