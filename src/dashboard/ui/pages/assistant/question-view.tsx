import { Alert, Box, Button, IconButton, Paper, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { Pencil, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import { attachedAgain, useAsking } from './asking.ts';
import { AttachmentChips } from './attachment-chips.tsx';
import { useAssistantText } from './text.ts';
import type { Item } from './thread.ts';

type QuestionItem = Extract<Item, { kind: 'user' }>;

/** What was asked; it can be worded anew, or asked again as it is where it was the last. */
export function QuestionView({ item }: { readonly item: QuestionItem }): ReactNode {
  const t = useAssistantText();
  const { ask, isPossible, last } = useAsking();
  const [isEdited, setEdited] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const { text, attachments, messageId } = item;
  const { again, lost } = attachedAgain(attachments);
  const close = (): void => {
    setEdited(false);
    edit.current?.focus();
  };
  return (
    <Paper
      component="article"
      aria-label={t.you}
      variant="outlined"
      sx={{
        p: 1.5,
        alignSelf: 'flex-end',
        maxWidth: '85%',
        ...(isEdited && { width: '85%' }),
        bgcolor: 'action.hover',
      }}
    >
      {isEdited ? (
        <Editor item={item} onClose={close} />
      ) : (
        <>
          <Typography sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{cleanText(text)}</Typography>
          {attachments.map(({ kind, name }) => (
            <Typography key={`${kind}:${name}`} variant="body2" color="text.secondary">
              {t.attached(cleanText(name))}
            </Typography>
          ))}
        </>
      )}
      {!isEdited && (
        <Box sx={{ display: 'flex', justifyContent: 'flex-end', mt: 0.5, mb: -0.5 }}>
          <Tooltip title={t.edit}>
            <span>
              <IconButton
                ref={edit}
                size="small"
                aria-label={t.edit}
                disabled={!isPossible}
                onClick={() => setEdited(true)}
              >
                <Pencil size={14} />
              </IconButton>
            </span>
          </Tooltip>
          {messageId === last && lost.length === 0 && (
            <Tooltip title={t.askAgain}>
              <span>
                <IconButton
                  size="small"
                  aria-label={t.askAgain}
                  disabled={!isPossible}
                  onClick={() => void ask({ text, attachments: again, replaces: messageId })}
                >
                  <RotateCcw size={14} />
                </IconButton>
              </span>
            </Tooltip>
          )}
        </Box>
      )}
    </Paper>
  );
}

function Editor({ item, onClose }: { readonly item: QuestionItem; readonly onClose: () => void }): ReactNode {
  const t = useAssistantText();
  const { ask, isPossible } = useAsking();
  const { again, lost } = attachedAgain(item.attachments);
  const [text, setText] = useState(item.text);
  const [attachments, setAttachments] = useState(again);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const canSend = isPossible && text.trim() !== '';
  const send = async (): Promise<void> => {
    if (canSend && (await ask({ text: text.trim(), attachments, replaces: item.messageId }))) onClose();
  };
  return (
    <Stack
      component="form"
      spacing={1}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <TextField
        fullWidth
        multiline
        maxRows={12}
        size="small"
        inputRef={field}
        value={text}
        onChange={(event) => setText(event.target.value)}
        slotProps={{ htmlInput: { 'aria-label': t.edit, maxLength: 200_000 } }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <AttachmentChips attachments={attachments} onChange={setAttachments} />
      {lost.length > 0 && <Alert severity="warning">{t.attachedLost(lost.map(cleanText).join(', '))}</Alert>}
      <Typography variant="body2">{t.editMeans}</Typography>
      <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end' }}>
        <Button size="small" onClick={onClose}>
          {t.cancel}
        </Button>
        <Button type="submit" size="small" variant="contained" disabled={!canSend}>
          {t.askInstead}
        </Button>
      </Box>
    </Stack>
  );
}
