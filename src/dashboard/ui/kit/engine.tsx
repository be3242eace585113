import { engineNews, type EngineNewsBody } from '#contract';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useEffectEvent, useMemo, useState, type ReactNode } from 'react';
import { askAgain } from './ask-again.ts';
import { useEvents } from './use-events.ts';

/** `unknown`: nobody looks, or the daemon is away. */
export type EngineState = 'unknown' | 'up' | 'down';

interface EngineFeed {
  readonly state: EngineState;
  /** Calls the result to leave. */
  readonly listen: (listener: (news: EngineNewsBody) => void) => () => void;
}

const EngineContext = createContext<EngineFeed>({ state: 'unknown', listen: () => () => undefined });

/** Follows the Engine for all below, over one connection, while the page can be seen and is one that needs it. */
export function EngineProvider(props: { readonly isNeeded: boolean; readonly children: ReactNode }): ReactNode {
  const { isNeeded, children } = props;
  const [state, setState] = useState<EngineState>('unknown');
  const isSeen = usePageSeen();
  const [listeners] = useState(() => new Set<(news: EngineNewsBody) => void>());
  const stream = useEvents(
    { path: '/gantry/docker/events', schema: engineNews, enabled: isSeen && isNeeded },
    (news) => {
      if (news.type !== 'event') setState(news.type);
      for (const listener of listeners) listener(news);
    },
  );
  const isLost = stream === 'waiting' || stream === 'off';
  const feed = useMemo<EngineFeed>(
    () => ({
      state: isLost ? 'unknown' : state,
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [isLost, state, listeners],
  );
  return <EngineContext value={feed}>{children}</EngineContext>;
}

export function useEngineState(): EngineState {
  return use(EngineContext).state;
}

/** Events come in crowds: a compose project that starts is dozens. */
const gatherMs = 300;

/** Asks the resources whose paths begin so again whenever something of these kinds happens on the Engine, or when it comes back. */
export function useEngine(kinds: readonly string[], beginnings: readonly string[]): void {
  const client = useQueryClient();
  const { listen } = use(EngineContext);
  const isConcerned = useEffectEvent(
    // What happened while it was away, or while nobody looked, is not told.
    (news: EngineNewsBody) => news.type !== 'event' || kinds.includes(news.kind),
  );
  const refresh = useEffectEvent(() => void askAgain(client, beginnings));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = listen((news) => {
      if (!isConcerned(news)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        refresh();
      }, gatherMs);
    });
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [listen]);
}

/** Hears what happens on the Engine, each thing as it comes. */
export function useEngineEvents(onEvent: (event: Extract<EngineNewsBody, { type: 'event' }>) => void): void {
  const { listen } = use(EngineContext);
  const take = useEffectEvent((news: EngineNewsBody) => {
    if (news.type === 'event') onEvent(news);
  });
  useEffect(() => listen((news) => take(news)), [listen]);
}

/** Whether the page can be seen: what goes on need not be followed behind other windows. */
export function usePageSeen(): boolean {
  const [isSeen, setSeen] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = (): void => setSeen(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isSeen;
}
