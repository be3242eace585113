import { Box, Button, IconButton, Stack, TextField, Tooltip } from '@mui/material';
import { FolderOpen, Paperclip, SendHorizontal, Square } from 'lucide-react';
import { useRef, useState, type ReactNode, type RefObject } from 'react';
import { cleanText } from '../../kit/index.ts';
import { AttachDialog } from './attach-dialog.tsx';
import { AttachmentChips } from './attachment-chips.tsx';
import { useAssistantText } from './text.ts';
import type { Attachment, Question } from './use-turns.ts';

export interface ComposerProps {
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  /** Attached from elsewhere, such as the ✨ of a container. */
  readonly given?: readonly Attachment[] | undefined;
  readonly directory: string | undefined;
  readonly onDirectory: () => void;
  /** Resolves with whether it was taken; what was not stays. */
  readonly onSend: (question: Question) => Promise<boolean>;
  /** Nothing can be sent yet; the page says why. */
  readonly isBlocked?: boolean | undefined;
  readonly onStop?: (() => void) | undefined;
  /** Where it is written, for who gives it the focus. */
  readonly field?: RefObject<HTMLTextAreaElement | null> | undefined;
  /** More buttons. */
  readonly children?: ReactNode;
}

/** Where a question is written. */
export function Composer(props: ComposerProps): ReactNode {
  const {
    draft,
    onDraft,
    given = [],
    directory,
    onDirectory,
    onSend,
    isBlocked = false,
    onStop,
    field,
    children,
  } = props;
  const t = useAssistantText();
  const [attachments, setAttachments] = useState<readonly Attachment[]>(given);
  const [picking, setPicking] = useState(false);
  const canSend = !isBlocked && (draft.trim() !== '' || attachments.length > 0);
  const own = useRef<HTMLTextAreaElement>(null);
  const message = field ?? own;
  const send = async (): Promise<void> => {
    if (!canSend) return;
    // The button that was pressed can be pressed no longer.
    message.current?.focus();
    onDraft('');
    setAttachments([]);
    if (await onSend({ text: draft.trim(), attachments })) return;
    onDraft(draft);
    setAttachments(attachments);
  };
  return (
    <Box
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 2, p: 1.5, bgcolor: 'background.paper' }}
    >
      <Box sx={{ mb: attachments.length > 0 ? 1 : 0 }}>
        <AttachmentChips attachments={attachments} onChange={setAttachments} />
      </Box>
      <TextField
        fullWidth
        multiline
        minRows={2}
        maxRows={12}
        variant="standard"
        autoFocus
        inputRef={message}
        value={draft}
        onChange={(event) => onDraft(event.target.value)}
        placeholder={t.placeholder}
        slotProps={{ htmlInput: { 'aria-label': t.message, maxLength: 200_000 }, input: { disableUnderline: true } }}
        onKeyDown={(event) => {
          // An input method ends its word with Enter.
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <Stack direction="row" spacing={0.5} sx={{ alignItems: 'center', flexWrap: 'wrap' }} useFlexGap>
        <Tooltip title={t.chooseDirectory} describeChild>
          <Button size="small" color="inherit" startIcon={<FolderOpen size={16} />} onClick={onDirectory}>
            {directory === undefined ? t.chooseDirectory : cleanText(directory)}
          </Button>
        </Tooltip>
        <Tooltip title={t.attach}>
          <IconButton size="small" aria-label={t.attach} aria-haspopup="dialog" onClick={() => setPicking(true)}>
            <Paperclip size={18} />
          </IconButton>
        </Tooltip>
        {children}
        <Box sx={{ flex: 1 }} />
        {onStop && (
          <Button size="small" color="error" startIcon={<Square size={14} />} onClick={onStop}>
            {t.stop}
          </Button>
        )}
        <Button
          type="submit"
          variant="contained"
          size="small"
          disabled={!canSend}
          endIcon={<SendHorizontal size={16} />}
        >
          {t.send}
        </Button>
      </Stack>
      {picking && (
        <AttachDialog
          directory={directory}
          attached={attachments}
          onClose={() => setPicking(false)}
          onAttach={(chosen) => {
            setPicking(false);
            setAttachments(chosen);
          }}
        />
      )}
    </Box>
  );
}
