import { Box, Button, Chip, IconButton, Stack, TextField, Tooltip } from '@mui/material';
import { FolderOpen, Paperclip, SendHorizontal, Square } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import { FileDialog } from './folder-dialog.tsx';
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
  readonly onStop?: (() => void) | undefined;
  /** More buttons. */
  readonly children?: ReactNode;
}

/** Where a question is written. */
export function Composer(props: ComposerProps): ReactNode {
  const { draft, onDraft, given = [], directory, onDirectory, onSend, onStop, children } = props;
  const t = useAssistantText();
  const [attachments, setAttachments] = useState<readonly Attachment[]>(given);
  const [picking, setPicking] = useState(false);
  const canSend = draft.trim() !== '' || attachments.length > 0;
  const send = async (): Promise<void> => {
    if (!canSend) return;
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
      {attachments.length > 0 && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 1 }}>
          {attachments.map((one) => (
            <Chip
              key={`${one.kind}:${one.name}`}
              size="small"
              label={`${one.kind}: ${cleanText(one.name)}`}
              onDelete={() => setAttachments(attachments.filter((other) => other !== one))}
            />
          ))}
        </Box>
      )}
      <TextField
        fullWidth
        multiline
        minRows={2}
        maxRows={12}
        variant="standard"
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
          <span>
            <IconButton
              size="small"
              aria-label={t.attach}
              disabled={directory === undefined}
              onClick={() => setPicking(true)}
            >
              <Paperclip size={18} />
            </IconButton>
          </span>
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
      {picking && directory !== undefined && (
        <FileDialog
          directory={directory}
          onClose={() => setPicking(false)}
          onChoose={(name) => {
            setPicking(false);
            const one: Attachment = { kind: 'file', name };
            setAttachments([...attachments.filter((other) => other.name !== name), one]);
          }}
        />
      )}
    </Box>
  );
}
