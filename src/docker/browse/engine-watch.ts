import type { Clock } from '#core';
import { followEngine } from '../follow-engine.ts';
import type { Docker } from '../types.ts';

export type EngineNews =
  | { readonly type: 'up' }
  | { readonly type: 'down' }
  | {
      readonly type: 'event';
      readonly kind: string;
      readonly action: string;
      readonly id: string;
      readonly name: string;
      /** Its name before it was renamed. */
      readonly from?: string | undefined;
    };

/** What happens on the Engine, one subscription for all who listen, and none while nobody does. */
export interface EngineWatch {
  /** Whether the Engine answers comes first, as soon as it is known. Calls the result to leave. */
  listen(listener: (news: EngineNews) => void): () => void;
}

const kinds = ['container', 'image', 'volume', 'network'];
/** Health checks and shells in containers: nothing of it shows in a list. */
const quiet = /^(?:exec_|top$|attach|resize|archive-path|extract-to-dir|export|copy)/;

export function createEngineWatch({ docker, clock }: { docker: Pick<Docker, 'events'>; clock: Clock }): EngineWatch {
  const listeners = new Set<(news: EngineNews) => void>();
  let running: AbortController | undefined;
  let state: EngineNews | undefined;

  const tell = (news: EngineNews): void => {
    for (const listener of listeners) listener(news);
  };
  const turn = (news: { readonly type: 'up' | 'down' }): void => {
    if (state?.type === news.type) return;
    state = news;
    tell(news);
  };

  async function run(signal: AbortSignal): Promise<void> {
    const noticed: Pick<Docker, 'events'> = {
      async *events(options) {
        try {
          yield* docker.events(options);
        } finally {
          if (!signal.aborted) turn({ type: 'down' });
        }
      },
    };
    for await (const event of followEngine(noticed, { clock, signal, filters: { type: kinds } })) {
      if (signal.aborted) return;
      if (event.type === 'up') turn({ type: 'up' });
      else if (!quiet.test(event.action)) {
        const { kind, action, id, attributes } = event;
        const from = attributes['oldName'];
        tell({
          type: 'event',
          kind,
          action: action.slice(0, 200),
          id,
          name: (attributes['name'] ?? '').slice(0, 300),
          // The Engine puts a slash before the one name and not before the other.
          ...(from !== undefined && { from: from.replace(/^\//, '').slice(0, 300) }),
        });
      }
    }
  }

  return {
    listen(listener) {
      listeners.add(listener);
      if (state) listener(state);
      if (!running) {
        running = new AbortController();
        run(running.signal).catch(() => turn({ type: 'down' }));
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        running?.abort();
        running = undefined;
        state = undefined;
      };
    },
  };
}
