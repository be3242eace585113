import { mcpImageEvent, mcpServerBody, mcpServersAdded, type McpCatalogEntry, type McpImageEvent } from '#contract';
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  Stack,
  Typography,
} from '@mui/material';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import {
  CommandHint,
  cutLine,
  errorText,
  ResourceView,
  useApi,
  useInvalidate,
  useKitText,
  useResource,
} from '../../kit/index.ts';
import { paths } from './paths.ts';
import { ServerSetup } from './server-setup.tsx';
import { followEvents } from './stream.ts';
import { useMcpText, type McpText } from './text.ts';
import { profileFlag } from './use-profile.ts';

export interface AddServerProps {
  readonly servers: readonly Pick<McpCatalogEntry, 'name'>[];
  /** That they are taken from; the first that has them when absent. */
  readonly catalog?: string | undefined;
  readonly profile: string;
  readonly onClose: () => void;
  readonly onOpen: (name: string) => void;
}

type Outcome =
  | { readonly kind: 'added'; readonly problems: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string };

/**
 * Puts servers into the profile at once, shows how their images are made, and asks for what one still needs. Closing this ends nothing
 * but the waiting.
 */
export function AddServer({ servers, catalog, profile, onClose, onOpen }: AddServerProps): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const api = useApi();
  const invalidate = useInvalidate();
  const names = servers.map(({ name }) => name);
  const [only] = names.length === 1 ? names : [];
  const [event, setEvent] = useState<McpImageEvent>();
  const [outcome, setOutcome] = useState<Outcome>();
  const begin = useEffectEvent(async (signal: AbortSignal): Promise<void> => {
    try {
      const body = { servers: names, ...(catalog === undefined ? {} : { catalog }) };
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
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="add-title">
      <DialogTitle id="add-title">{t.addTitle(cutLine(names.join(', '), 80).text, profile)}</DialogTitle>
      <DialogContent>
        {!outcome && <Progress event={event} t={t} />}
        {outcome?.kind === 'failed' && <Alert severity="error">{cutLine(outcome.text).text}</Alert>}
        {outcome?.kind === 'added' && (
          <>
            {outcome.problems.map((problem) => (
              <Alert key={problem} severity="warning" sx={{ mt: 1 }}>
                {cutLine(problem).text}
              </Alert>
            ))}
            {only === undefined ? (
              <Alert severity="success">{t.addedAll(names.length)}</Alert>
            ) : (
              <StillNeeds profile={profile} name={only} />
            )}
          </>
        )}
        <CommandHint command={`gantry mcp server enable ${names.join(' ')}${profileFlag(profile)}`} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{kit.close}</Button>
        {only !== undefined && (
          <Button variant="contained" disabled={outcome?.kind !== 'added'} onClick={() => onOpen(only)}>
            {t.openServer}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** What a server that was just added wants before it can be used, in place. */
function StillNeeds({ profile, name }: { readonly profile: string; readonly name: string }): ReactNode {
  const t = useMcpText();
  const server = useResource({ path: paths.server(profile, name), schema: mcpServerBody });
  return (
    <ResourceView resource={server}>
      {(body) => {
        const wants = body.config.schemas.length + body.secrets.length + body.oauth.length > 0;
        const needsMore = body.state.startsWith('needs_');
        return (
          <Stack spacing={2}>
            <Alert severity={needsMore ? 'info' : 'success'}>{needsMore ? t.addedNeeds : t.addedReady}</Alert>
            {(wants || needsMore) && <ServerSetup server={body} />}
          </Stack>
        );
      }}
    </ResourceView>
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
