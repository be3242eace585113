import { Alert, Snackbar } from '@mui/material';
import { createContext, use, useMemo, useState, type ReactNode } from 'react';

export interface Toast {
  readonly text: string;
  readonly kind: 'success' | 'error' | 'info';
}

export interface Toasts {
  say(toast: Toast): void;
}

const ToastsContext = createContext<Toasts>({ say: () => undefined });

export function useToasts(): Toasts {
  return use(ToastsContext);
}

const shownMs = 6000;

/** Says what happened, below, one after the other. Errors stay until they are closed. */
export function ToastsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [queue, setQueue] = useState<readonly (Toast & { id: number })[]>([]);
  const toasts = useMemo<Toasts>(() => {
    let next = 0;
    return { say: (toast) => setQueue((before) => [...before.slice(-4), { ...toast, id: (next += 1) }]) };
  }, []);
  const [first] = queue;
  const close = (): void => setQueue((before) => before.slice(1));
  return (
    <ToastsContext value={toasts}>
      {children}
      {first && (
        <Snackbar
          key={first.id}
          open
          anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
          autoHideDuration={first.kind === 'error' ? null : shownMs}
          onClose={(_event, reason) => {
            if (reason !== 'clickaway') close();
          }}
        >
          <Alert
            severity={first.kind}
            variant="outlined"
            onClose={close}
            sx={{ maxWidth: 560, bgcolor: 'background.paper', overflowWrap: 'anywhere' }}
          >
            {first.text}
          </Alert>
        </Snackbar>
      )}
    </ToastsContext>
  );
}
