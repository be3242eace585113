import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Transfer } from './transfers.tsx';

type News =
  | { readonly kind: 'state'; readonly transfer: Transfer }
  | { readonly kind: 'gone' | 'cancel'; readonly id: string }
  /** A tab was opened and wants to know what is on its way. */
  | { readonly kind: 'hello' };

const channelName = 'gantry-transfers';

export interface SharedTransfers {
  /** What other tabs are at. */
  readonly others: readonly Transfer[];
  readonly cancelOther: (id: string) => void;
  readonly dismissOther: (id: string) => void;
}

/** Tells the other tabs of this browser what is on its way in this one, and this one what is in them. */
export function useSharedTransfers(own: readonly Transfer[], onCancel: (id: string) => void): SharedTransfers {
  const [others, setOthers] = useState<readonly Transfer[]>([]);
  const channel = useRef<BroadcastChannel>(undefined);
  const told = useRef<readonly Transfer[]>([]);
  const tell = (news: News): void => channel.current?.postMessage(news);

  const hear = useEffectEvent(({ data }: MessageEvent<News>) => {
    switch (data.kind) {
      case 'state': {
        const { transfer } = data;
        setOthers((all) =>
          all.some(({ id }) => id === transfer.id)
            ? all.map((one) => (one.id === transfer.id ? transfer : one))
            : [...all, transfer],
        );
        break;
      }
      case 'gone':
        setOthers((all) => all.filter(({ id }) => id !== data.id));
        break;
      case 'cancel':
        onCancel(data.id);
        break;
      case 'hello':
        for (const transfer of own) tell({ kind: 'state', transfer });
    }
  });
  const leave = useEffectEvent(() => {
    for (const { id } of own) tell({ kind: 'gone', id });
  });

  useEffect(() => {
    const opened = new BroadcastChannel(channelName);
    channel.current = opened;
    opened.addEventListener('message', (message) => hear(message));
    opened.postMessage({ kind: 'hello' });
    const away = (): void => leave();
    window.addEventListener('pagehide', away);
    return () => {
      window.removeEventListener('pagehide', away);
      opened.close();
    };
  }, []);
  useEffect(() => {
    for (const transfer of own) if (!told.current.includes(transfer)) tell({ kind: 'state', transfer });
    for (const { id } of told.current) if (!own.some((one) => one.id === id)) tell({ kind: 'gone', id });
    told.current = own;
  }, [own]);

  return {
    others,
    cancelOther: (id) => tell({ kind: 'cancel', id }),
    dismissOther: (id) => setOthers((all) => all.filter((one) => one.id !== id)),
  };
}
