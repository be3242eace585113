import {
  Alert,
  Box,
  Button,
  CircularProgress,
  IconButton,
  Paper,
  Stack,
  TextField,
  Tooltip,
  Typography,
} from '@mui/material';
import { ChevronLeft, ChevronRight, Pencil, RotateCcw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { CleanText, CopyButton, Markdown, useFormat, useKitText } from '../../kit/index.ts';
import { useChatText } from './chat-text.ts';
import type { Stats, Turn } from './conversation.ts';

export interface MessageProps {
  readonly id: number;
  readonly turn: Turn;
  readonly isLast: boolean;
  /** Nothing is asked while an answer comes. */
  readonly isBusy: boolean;
  /** Ids of all that stand at this place, itself among them. */
  readonly branches: readonly number[];
  readonly onEdit: (text: string) => void;
  /** Its text is being changed. */
  readonly isEditing: boolean;
  readonly onEditing: (isEditing: boolean) => void;
  readonly onRegenerate: () => void;
  readonly onShow: (id: number) => void;
}

export function MessageView(props: MessageProps): ReactNode {
  return props.turn.role === 'user' ? (
    <Question {...props} turn={props.turn} />
  ) : (
    <Answer {...props} turn={props.turn} />
  );
}

function Question(props: MessageProps & { readonly turn: Turn & { role: 'user' } }): ReactNode {
  const { turn, isBusy, isEditing, onEditing, onEdit } = props;
  const t = useChatText();
  return (
    <Paper
      component="article"
      aria-label={t.you}
      variant="outlined"
      sx={{ p: 1.5, ml: { xs: 2, md: 6 }, bgcolor: 'action.hover' }}
    >
      {!isEditing ? (
        <Box sx={{ display: 'flex', gap: 1 }}>
          <CleanText component="div" text={turn.text} sx={{ whiteSpace: 'pre-wrap', flex: 1 }} />
          <Tooltip title={t.edit}>
            <span>
              <IconButton size="small" aria-label={t.edit} disabled={isBusy} onClick={() => onEditing(true)}>
                <Pencil size={16} />
              </IconButton>
            </span>
          </Tooltip>
        </Box>
      ) : (
        <EditForm
          text={turn.text}
          onDone={(text) => {
            onEditing(false);
            if (text !== undefined) onEdit(text);
          }}
        />
      )}
      {turn.images.map((source, at) => (
        <Box
          // oxlint-disable-next-line react/no-array-index-key -- a picture is its place
          key={at}
          component="img"
          src={source}
          alt={t.picture(at + 1)}
          sx={{ maxWidth: 240, maxHeight: 180, mt: 1, borderRadius: 1, display: 'block' }}
        />
      ))}
      <Branches {...props} />
    </Paper>
  );
}

/** Enter asks, Escape leaves it as it was. */
function EditForm(props: { readonly text: string; readonly onDone: (text: string | undefined) => void }): ReactNode {
  const { text, onDone } = props;
  const t = useChatText();
  const kit = useKitText();
  const [draft, setDraft] = useState(text);
  return (
    <Stack
      component="form"
      spacing={1}
      onSubmit={(event) => {
        event.preventDefault();
        onDone(draft);
      }}
    >
      <TextField
        multiline
        autoFocus
        label={t.message}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') onDone(undefined);
          if (event.key !== 'Enter' || event.shiftKey || draft.trim() === '') return;
          event.preventDefault();
          onDone(draft);
        }}
      />
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button type="submit" variant="contained" size="small" disabled={draft.trim() === ''}>
          {t.save}
        </Button>
        <Button size="small" onClick={() => onDone(undefined)}>
          {kit.cancel}
        </Button>
      </Box>
    </Stack>
  );
}

/** Which of several versions of a turn is shown. */
function Branches({ id, branches, isBusy, onShow }: MessageProps): ReactNode {
  const t = useChatText();
  const at = branches.indexOf(id);
  const step = (by: -1 | 1, name: string): ReactNode => {
    const next = branches[at + by];
    return (
      <IconButton
        size="small"
        aria-label={name}
        disabled={isBusy || next === undefined}
        onClick={() => next !== undefined && onShow(next)}
      >
        {by === -1 ? <ChevronLeft size={16} /> : <ChevronRight size={16} />}
      </IconButton>
    );
  };
  if (branches.length < 2) return null;
  return (
    <Box sx={{ display: 'inline-flex', alignItems: 'center', color: 'text.secondary' }}>
      {step(-1, t.versionBefore)}
      <Typography variant="body2">{t.version(at + 1, branches.length)}</Typography>
      {step(1, t.versionAfter)}
    </Box>
  );
}

function Answer(props: MessageProps & { readonly turn: Turn & { role: 'assistant' } }): ReactNode {
  const { turn, isLast, isBusy, onRegenerate } = props;
  const t = useChatText();
  const { model, text, reasoning, state, problem, stats } = turn;
  const isOver = state !== 'waiting' && state !== 'answering';
  return (
    <Box component="article" aria-label={model} aria-busy={!isOver} sx={{ p: 1.5 }}>
      {state === 'waiting' && (
        <Box role="status" sx={{ display: 'flex', gap: 1.5, alignItems: 'center', color: 'text.secondary' }}>
          <CircularProgress size={16} aria-hidden /> {t.waiting}
        </Box>
      )}
      {reasoning !== '' && (
        <Box component="details" open={text === '' && !isOver} sx={{ mb: 1, color: 'text.secondary' }}>
          <summary>{t.thinking}</summary>
          <CleanText component="div" text={reasoning} sx={{ whiteSpace: 'pre-wrap', pl: 2 }} />
        </Box>
      )}
      <Markdown text={text} />
      {problem !== undefined && (
        <Alert severity="error" sx={{ mt: 1, overflowWrap: 'anywhere' }}>
          {problem}
        </Alert>
      )}
      {isOver && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mt: 0.5, color: 'text.secondary' }}>
          <CopyButton text={text} />
          <Branches {...props} />
          {isLast && !isBusy && (
            <Tooltip title={t.regenerate}>
              <IconButton size="small" aria-label={t.regenerate} onClick={onRegenerate}>
                <RotateCcw size={16} />
              </IconButton>
            </Tooltip>
          )}
          <Typography variant="body2">
            {state === 'stopped' && `${t.stopped} `}
            {stats && <StatsText stats={stats} />}
          </Typography>
        </Box>
      )}
    </Box>
  );
}

function StatsText({ stats }: { readonly stats: Stats }): ReactNode {
  const t = useChatText();
  const format = useFormat();
  const { tokensPerSecond, firstTokenMs, totalTokens } = stats;
  return [
    tokensPerSecond !== undefined && t.speed(format.number(tokensPerSecond, 1)),
    firstTokenMs !== undefined && t.firstToken(format.duration(firstTokenMs)),
    totalTokens !== undefined && t.tokens(format.number(totalTokens)),
  ]
    .filter((part) => typeof part === 'string')
    .join(' · ');
}
