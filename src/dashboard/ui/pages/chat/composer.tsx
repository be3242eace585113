import { Alert, Box, Button, IconButton, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { ImagePlus, Send, Square, X } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { useChatText } from './chat-text.ts';

const mostImageBytes = 7_000_000;
const pictures = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

export interface ComposerProps {
  readonly canSee: boolean;
  readonly isAnswering: boolean;
  readonly onSend: (text: string, images: readonly string[]) => void;
  readonly onStop: () => void;
  readonly onEditLast: () => void;
}

/** Enter sends, Shift-Enter is a new line, Escape stops, and the arrow up in an empty field edits what was asked last. */
export function Composer({ canSee, isAnswering, onSend, onStop, onEditLast }: ComposerProps): ReactNode {
  const t = useChatText();
  const [text, setText] = useState('');
  const [images, setImages] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string>();
  const picker = useRef<HTMLInputElement>(null);
  const send = (): void => {
    if (text.trim() === '' || isAnswering) return;
    onSend(text, images);
    setText('');
    setImages([]);
  };
  const add = (file: File | undefined): void => {
    if (!file) return;
    setProblem(file.size > mostImageBytes ? t.tooLarge : undefined);
    if (file.size > mostImageBytes) return;
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      const { result } = reader;
      if (typeof result === 'string') setImages((before) => [...before, result]);
    });
    reader.readAsDataURL(file);
  };
  return (
    <Stack
      component="form"
      spacing={1}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {problem !== undefined && <Alert severity="warning">{problem}</Alert>}
      {images.length > 0 && (
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          {images.map((source, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- a picture is its place
            <Box key={at} sx={{ position: 'relative' }}>
              <Box component="img" src={source} alt={t.picture(at + 1)} sx={{ height: 64, borderRadius: 1 }} />
              <IconButton
                size="small"
                aria-label={t.detach}
                onClick={() => setImages((before) => before.filter((_one, index) => index !== at))}
                sx={{ position: 'absolute', top: -8, right: -8, bgcolor: 'background.paper' }}
              >
                <X size={14} />
              </IconButton>
            </Box>
          ))}
        </Box>
      )}
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-end' }}>
        <TextField
          fullWidth
          multiline
          maxRows={8}
          label={t.message}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onPaste={(event) => {
            const file = [...event.clipboardData.files].find(({ type }) => pictures.includes(type));
            if (!file) return;
            event.preventDefault();
            if (canSee) add(file);
            else setProblem(t.cannotSee);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && isAnswering) onStop();
            if (event.key === 'ArrowUp' && text === '' && !isAnswering) {
              event.preventDefault();
              onEditLast();
            }
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <input
          ref={picker}
          type="file"
          accept={pictures.join(',')}
          aria-label={t.attach}
          hidden
          onChange={(event) => {
            add(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <Tooltip title={canSee ? t.attach : t.cannotSee}>
          <span>
            <IconButton aria-label={t.attach} disabled={!canSee} onClick={() => picker.current?.click()}>
              <ImagePlus size={20} />
            </IconButton>
          </span>
        </Tooltip>
        {isAnswering ? (
          <Button key="stop" variant="outlined" startIcon={<Square size={16} />} onClick={onStop} sx={{ height: 56 }}>
            {t.stop}
          </Button>
        ) : (
          <Button
            key="send"
            type="submit"
            variant="contained"
            startIcon={<Send size={16} />}
            disabled={text.trim() === ''}
            sx={{ height: 56 }}
          >
            {t.send}
          </Button>
        )}
      </Box>
      <Typography variant="caption" color="text.secondary" sx={{ mt: '2px !important' }}>
        {t.keys}
      </Typography>
    </Stack>
  );
}
