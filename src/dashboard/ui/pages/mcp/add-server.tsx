import { mcpImageEvent, mcpServersAdded, type McpCatalogEntry, type McpImageEvent } from '#contract';
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  Typography,
} from '@mui/material';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { CommandHint, cutLine, errorText, useApi, useInvalidate, useKitText } from '../../kit/index.ts';
import { paths } from './paths.ts';
import { followEvents } from './stream.ts';
import { useMcpText, type McpText } from './text.ts';
import { profileFlag } from './use-profile.ts';

export interface AddServerProps {
  readonly server: Pick<McpCatalogEntry, 'name' | 'ref' | 'needs'>;
  readonly profile: string;
  readonly onClose: () => void;
  readonly onSetUp: (name: string) => void;
}

type Outcome =
  | { readonly kind: 'added'; readonly problems: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string };

/** Puts a server into the profile at once, and shows how its image is made. Closing this ends nothing but the waiting. */
export function AddServer({ server, profile, onClose, onSetUp }: AddServerProps): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const api = useApi();
  const invalidate = useInvalidate();
  const [event, setEvent] = useState<McpImageEvent>();
  const [outcome, setOutcome] = useState<Outcome>();
  const begin = useEffectEvent(async (signal: AbortSignal): Promise<void> => {
    try {
      const body = { servers: [server.name], catalog: server.ref };
      const done = await followEvents(
        api,
        { path: paths.servers(profile), method: 'POST', body, signal },
        { last: 'done', on: { image: (data) => setEvent(mcpImageEvent.safeParse(data).data) } },
      );
      const { problems } = mcpServersAdded.parse(done);
      setOutcome({ kind: 'added', problems: problems.map(({ message }) => message) });
    } catch (error) {
      if (!signal.aborted) setOutcome({ kind: 'failed', text: errorText(error, kit) });
    } finally {
      await invalidate([paths.profiles]);
    }
  });
  useEffect(() => {
    const gone = new AbortController();
    void begin(gone.signal);
    return () => gone.abort();
  }, []);
  const { config, secrets, oauth } = server.needs;
  const needsMore = config.length + secrets.length + oauth.length > 0;
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="add-title">
      <DialogTitle id="add-title">{t.addTitle(cutLine(server.name, 80).text, profile)}</DialogTitle>
      <DialogContent>
        {!outcome && <Progress event={event} t={t} />}
        {outcome?.kind === 'failed' && <Alert severity="error">{cutLine(outcome.text).text}</Alert>}
        {outcome?.kind === 'added' && (
          <>
            <Alert severity="success">{needsMore ? t.addedNeeds : t.addedReady}</Alert>
            {outcome.problems.map((problem) => (
              <Alert key={problem} severity="warning" sx={{ mt: 1 }}>
                {cutLine(problem).text}
              </Alert>
            ))}
          </>
        )}
        <CommandHint command={`gantry mcp server enable ${server.name}${profileFlag(profile)}`} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{kit.close}</Button>
        <Button variant="contained" autoFocus disabled={outcome?.kind !== 'added'} onClick={() => onSetUp(server.name)}>
          {needsMore ? t.setUp : t.openServer}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Progress({ event, t }: { readonly event: McpImageEvent | undefined; readonly t: McpText }): ReactNode {
  const { type, done = 0, total = 0 } = event ?? {};
  const share = type === 'packages' && total > 0 ? (done / total) * 100 : undefined;
  const text = type === undefined ? t.adding : t.imageStep(type, done, total);
  return (
    <>
      <Typography role="status">{text}</Typography>
      <LinearProgress
        aria-label={text}
        sx={{ my: 2 }}
        {...(share !== undefined && { variant: 'determinate', value: share })}
      />
    </>
  );
}
