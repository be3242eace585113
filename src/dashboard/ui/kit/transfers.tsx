import { progressLine, type ProgressLine } from '#contract';
import { createContext, use, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Api, ApiRequest } from './api.ts';
import { useApi } from './environment.tsx';
import { tellError, useKitText } from './errors.ts';
import { afterLine, begun, type TransferState } from './transfer.ts';
import { useSharedTransfers } from './shared-transfers.ts';
import { lineTellerIn } from './tell-error.ts';
import { useLanguage } from './text.tsx';
import { useInvalidate } from './use-resource.ts';

export interface TransferRequest {
  /** What people call it: `Pull ai/smollm2`. */
  readonly title: string;
  /** Answered with lines of progress. */
  readonly request: Omit<ApiRequest, 'signal'>;
  /** Said when it was cancelled: what is kept of it. */
  readonly kept?: string | undefined;
  /** Where one goes on once it is done, and where one tries again when it failed. */
  readonly leadsTo?: { readonly done: Place; readonly failed: Place } | undefined;
  /** As `useAction` has it. */
  readonly changes?: readonly string[] | undefined;
  /** Other lines than the daemon's own. */
  readonly lines?: ((api: Api, signal: AbortSignal) => AsyncIterable<ProgressLine>) | undefined;
}

export interface Place {
  /** Below `/dashboard`. */
  readonly path: string;
  /** What the page there is given, plain data. */
  readonly state?: unknown;
}

export interface Transfer {
  /** Unlike any in another tab. */
  readonly id: string;
  readonly title: string;
  readonly leadsTo: TransferRequest['leadsTo'];
  readonly state: TransferState;
}

export interface Transfers {
  readonly list: readonly Transfer[];
  /** Goes on while pages are changed. Ends with the tab: what the daemon has by then it keeps and takes up again. Other tabs see it too. */
  readonly start: (request: TransferRequest) => void;
  readonly cancel: (id: string) => void;
  readonly dismiss: (id: string) => void;
}

const TransfersContext = createContext<Transfers>({
  list: [],
  start: () => undefined,
  cancel: () => undefined,
  dismiss: () => undefined,
});

/** Pulls, pushes and whatever else moves bytes and takes long. */
export function useTransfers(): Transfers {
  return use(TransfersContext);
}

export function TransfersProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const api = useApi();
  const kit = useKitText();
  const { language } = useLanguage();
  const invalidate = useInvalidate();
  const [list, setList] = useState<readonly Transfer[]>([]);
  const running = useRef(new Map<string, AbortController>());
  const next = useRef(0);
  const [tab] = useState(newTabName);
  const { others, cancelOther, dismissOther } = useSharedTransfers(list, (id) => running.current.get(id)?.abort());

  const transfers = useMemo<Transfers>(() => {
    const update = (id: string, change: (before: TransferState) => TransferState): void =>
      setList((all) => all.map((one) => (one.id === id ? { ...one, state: change(one.state) } : one)));
    const follow = async (id: string, { request, changes = [], lines, kept }: TransferRequest): Promise<void> => {
      const stop = new AbortController();
      running.current.set(id, stop);
      const { signal } = stop;
      try {
        const parts = lines?.(api, signal) ?? api.lines({ ...request, signal }, progressLine);
        const tell = await lineTellerIn(language);
        for await (const line of parts) update(id, (before) => afterLine(before, tell(line), performance.now()));
        // An answer that ends without a last word broke off.
        update(id, (before) =>
          before.state === 'running' ? { state: 'failed', message: kit.brokeOff, hint: kit.brokeOffHint } : before,
        );
      } catch (error) {
        const told = tellError(error, kit);
        update(id, () => (signal.aborted ? { state: 'cancelled', hint: kept } : { state: 'failed', ...told }));
      } finally {
        running.current.delete(id);
        await invalidate(changes);
      }
    };
    return {
      list: [...list, ...others],
      start(request) {
        next.current += 1;
        const id = `${tab}-${next.current}`;
        setList((all) => [...all, { id, title: request.title, leadsTo: request.leadsTo, state: begun }]);
        void follow(id, request);
      },
      cancel(id) {
        running.current.get(id)?.abort();
        if (others.some((one) => one.id === id)) cancelOther(id);
      },
      dismiss(id) {
        setList((all) => all.filter((one) => one.id !== id));
        dismissOther(id);
      },
    };
  }, [api, kit, language, invalidate, list, others, tab, cancelOther, dismissOther]);
  return <TransfersContext value={transfers}>{children}</TransfersContext>;
}

function newTabName(): string {
  return crypto.getRandomValues(new Uint32Array(2)).join('-');
}
