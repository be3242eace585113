import { mcpClientChangeBody, type McpClientChangeBody } from '#contract';
import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, Typography } from '@mui/material';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { CommandHint, errorText, Loading, useAction, useApi, useKitText, type Api } from '../../kit/index.ts';
import { Diff } from './diff.tsx';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';
import { profileFlag, usualProfile } from './use-profile.ts';

export type Verb = 'connect' | 'disconnect' | 'undo';

export interface ClientChangeProps {
  readonly client: string;
  readonly title: string;
  readonly verb: Verb;
  readonly profile: string;
  /** Of a project instead of the user. */
  readonly folder: string | undefined;
  readonly onClose: () => void;
}

/** Shows what would change in a client's file, and changes that file and no other. */
export function ClientChange({ client, title, verb, profile, folder, onClose }: ClientChangeProps): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const api = useApi();
  const [preview, setPreview] = useState<McpClientChangeBody>();
  const [failure, setFailure] = useState<string>();
  const ask = (from: Api, more: object): Promise<McpClientChangeBody> => {
    const named = verb === 'connect' && profile !== usualProfile ? { profile } : {};
    const body = { ...named, ...(folder === undefined ? {} : { folder }), ...more };
    return from.json({ path: paths.client(client, verb), method: 'POST', body }, mcpClientChangeBody);
  };
  const look = useEffectEvent(() =>
    ask(api, { dryRun: true }).then(setPreview, (error: unknown) => setFailure(errorText(error, kit))),
  );
  useEffect(() => void look(), []);
  const change = useAction({
    run: (from, expects: string) => ask(from, { expects }),
    changes: concerned['clients'],
    done: () => t.clientDone(verb, title),
  });
  const scope = folder === undefined ? ' --global' : '';
  const flag = verb === 'connect' ? profileFlag(profile) : '';
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="client-title">
      <DialogTitle id="client-title">{t.clientTitle(verb, title)}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
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
