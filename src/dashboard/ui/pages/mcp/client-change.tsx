import { mcpClientChangeBody, type McpClientChangeBody, type McpClientsBody } from '#contract';
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { Diff, CommandHint, errorText, Loading, useAction, useApi, useKitText, type Api } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';
import { profileFlag, usualProfile } from './use-profile.ts';

export type Verb = 'connect' | 'disconnect' | 'undo';

export interface ClientChangeProps {
  readonly client: string;
  readonly title: string;
  readonly verb: Verb;
  readonly profile: string;
  /** Whether the client can reach a gateway at an address. */
  readonly http: McpClientsBody['clients'][number]['http'];
  /** Of a project instead of the user. */
  readonly folder: string | undefined;
  readonly onClose: () => void;
}

/** Shows what would change in a client's file, and changes that file and no other. */
export function ClientChange({ client, title, verb, profile, http, folder, onClose }: ClientChangeProps): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const api = useApi();
  const [transport, setTransport] = useState<'stdio' | 'http'>('stdio');
  const [tokenEnv, setTokenEnv] = useState('');
  const url = addressOf(profile);
  const withToken = http === 'with_token' && /^[A-Za-z_]\w*$/.test(tokenEnv);
  const wanted =
    transport === 'stdio' ? (profile === usualProfile ? {} : { profile }) : { url, ...(withToken ? { tokenEnv } : {}) };
  const [seen, setSeen] = useState<{ readonly asked: string; readonly preview: McpClientChangeBody }>();
  const [failure, setFailure] = useState<string>();
  const ask = (from: Api, more: object): Promise<McpClientChangeBody> => {
    const body = {
      ...(verb === 'connect' ? wanted : {}),
      ...(folder === undefined ? {} : { folder }),
      ...more,
    };
    return from.json({ path: paths.client(client, verb), method: 'POST', body }, mcpClientChangeBody);
  };
  const asked = JSON.stringify(wanted);
  // Nothing is written but what is shown.
  const preview = seen?.asked === asked ? seen.preview : undefined;
  const look = useEffectEvent(async (isWanted: () => boolean): Promise<void> => {
    try {
      const found = await ask(api, { dryRun: true });
      if (!isWanted()) return;
      setSeen({ asked, preview: found });
      setFailure(undefined);
    } catch (error) {
      if (isWanted()) setFailure(errorText(error, kit));
    }
  });
  useEffect(() => {
    let isWanted = true;
    void look(() => isWanted);
    return () => {
      isWanted = false;
    };
  }, [asked]);
  const change = useAction({
    run: (from, expects: string) => ask(from, { expects }),
    changes: concerned['clients'],
    done: () => t.clientDone(verb, title),
  });
  const scope = folder === undefined ? ' --global' : '';
  const flag =
    verb !== 'connect'
      ? ''
      : transport === 'stdio'
        ? profileFlag(profile)
        : ` --transport http --url '${url}'${withToken ? ` --token-env ${tokenEnv}` : ''}`;
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="client-title">
      <DialogTitle id="client-title">{t.clientTitle(verb, title)}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {verb === 'connect' && http !== 'no' && (
            <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
              <TextField
                select
                size="small"
                label={t.transport}
                value={transport}
                onChange={(event) => setTransport(event.target.value as typeof transport)}
                sx={{ minWidth: 260 }}
              >
                {(['stdio', 'http'] as const).map((one) => (
                  <MenuItem key={one} value={one}>
                    {t.transportName(one)}
                  </MenuItem>
                ))}
              </TextField>
              {transport !== 'stdio' && http === 'with_token' && (
                <TextField
                  size="small"
                  label={t.tokenVariable}
                  placeholder="GANTRY_API_KEY"
                  value={tokenEnv}
                  onChange={(event) => setTokenEnv(event.target.value)}
                />
              )}
            </Box>
          )}
          {failure !== undefined && <Alert severity="error">{failure}</Alert>}
          {!preview && failure === undefined && <Loading />}
          {preview && (
            <>
              <Typography>
                {preview.isChanged ? t.willChange : t.nothingChanges} <code>{preview.file}</code>
              </Typography>
              {preview.diff !== '' && <Diff text={preview.diff} label={t.diff} />}
              {preview.isChanged && <Typography color="text.secondary">{t.restartHint(title)}</Typography>}
            </>
          )}
          <CommandHint command={`gantry mcp client ${verb} ${client}${scope}${flag}`} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button autoFocus onClick={onClose}>
          {kit.cancel}
        </Button>
        <Button
          variant="contained"
          color={verb === 'connect' ? 'primary' : 'error'}
          disabled={!preview?.isChanged}
          loading={change.isRunning}
          onClick={() => void change.start(preview?.digest ?? '').then((ok) => ok && onClose())}
        >
          {t.clientVerb(verb)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Where this daemon serves the gateway, as this browser reaches it. */
function addressOf(profile: string): string {
  const url = new URL('/mcp', window.location.origin);
  if (profile !== usualProfile) url.searchParams.set('profile', profile);
  return url.href;
}
