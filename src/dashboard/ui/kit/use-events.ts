import { useEffect, useEffectEvent, useState } from 'react';
import type { ZodType } from 'zod';
import type { Api } from './api.ts';
import { useApi } from './environment.tsx';

/** `waiting`: the connection is lost, and is tried again soon. */
export type StreamState = 'connecting' | 'open' | 'waiting' | 'off';

const firstDelayMs = 500;
const mostDelayMs = 15_000;

export interface StreamOptions {
  /** False: not now. */
  readonly enabled?: boolean | undefined;
  /** Whatever changes here begins the stream anew. */
  readonly key: string;
}

/**
 * Follows something that goes on: `open` gives its parts, `onPart` takes them. When it breaks off or ends it is opened again, each time
 * later, and at once when the network is back. It ends with the component.
 */
export function useStream<T>(
  open: (api: Api, signal: AbortSignal) => AsyncIterable<T>,
  onPart: (part: T) => void,
  { enabled = true, key }: StreamOptions,
): StreamState {
  const api = useApi();
  const [state, setState] = useState<StreamState>('connecting');
  const begin = useEffectEvent((signal: AbortSignal) => open(api, signal));
  const take = useEffectEvent((part: T) => onPart(part));
  useEffect(() => {
    if (!enabled) return;
    const gone = new AbortController();
    const follow = async (): Promise<void> => {
      let delayMs = firstDelayMs;
      while (!gone.signal.aborted) {
        setState('connecting');
        try {
          for await (const part of begin(gone.signal)) {
            if (gone.signal.aborted) return;
            setState('open');
            delayMs = firstDelayMs;
            take(part);
          }
        } catch {
          // Whoever shows the page says that the daemon is away; here it is only tried again.
        }
        if (gone.signal.aborted) return;
        setState('waiting');
        await pause(delayMs, gone.signal);
        delayMs = Math.min(delayMs * 2, mostDelayMs);
      }
    };
    void follow();
    return () => gone.abort();
  }, [enabled, key]);
  return enabled ? state : 'off';
}

/** Server-sent events of a path, each parsed; what does not fit the schema is left out. */
export function useEvents<T>(
  { path, schema, enabled }: { path: string; schema: ZodType<T>; enabled?: boolean | undefined },
  onEvent: (value: T) => void,
): StreamState {
  return useStream(
    async function* (api, signal) {
      for await (const { data } of api.events({ path, signal })) {
        const parsed = schema.safeParse(parseJson(data));
        if (parsed.success) yield parsed.data;
      }
    },
    onEvent,
    { key: path, enabled },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
    window.addEventListener('online', end, { once: true, signal });
  });
}
