import {
  Alert,
  Box,
  Button,
  IconButton,
  List,
  ListItem,
  ListItemButton,
  ListItemText,
  TextField,
  Tooltip,
} from '@mui/material';
import { SquarePen, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { cleanText, ConfirmDialog, useFormat, useKitText } from '../../kit/index.ts';
import { useChatText } from './chat-text.ts';
import type { ChatSummary } from './saved.ts';
import type { Chats } from './use-chats.ts';

const filterFrom = 8;

/** What was talked about before, in this browser. */
export function ChatList(props: {
  readonly chats: Chats;
  readonly shown: string | null;
  readonly onOpen: (id: string) => void;
  readonly onNew: () => void;
}): ReactNode {
  const { chats, shown, onOpen, onNew } = props;
  const t = useChatText();
  const kit = useKitText();
  const format = useFormat();
  const [filter, setFilter] = useState('');
  const [gone, setGone] = useState<ChatSummary | 'all'>();
  const words = filter.toLocaleLowerCase();
  const list = chats.list.filter(({ title }) => title.toLocaleLowerCase().includes(words));
  return (
    <Box component="nav" aria-label={t.chats} sx={{ width: { md: 230 }, flexShrink: 0 }}>
      <Button fullWidth variant="outlined" startIcon={<SquarePen size={18} />} onClick={onNew}>
        {t.newChat}
      </Button>
      {chats.isRefused && (
        <Alert severity="warning" sx={{ mt: 1 }}>
          {t.notKept}
        </Alert>
      )}
      {chats.list.length >= filterFrom && (
        <TextField
          fullWidth
          size="small"
          type="search"
          label={kit.filter}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          sx={{ mt: 1.5 }}
        />
      )}
      <List dense sx={{ maxHeight: { xs: 160, md: 'calc(100vh - 260px)' }, overflow: 'auto' }}>
        {list.map((chat) => (
          <ListItem
            key={chat.id}
            disablePadding
            sx={{ contentVisibility: 'auto', containIntrinsicSize: 'auto 52px' }}
            secondaryAction={
              <Tooltip title={t.removeChat(cleanText(chat.title))}>
                <IconButton
                  edge="end"
                  size="small"
                  aria-label={t.removeChat(cleanText(chat.title))}
                  onClick={() => setGone(chat)}
                >
                  <Trash2 size={16} />
                </IconButton>
              </Tooltip>
            }
          >
            <ListItemButton
              selected={chat.id === shown}
              aria-current={chat.id === shown ? 'page' : undefined}
              onClick={() => onOpen(chat.id)}
              sx={{ borderRadius: 1 }}
            >
              <ListItemText
                primary={cleanText(chat.title) || t.untitled}
                secondary={format.ago(chat.changedAt)}
                slotProps={{ primary: { noWrap: true, dir: 'auto' } }}
              />
            </ListItemButton>
          </ListItem>
        ))}
      </List>
      {chats.list.length > 0 && (
        <Button size="small" color="inherit" onClick={() => setGone('all')}>
          {t.removeAll}
        </Button>
      )}
      {gone !== undefined && (
        <ConfirmDialog
          open
          title={gone === 'all' ? t.removeAllTitle : t.removeChatTitle(cleanText(gone.title))}
          text={t.removeChatText}
          confirm={t.remove}
          onClose={() => setGone(undefined)}
          onConfirm={() => {
            if (gone === 'all') chats.clear();
            else chats.remove(gone.id);
            if (gone === 'all' || gone.id === shown) onNew();
            setGone(undefined);
          }}
        />
      )}
    </Box>
  );
}
