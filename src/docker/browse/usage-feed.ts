import { delay, isAbort, type Clock } from '#core';
import type { Asked } from './ask.ts';
import { listContainers } from './containers.ts';
import { readCounters, usageBetween, type Counters, type Usage } from './usage.ts';

export type UsageNews =
  | {
      readonly type: 'usage';
      readonly containers: ReadonlyMap<string, Usage>;
      /** Running ones that were not read. */ readonly left: number;
    }
  | { readonly type: 'failed'; readonly error: unknown };

/** What all running containers use, read for as long as somebody listens. */
export interface UsageFeed {
  /** Calls the result to leave. */
  listen(listener: (news: UsageNews) => void): () => void;
}

const everyMs = 2000;
const atOnce = 8;
/** The Engine takes milliseconds for each. */
const mostContainers = 200;

export function createUsageFeed({ docker, clock }: { docker: Asked; clock: Clock }): UsageFeed {
  const listeners = new Set<(news: UsageNews) => void>();
  let running: AbortController | undefined;
  let last: UsageNews | undefined;

  async function round(before: ReadonlyMap<string, Counters>, signal: AbortSignal): Promise<Map<string, Counters>> {
    const all = (await listContainers(docker, { signal })).filter(({ state }) => state === 'running');
    const waiting = all.slice(0, mostContainers).map(({ id }) => id);
    const read = new Map<string, Counters>();
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        // One that ended meanwhile uses nothing.
        const counters = await readCounters(docker, id, { signal }).catch(() => undefined);
        if (counters) read.set(id, counters);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    signal.throwIfAborted();
    const containers = new Map([...read].map(([id, now]) => [id, usageBetween(before.get(id), now)]));
    tell({ type: 'usage', containers, left: Math.max(0, all.length - mostContainers) });
    return read;
  }

  function tell(news: UsageNews): void {
    last = news;
    for (const listener of listeners) listener(news);
  }

  async function run(signal: AbortSignal): Promise<void> {
    let before = new Map<string, Counters>();
    while (!signal.aborted) {
      try {
        before = await round(before, signal);
      } catch (error) {
        if (signal.aborted || isAbort(error)) return;
        before = new Map();
        tell({ type: 'failed', error });
      }
      await delay(everyMs, { clock, signal }).catch(() => undefined);
    }
  }

  return {
    listen(listener) {
      listeners.add(listener);
      if (last) listener(last);
      if (!running) {
        running = new AbortController();
        void run(running.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        running?.abort();
        running = undefined;
        last = undefined;
      };
    },
  };
}
