import { Button } from '@mui/material';
import { useRef, type ReactNode } from 'react';
import { useToasts } from '../../kit/index.ts';
import { useMcpText } from './text.ts';

const mostBytes = 8_000_000;

export interface PickedFile {
  readonly name: string;
  readonly text: string;
}

/** Takes a text file of the person's machine, which need not be the daemon's. */
export function PickFile({ onFile }: { readonly onFile: (file: PickedFile) => void }): ReactNode {
  const t = useMcpText();
  const toasts = useToasts();
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File): Promise<void> => {
    if (file.size > mostBytes) toasts.say({ kind: 'error', text: t.fileTooLarge(file.name) });
    else onFile({ name: file.name, text: await file.text() });
  };
  return (
    <>
      <Button variant="outlined" onClick={() => input.current?.click()} sx={{ alignSelf: 'start' }}>
        {t.pickFile}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t.pickFile}
        accept=".yaml,.yml,.json,application/yaml,application/json,text/yaml"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file) void take(file).catch(() => toasts.say({ kind: 'error', text: t.fileUnreadable(file.name) }));
        }}
      />
    </>
  );
}
