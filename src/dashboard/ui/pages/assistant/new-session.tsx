import { Box, Chip, Stack, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { assistantSessionBody, assistantSessionListBody, type AssistantStateBody } from '#contract';
import {
  CommandHint,
  errorText,
  useApi,
  useEnvironment,
  useInvalidate,
  useKitText,
  useResource,
  useToasts,
} from '../../kit/index.ts';
import { Composer } from './composer.tsx';
import { FolderDialog } from './folder-dialog.tsx';
import { ModelButton } from './model-button.tsx';
import { attachmentOf } from './attachments.ts';
import { base, isUnread, useAssistantText } from './text.ts';
import { useTurns, type Attachment, type Question } from './use-turns.ts';

const storedDirectory = 'gantry.assistant.directory';
/** A question in an address is put in the field, to be looked at; it is never sent by itself. */
const mostAsked = 4000;

/** Before the first question: what can be asked, and the folder it is about. */
export function NewSession({ state }: { readonly state: AssistantStateBody }): ReactNode {
  const t = useAssistantText();
  const kit = useKitText();
  const api = useApi();
  const toasts = useToasts();
  const { storage } = useEnvironment();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const send = useTurns();
  const [params] = useSearchParams();
  const [draft, setDraft] = useState(() => (params.get('ask') ?? '').slice(0, mostAsked));
  const given = params.getAll('attach').flatMap((one): Attachment[] => {
    const attachment = attachmentOf(one);
    return attachment ? [attachment] : [];
  });
  const sessions = useResource({ path: `${base}/sessions`, schema: assistantSessionListBody });
  const [chosen, setChosen] = useState(() => params.get('folder') ?? storage.getItem(storedDirectory) ?? undefined);
  const [choosing, setChoosing] = useState(false);
  const [waiting, setWaiting] = useState<Question | undefined>(undefined);
  const directory = chosen ?? sessions.data?.[0]?.workingDirectory;

  const begin = async (question: Question, workingDirectory: string): Promise<boolean> => {
    try {
      const session = await api.json(
        { path: `${base}/sessions`, method: 'POST', body: { workingDirectory } },
        assistantSessionBody,
      );
      const sent = await send(session.id, question);
      await navigate(`/assistant/${encodeURIComponent(session.id)}`);
      return sent;
    } catch (error) {
      toasts.say({ text: errorText(error, kit), kind: 'error' });
      return false;
    } finally {
      await invalidate([`${base}/sessions`]);
    }
  };
  const ask = async (question: Question): Promise<boolean> => {
    if (directory !== undefined) return await begin(question, directory);
    setWaiting(question);
    setChoosing(true);
    return false;
  };
  const choose = (path: string): void => {
    storage.setItem(storedDirectory, path);
    setChosen(path);
    setChoosing(false);
    if (waiting) void begin(waiting, path);
    setWaiting(undefined);
  };
  const suggestions = (given[0] ? t.about(given[0].kind) : t.suggestions).split('\n');
  return (
    <Stack spacing={2}>
      <Typography variant="h6" component="h2" sx={{ textAlign: 'center', pt: 4 }}>
        {t.greeting}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, justifyContent: 'center' }}>
        {suggestions.map((text) => (
          <Chip
            key={text}
            label={text}
            variant="outlined"
            disabled={isUnread(state)}
            onClick={() => void ask({ text, attachments: given })}
          />
        ))}
      </Box>
      <Composer
        key={params.toString()}
        draft={draft}
        onDraft={setDraft}
        given={given}
        directory={directory}
        onDirectory={() => setChoosing(true)}
        isBlocked={isUnread(state)}
        onSend={ask}
      >
        <ModelButton state={state} />
      </Composer>
      <CommandHint command="gantry ai" />
      {choosing && <FolderDialog start={directory} onChoose={choose} onClose={() => setChoosing(false)} />}
    </Stack>
  );
}
