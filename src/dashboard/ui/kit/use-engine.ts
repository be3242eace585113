import { useQueryClient } from '@tanstack/react-query';
import { engineNews } from '#contract';
import { useEffect, useRef, useState } from 'react';
import { useEvents } from './use-events.ts';
import { concerns } from './use-resource.ts';

/** Events come in crowds: a compose project that starts is dozens. */
const gatherMs = 300;

export type EngineState = 'unknown' | 'up' | 'down';

/** Asks the resources whose paths begin so again whenever something of these kinds happens on the Engine, and says how it is. */
export function useEngine(kinds: readonly string[], beginnings: readonly string[]): EngineState {
  const client = useQueryClient();
  const [state, setState] = useState<EngineState>('unknown');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const askAgain = (): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ predicate: ({ queryKey }) => concerns(queryKey, beginnings) });
    }, gatherMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const isSeen = usePageSeen();
  useEvents({ path: '/gantry/docker/events', schema: engineNews, enabled: isSeen }, (news) => {
    if (news.type === 'event') {
      if (kinds.includes(news.kind)) askAgain();
      return;
    }
    // What happened while it was away, or while nobody looked, is not told.
    askAgain();
    setState(news.type);
  });
  return state;
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
