import { mcpOAuthOpen } from '#contract';
import { Alert, Box, Button, Link, Stack, TextField, Typography } from '@mui/material';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { CommandHint, useAction } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { followEvents } from './stream.ts';
import { useMcpText } from './text.ts';

/** Sends the person to the service in a tab of its own and waits until they are back. */
export function SignIn({ server, isSignedIn }: { readonly server: string; readonly isSignedIn: boolean }): ReactNode {
  const t = useMcpText();
  const [url, setUrl] = useState<string>();
  const [address, setAddress] = useState('');
  const waiting = useRef<AbortController>(undefined);
  useEffect(() => () => waiting.current?.abort(), []);
  const changes = concerned['secrets'];
  const start = useAction({
    run: async (api) => {
      waiting.current = new AbortController();
      const { signal } = waiting.current;
      try {
        await followEvents(
          api,
          { path: paths.signIn(server), method: 'POST', body: {}, signal },
          { last: 'done', on: { open: (data) => setUrl(webAddress(mcpOAuthOpen.parse(data).url)) } },
        );
      } finally {
        setUrl(undefined);
      }
    },
    changes,
    done: () => t.signedIn(server),
  });
  const paste = useAction({
    run: (api, given: string) =>
      api.send({ path: `${paths.signIn(server)}/paste`, method: 'POST', body: { address: given } }),
  });
  const revoke = useAction({
    run: (api) => api.send({ path: paths.signIn(server), method: 'DELETE' }),
    changes,
    done: () => t.revoked(server),
  });
  return (
    <Stack spacing={1.5}>
      {isSignedIn && <Alert severity="success">{t.isSignedIn}</Alert>}
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button
          variant={isSignedIn ? 'outlined' : 'contained'}
          loading={start.isRunning}
          onClick={() => void start.start()}
        >
          {isSignedIn ? t.signInAgain : t.signInAt(server)}
        </Button>
        {start.isRunning && <Button onClick={() => waiting.current?.abort()}>{t.stopWaiting}</Button>}
        {isSignedIn && (
          <Button color="error" loading={revoke.isRunning} onClick={() => void revoke.start()}>
            {t.revoke}
          </Button>
        )}
      </Box>
      {url !== undefined && (
        <>
          <Typography>
            <Link href={url} target="_blank" rel="noopener noreferrer">
              {t.openSignIn}
            </Link>
          </Typography>
          <Box sx={{ display: 'flex', gap: 1 }}>
            <TextField
              size="small"
              fullWidth
              label={t.pasteAddress}
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
            <Button disabled={address === ''} onClick={() => void paste.start(address)}>
              {t.use}
            </Button>
          </Box>
        </>
      )}
      <CommandHint command={`gantry mcp oauth ${isSignedIn ? 'revoke' : 'authorize'} ${server}`} />
    </Stack>
  );
}

/** Only pages of the web are opened, whatever a service answers. */
function webAddress(text: string): string | undefined {
  return /^https?:\/\//i.test(text) ? text : undefined;
}
