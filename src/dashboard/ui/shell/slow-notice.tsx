import { Alert, Box, Button } from '@mui/material';
import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useShellText } from './shell-text.ts';

/** An answer that takes longer than this is said to be waited for. */
const patienceMs = 2000;

/** Says that something is still waited for, above the page and without moving it; what hangs can be asked anew. */
export function SlowNotice(): ReactNode {
  const t = useShellText();
  const client = useQueryClient();
  const slow = useSlowQueries(client);
  return (
    <Box
      role="status"
      aria-live="polite"
      sx={{ position: 'fixed', left: { xs: 16, md: 236 }, bottom: 16, zIndex: 1400, maxWidth: 'calc(100vw - 32px)' }}
    >
      {slow.length > 0 && (
        <Alert
          severity="info"
          variant="outlined"
          sx={{ bgcolor: 'background.paper', boxShadow: 4 }}
          action={
            <Button color="inherit" size="small" onClick={() => void askAgain(client, slow)}>
              {t.askAgain}
            </Button>
          }
        >
          {t.stillWaiting}
        </Alert>
      )}
    </Box>
  );
}

async function askAgain(client: QueryClient, slow: readonly Query[]): Promise<void> {
  const predicate = (query: Query): boolean => slow.includes(query);
  // What hangs is given up first: a question under way is not asked twice.
  await client.cancelQueries({ predicate });
  await client.refetchQueries({ predicate });
}

function useSlowQueries(client: QueryClient): readonly Query[] {
  const [slow, setSlow] = useState<readonly Query[]>([]);
  useEffect(() => {
    const cache = client.getQueryCache();
    const timers = new Map<Query, ReturnType<typeof setTimeout>>();
    const forget = (query: Query): void => {
      clearTimeout(timers.get(query));
      timers.delete(query);
      setSlow((before) => (before.includes(query) ? before.filter((one) => one !== query) : before));
    };
    const begin = (query: Query): void => {
      forget(query);
      timers.set(
        query,
        setTimeout(() => setSlow((before) => [...before, query]), patienceMs),
      );
    };
    const leave = cache.subscribe((event) => {
      if (event.type === 'removed') forget(event.query);
      else if (event.type === 'updated' && event.action.type === 'fetch') begin(event.query);
      else if (event.type === 'updated' && event.query.state.fetchStatus === 'idle') forget(event.query);
    });
    for (const query of cache.getAll()) if (query.state.fetchStatus === 'fetching') begin(query);
    return () => {
      leave();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [client]);
  return slow;
}
