import { Badge, Box, IconButton, List, ListItem, ListItemText, Popover, Tooltip, Typography } from '@mui/material';
import { Bell } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useFormat } from '../kit/index.ts';
import { useNotices } from '../kit/toasts.tsx';
import { useShellText } from './shell-text.ts';

/** What was said since the page was opened, for whoever looked elsewhere. */
export function Notices(): ReactNode {
  const t = useShellText();
  const format = useFormat();
  const notices = useNotices();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [seen, setSeen] = useState(0);
  const newErrors = notices.filter(({ id, kind }) => id > seen && kind === 'error').length;
  return (
    <>
      <Tooltip title={t.notices}>
        <IconButton
          aria-label={newErrors > 0 ? t.noticesNew(newErrors) : t.notices}
          aria-haspopup="dialog"
          onClick={(event) => {
            setAnchor(event.currentTarget);
            setSeen(notices.at(-1)?.id ?? 0);
          }}
        >
          <Badge variant="dot" color="error" overlap="circular" invisible={newErrors === 0}>
            <Bell size={20} />
          </Badge>
        </IconButton>
      </Tooltip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t.notices, sx: { width: 'min(480px, 92vw)' } } }}
      >
        {notices.length === 0 ? (
          <Box sx={{ p: 2 }}>{t.noNotices}</Box>
        ) : (
          <List dense aria-label={t.notices}>
            {notices.toReversed().map(({ id, kind, text, atMs }) => (
              <ListItem key={id} divider>
                <ListItemText
                  primary={text}
                  secondary={
                    <Typography variant="caption" color={kind === 'error' ? 'error' : 'text.secondary'}>
                      {format.time(atMs)}
                    </Typography>
                  }
                  sx={{ overflowWrap: 'anywhere' }}
                />
              </ListItem>
            ))}
          </List>
        )}
      </Popover>
    </>
  );
}
