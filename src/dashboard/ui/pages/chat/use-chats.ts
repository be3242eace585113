import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ChatSummary, SavedChat } from './saved.ts';
import { createChatStore } from './store.ts';

export interface Chats {
  readonly list: readonly ChatSummary[];
  /** This browser refuses to keep any, as some do in private windows. */
  readonly isRefused: boolean;
  readonly get: (id: string) => Promise<SavedChat | undefined>;
  readonly save: (chat: SavedChat) => void;
  readonly remove: (id: string) => void;
  readonly clear: () => void;
}

const channelName = 'gantry-chats';

/** The conversations that this browser keeps, in step with its other tabs. */
export function useChats(): Chats {
  const store = useMemo(() => createChatStore(indexedDB), []);
  const [list, setList] = useState<readonly ChatSummary[]>([]);
  const [isRefused, setRefused] = useState(false);
  // A chat that is deleted while it is answered would come back with its last word.
  const removed = useRef(new Set<string>());
  const refresh = useCallback(async () => {
    try {
      setList(await store.list());
    } catch {
      setRefused(true);
    }
  }, [store]);

  useEffect(() => {
    const channel = new BroadcastChannel(channelName);
    channel.addEventListener('message', () => void refresh());
    void refresh();
    return () => channel.close();
  }, [refresh]);

  return useMemo(() => {
    const changing = async (change: Promise<void>): Promise<void> => {
      try {
        await change;
        const channel = new BroadcastChannel(channelName);
        channel.postMessage('');
        channel.close();
        await refresh();
      } catch {
        setRefused(true);
      }
    };
    return {
      list,
      isRefused,
      get: (id) => store.get(id).catch(() => undefined),
      save(chat) {
        if (!removed.current.has(chat.id)) void changing(store.put(chat));
      },
      remove(id) {
        removed.current.add(id);
        void changing(store.remove(id));
      },
      clear() {
        for (const { id } of list) removed.current.add(id);
        void changing(store.clear());
      },
    };
  }, [list, isRefused, store, refresh]);
}
