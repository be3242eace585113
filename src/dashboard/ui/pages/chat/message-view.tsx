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
import { Pencil, RotateCcw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { CleanText, CopyButton, Markdown, useFormat, useKitText } from '../../kit/index.ts';
import { useChatText } from './chat-text.ts';
import type { Stats, Turn } from './conversation.ts';

export interface MessageProps {
  readonly turn: Turn;
  readonly model: string;
  readonly isLast: boolean;
  readonly onEdit: (text: string) => void;
  readonly onRegenerate: () => void;
}

export function MessageView(props: MessageProps): ReactNode {
  return props.turn.role === 'user' ? (
    <Question {...props} turn={props.turn} />
  ) : (
    <Answer {...props} turn={props.turn} />
  );
}

function Question({ turn, onEdit }: MessageProps & { readonly turn: Turn & { role: 'user' } }): ReactNode {
  const t = useChatText();
  const kit = useKitText();
  const [draft, setDraft] = useState<string>();
  return (
    <Paper
      component="article"
      aria-label={t.you}
      variant="outlined"
      sx={{ p: 1.5, ml: { xs: 2, md: 6 }, bgcolor: 'action.hover' }}
    >
      {draft === undefined ? (
        <Box sx={{ display: 'flex', gap: 1 }}>
          <CleanText component="div" text={turn.text} sx={{ whiteSpace: 'pre-wrap', flex: 1 }} />
          <Tooltip title={t.edit}>
            <IconButton size="small" aria-label={t.edit} onClick={() => setDraft(turn.text)}>
              <Pencil size={16} />
            </IconButton>
          </Tooltip>
        </Box>
      ) : (
        <Stack
          component="form"
          spacing={1}
          onSubmit={(event) => {
            event.preventDefault();
            setDraft(undefined);
            onEdit(draft);
          }}
        >
          <TextField
            multiline
            autoFocus
            label={t.message}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
          <Box sx={{ display: 'flex', gap: 1 }}>
            <Button type="submit" variant="contained" size="small">
              {t.save}
            </Button>
            <Button size="small" onClick={() => setDraft(undefined)}>
              {kit.cancel}
            </Button>
          </Box>
        </Stack>
      )}
      {turn.images.map((source, at) => (
        <Box
          key={source.slice(-40)}
          component="img"
          src={source}
          alt={t.picture(at + 1)}
          sx={{ maxWidth: 240, maxHeight: 180, mt: 1, borderRadius: 1, display: 'block' }}
        />
      ))}
    </Paper>
  );
}

function Answer(props: MessageProps & { readonly turn: Turn & { role: 'assistant' } }): ReactNode {
  const { turn, model, isLast, onRegenerate } = props;
  const t = useChatText();
  const { text, reasoning, state, problem, stats } = turn;
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
          {isLast && (
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
