import { Alert, Stack } from '@mui/material';
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';

export interface Toast {
  readonly text: string;
  readonly kind: 'success' | 'error' | 'info';
}

export interface Toasts {
  readonly say: (toast: Toast) => void;
}

/** One that was said, and when. */
export type Notice = Toast & { readonly id: number; readonly atMs: number };

const ToastsContext = createContext<Toasts>({ say: () => undefined });

export function useToasts(): Toasts {
  return use(ToastsContext);
}

const NoticesContext = createContext<readonly Notice[]>([]);

/** The last ones, in their order, those that are not shown any more included. */
export function useNotices(): readonly Notice[] {
  return use(NoticesContext);
}

const mostKept = 50;
const shownMs = 6000;
const mostShown = 4;

type Shown = Toast & { readonly id: number };

/** Says below what happened. Errors stay until they are closed or others take their place. */
export function ToastsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const { toasts, close } = useMemo(() => {
    let next = 0;
    return {
      toasts: {
        say(toast: Toast) {
          next += 1;
          const said = { ...toast, id: next, atMs: Date.now() };
          setShown((before) => [...before, said].slice(-mostShown));
          setNotices((before) => [...before, said].slice(-mostKept));
        },
      },
      close: (id: number) => setShown((before) => before.filter((one) => one.id !== id)),
    };
  }, []);
  return (
    <ToastsContext value={toasts}>
      <NoticesContext value={notices}>{children}</NoticesContext>
      <Stack
        role="status"
        aria-live="polite"
        spacing={1}
        sx={{ position: 'fixed', right: 16, bottom: 16, zIndex: 1500, maxWidth: 'min(560px, calc(100vw - 32px))' }}
      >
        {shown.map((toast) => (
          <ToastRow key={toast.id} toast={toast} onClose={close} />
        ))}
      </Stack>
    </ToastsContext>
  );
}

function ToastRow({ toast, onClose }: { readonly toast: Shown; readonly onClose: (id: number) => void }): ReactNode {
  const { id, kind, text } = toast;
  useEffect(() => {
    if (kind === 'error') return;
    const timer = setTimeout(() => onClose(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, kind, onClose]);
  return (
    <Alert
      severity={kind}
      variant="outlined"
      onClose={() => onClose(id)}
      sx={{ bgcolor: 'background.paper', boxShadow: 4, overflowWrap: 'anywhere' }}
    >
      {text}
    </Alert>
  );
}
