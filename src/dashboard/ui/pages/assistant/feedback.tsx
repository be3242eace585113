import { Box, IconButton, TextField, Tooltip } from '@mui/material';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { FeedbackRequest } from '#contract';
import { CopyButton, useAction } from '../../kit/index.ts';
import { base, sessionPath, useAssistantText } from './text.ts';

export interface FeedbackProps {
  readonly sessionId: string;
  /** Of an answer, or the `cardId` of facts. */
  readonly messageId: string;
  readonly text: string;
  readonly given: { readonly rating: 'up' | 'down'; readonly comment?: string | undefined } | undefined;
}

/** Rates an answer; nothing of it leaves the machine. The same button again takes it back. */
export function Feedback({ sessionId, messageId, text, given }: FeedbackProps): ReactNode {
  const t = useAssistantText();
  const [comment, setComment] = useState(given?.comment ?? '');
  const rate = useAction<FeedbackRequest>({
    run: (api, body) =>
      api.send({
        path: sessionPath(sessionId, `/messages/${encodeURIComponent(messageId)}/feedback`),
        method: 'PUT',
        body,
      }),
    changes: [`${base}/sessions`],
    done: () => t.rated,
  });
  const button = (rating: 'up' | 'down'): ReactNode => {
    const label = rating === 'up' ? t.good : t.bad;
    const isGiven = given?.rating === rating;
    const Icon = rating === 'up' ? ThumbsUp : ThumbsDown;
    return (
      <Tooltip title={label}>
        <IconButton
          size="small"
          aria-label={label}
          aria-pressed={isGiven}
          color={isGiven ? 'primary' : 'default'}
          disabled={rate.isRunning}
          onClick={() => void rate.start({ rating: isGiven ? null : rating })}
        >
          <Icon size={16} />
        </IconButton>
      </Tooltip>
    );
  };
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 0.5 }}>
      {button('up')}
      {button('down')}
      <CopyButton text={text} />
      {given?.rating === 'down' && (
        <TextField
          size="small"
          variant="standard"
          label={t.comment}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
          onBlur={() => {
            if (comment.trim() !== (given.comment ?? '')) {
              void rate.start({ rating: 'down', comment: comment.trim().slice(0, 4000) });
            }
          }}
          sx={{ flex: 1, minWidth: 200 }}
        />
      )}
    </Box>
  );
}
