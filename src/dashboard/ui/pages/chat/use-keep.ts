import { useEffect, useEffectEvent, useRef } from 'react';
import type { SavedChat } from './saved.ts';

const intervalMs = 1000;

/** Keeps a chat from its first question on: when it is asked, answered or left, and every second meanwhile. */
export function useKeep(
  chat: Omit<SavedChat, 'changedAt'>,
  { isAnswering, onSave }: { readonly isAnswering: boolean; readonly onSave: (chat: SavedChat) => void },
): void {
  const [first, second] = chat.panes;
  const parts = [first?.thread, second?.thread, first?.model, second?.model, chat.options];
  const last = useRef<readonly unknown[]>(parts);
  const keep = useEffectEvent(() => {
    const isSame = parts.every((part, at) => part === last.current[at]);
    if (isSame || (first?.thread.nodes.length ?? 0) === 0) return;
    last.current = parts;
    onSave({ ...chat, changedAt: Date.now() });
  });
  useEffect(() => keep(), [isAnswering]);
  useEffect(() => {
    const timer = setInterval(() => keep(), intervalMs);
    const leave = (): void => keep();
    window.addEventListener('pagehide', leave);
    return () => {
      keep();
      clearInterval(timer);
      window.removeEventListener('pagehide', leave);
    };
  }, []);
}
