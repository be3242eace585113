import { Box, Button, IconButton, MenuItem, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { ShieldCheck, Undo2, Wrench } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { undoneBody, type AssistantSessionBody, type AssistantStateBody, type ChangeSessionRequest } from '#contract';
import { CommandHint, ResourceView, useAction, type Action } from '../../kit/index.ts';
import { AskingContext } from './asking.ts';
import { Composer } from './composer.tsx';
import { FolderDialog } from './folder-dialog.tsx';
import { GoneView } from './gone-view.tsx';
import { ItemView } from './item-view.tsx';
import { PermissionsDialog } from './permissions-dialog.tsx';
import { ModelButton } from './model-button.tsx';
import { PlanCard } from './plan-card.tsx';
import { base, isUnread, sessionPath, useAssistantText } from './text.ts';
import type { Plan, Thread } from './thread.ts';
import { ToolboxDialog } from './toolbox-dialog.tsx';
import { useThread } from './use-thread.ts';
import { useTurns, type Question } from './use-turns.ts';

export interface ThreadViewProps {
  readonly id: string;
  readonly state: AssistantStateBody;
}

/** One session: what was said and done, and where the next question is written. */
export function ThreadView({ id, state }: ThreadViewProps): ReactNode {
  const { session, thread, take } = useThread(id);
  const send = useTurns(take);
  const stop = useAction({ run: (api) => api.send({ path: sessionPath(id, '/stop'), method: 'POST' }) });
  const [draft, setDraft] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const ask = (question: Question): Promise<boolean> => send(id, question);
  const isBlocked = ({ model }: AssistantSessionBody): boolean => model === null && isUnread(state);
  const [choosing, setChoosing] = useState(false);
  const change = useAction<ChangeSessionRequest>({
    run: (api, body) => api.send({ path: sessionPath(id), method: 'PATCH', body }),
    changes: [`${base}/sessions`],
  });
  if (thread.isRemoved) return <GoneView draft={draft} directory={session.data?.workingDirectory} />;
  return (
    <ResourceView resource={session}>
      {(known) => (
        <Stack spacing={2}>
          <AskingContext
            value={{
              ask,
              toComposer: () => field.current?.focus(),
              last: lastQuestion(thread),
              isPossible: !thread.isBusy && !isBlocked(known),
            }}
          >
            <Conversation thread={thread} session={known} change={change} />
          </AskingContext>
          <Composer
            draft={draft}
            onDraft={setDraft}
            directory={known.workingDirectory}
            onDirectory={() => setChoosing(true)}
            field={field}
            onSend={ask}
            isBlocked={isBlocked(known)}
            onStop={thread.isBusy ? () => void stop.start() : undefined}
          >
            <Controls session={known} thread={thread} change={change} />
          </Composer>
          <Facts session={known} thread={thread} state={state} />
          {choosing && (
            <FolderDialog
              start={known.workingDirectory}
              onClose={() => setChoosing(false)}
              onChoose={(workingDirectory) => {
                setChoosing(false);
                void change.start({ workingDirectory });
              }}
            />
          )}
        </Stack>
      )}
    </ResourceView>
  );
}

function lastQuestion({ items }: Thread): string | undefined {
  const item = items.findLast(({ kind }) => kind === 'user');
  return item?.kind === 'user' ? item.messageId : undefined;
}

/** What still waits for approval; not while something is done. */
function waitingPlan({ plan, isBusy }: Thread, session: AssistantSessionBody): Plan | undefined {
  return !isBusy && plan?.name === session.plan ? plan : undefined;
}

/** Follows what comes as long as its end is in sight. */
function Conversation({
  thread,
  session,
  change,
}: {
  readonly thread: Thread;
  readonly session: AssistantSessionBody;
  readonly change: Action<ChangeSessionRequest>;
}): ReactNode {
  const t = useAssistantText();
  const plan = waitingPlan(thread, session);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [thread, plan?.name]);
  return (
    <Box
      ref={box}
      role="log"
      aria-label={t.conversation}
      aria-busy={thread.isBusy}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 60;
      }}
      // As much as leaves the composer in sight.
      sx={{
        maxHeight: 'max(240px, calc(100vh - 400px))',
        overflowY: 'auto',
        display: 'flex',
        flexDirection: 'column',
        gap: 2,
        pr: 1,
      }}
    >
      {thread.items.map((item) => (
        <ItemView key={item.key} item={item} session={session} />
      ))}
      {plan && <PlanCard plan={plan} change={change} />}
      {thread.isBusy && (
        <Typography role="status" color="text.secondary">
          {t.works}
        </Typography>
      )}
    </Box>
  );
}

function Controls(props: {
  readonly session: AssistantSessionBody;
  readonly thread: Thread;
  readonly change: Action<ChangeSessionRequest>;
}): ReactNode {
  const { session, thread, change } = props;
  const t = useAssistantText();
  const [open, setOpen] = useState<'tools' | 'permissions' | undefined>(undefined);
  const undo = useAction<void, { files: readonly unknown[] }>({
    run: (api) => api.json({ path: sessionPath(session.id, '/undo'), method: 'POST' }, undoneBody),
    changes: [`${base}/sessions`],
    done: ({ files }) => t.undone(files.length),
  });
  const close = (): void => setOpen(undefined);
  const compact = useAction({
    run: (api) => api.send({ path: sessionPath(session.id, '/compact'), method: 'POST' }),
    changes: [`${base}/sessions`],
    done: () => t.compacted,
  });
  return (
    <>
      <TextField
        select
        size="small"
        variant="standard"
        label={t.mode}
        value={session.mode}
        disabled={change.isRunning}
        onChange={(event) => {
          const mode = (['ask', 'plan', 'auto'] as const).find((one) => one === event.target.value);
          if (mode) void change.start({ mode });
        }}
        sx={{ minWidth: 150, mx: 1 }}
      >
        {(['ask', 'plan', 'auto'] as const).map((mode) => (
          <MenuItem key={mode} value={mode}>
            {t.modeText(mode)}
          </MenuItem>
        ))}
      </TextField>
      <Tooltip title={t.toolbox}>
        <IconButton size="small" aria-label={t.toolbox} onClick={() => setOpen('tools')}>
          <Wrench size={18} />
        </IconButton>
      </Tooltip>
      <Tooltip title={t.permissions}>
        <IconButton size="small" aria-label={t.permissions} onClick={() => setOpen('permissions')}>
          <ShieldCheck size={18} />
        </IconButton>
      </Tooltip>
      <Button
        size="small"
        color="inherit"
        startIcon={<Undo2 size={16} />}
        disabled={thread.isBusy || !session.canUndo}
        loading={undo.isRunning}
        onClick={() => void undo.start()}
      >
        {t.undo}
      </Button>
      <Button
        size="small"
        color="inherit"
        disabled={thread.isBusy}
        loading={compact.isRunning}
        onClick={() => void compact.start()}
      >
        {t.compact}
      </Button>
      {open === 'tools' && <ToolboxDialog onClose={close} />}
      {open === 'permissions' && <PermissionsDialog project={session.workingDirectory} onClose={close} />}
    </>
  );
}

function Facts({
  session,
  thread,
  state,
}: {
  readonly session: AssistantSessionBody;
  readonly thread: Thread;
  readonly state: AssistantStateBody;
}): ReactNode {
  const t = useAssistantText();
  const { usage } = thread;
  const used = usage ? usage.promptTokens + usage.completionTokens : 0;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', color: 'text.secondary' }}>
      <ModelButton state={state} session={session} />
      {usage && usage.contextTokens > 0 && (
        <Typography variant="body2">
          {t.context(Math.min(100, Math.round((used * 100) / usage.contextTokens)))} · {t.tokens(used)}
        </Typography>
      )}
      <CommandHint command={`gantry ai --session ${session.id}`} />
    </Box>
  );
}
