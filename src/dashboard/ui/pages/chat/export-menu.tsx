import { Button, Menu, MenuItem } from '@mui/material';
import { Download } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { saveFile } from '../models/save-file.ts';
import { useChatText } from './chat-text.ts';
import { asMarkdown, type SavedChat } from './saved.ts';

/** Takes a chat out of the browser, as a file. */
export function ExportMenu({ chat }: { readonly chat: Omit<SavedChat, 'changedAt'> }): ReactNode {
  const t = useChatText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const whole = (): SavedChat => ({ ...chat, changedAt: Date.now() });
  const choose = (name: string, text: () => string) => () => {
    setAnchor(null);
    saveFile(name, text());
  };
  return (
    <>
      <Button
        startIcon={<Download size={18} />}
        aria-haspopup="menu"
        disabled={chat.title === ''}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {t.export}
      </Button>
      {anchor && (
        <Menu anchorEl={anchor} open onClose={() => setAnchor(null)}>
          <MenuItem onClick={choose('chat.md', () => asMarkdown(whole(), t.you))}>{t.asMarkdown}</MenuItem>
          <MenuItem onClick={choose('chat.json', () => JSON.stringify(whole(), null, 2))}>{t.asJson}</MenuItem>
        </Menu>
      )}
    </>
  );
}
