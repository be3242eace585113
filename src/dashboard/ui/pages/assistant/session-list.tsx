import {
  Box,
  Button,
  IconButton,
  List,
  ListItem,
  ListItemButton,
  ListItemText,
  TextField,
  Typography,
} from '@mui/material';
import { Hourglass, MoreVertical, Plus, Star } from 'lucide-react';
import { useDeferredValue, useState, type ReactNode } from 'react';
import { Link, NavLink } from 'react-router';
import { assistantSessionListBody, type AssistantSessionListBody } from '#contract';
import { ResourceView, useResource } from '../../kit/index.ts';
import { RemoveAll } from './remove-all.tsx';
import { SessionMenu } from './session-menu.tsx';
import { base, titleOf, useAssistantText } from './text.ts';

type Session = AssistantSessionListBody[number];

/** All sessions, the latest first, with a search over what was said in them. */
export function SessionList(): ReactNode {
  const t = useAssistantText();
  const [query, setQuery] = useState('');
  const wanted = useDeferredValue(query.trim());
  const search = wanted === '' ? '' : `?query=${encodeURIComponent(wanted)}`;
  const sessions = useResource({
    path: `${base}/sessions${search}`,
    schema: assistantSessionListBody,
    refreshMs: 10_000,
  });
  const [menu, setMenu] = useState<{ session: Session; anchor: HTMLElement } | undefined>(undefined);
  return (
    <Box component="aside" aria-label={t.sessions} sx={{ minWidth: 0 }}>
      <Button component={Link} to="/assistant" fullWidth variant="outlined" startIcon={<Plus size={18} />}>
        {t.newSession}
      </Button>
      <TextField
        fullWidth
        size="small"
        type="search"
        label={t.searchSessions}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        sx={{ my: 1.5 }}
      />
      <ResourceView resource={sessions}>
        {(all) =>
          all.length === 0 ? (
            <Typography color="text.secondary" variant="body2">
              {wanted === '' ? t.noSessions : t.noMatch}
            </Typography>
          ) : (
            <>
              <List dense disablePadding sx={{ maxHeight: { xs: 220, md: '65vh' }, overflowY: 'auto' }}>
                {all.map((session) => (
                  <Row key={session.id} session={session} onMenu={(anchor) => setMenu({ session, anchor })} />
                ))}
              </List>
              {wanted === '' && <RemoveAll sessions={all} />}
            </>
          )
        }
      </ResourceView>
      {menu && <SessionMenu session={menu.session} anchor={menu.anchor} onClose={() => setMenu(undefined)} />}
    </Box>
  );
}

function Row({
  session,
  onMenu,
}: {
  readonly session: Session;
  readonly onMenu: (anchor: HTMLElement) => void;
}): ReactNode {
  const t = useAssistantText();
  const title = titleOf(session, t.untitled);
  return (
    <ListItem
      disablePadding
      secondaryAction={
        <IconButton
          edge="end"
          size="small"
          aria-label={t.sessionMenu(title)}
          aria-haspopup="menu"
          onClick={(event) => onMenu(event.currentTarget)}
        >
          <MoreVertical size={18} />
        </IconButton>
      }
    >
      <ListItemButton
        component={NavLink}
        to={`/assistant/${encodeURIComponent(session.id)}`}
        sx={{ borderRadius: 1, '&.active': { bgcolor: 'action.selected', fontWeight: 600 } }}
      >
        <ListItemText
          disableTypography
          primary={
            <Box sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
              {session.starred && <Star size={14} role="img" aria-label={t.starred} />}{' '}
              {session.plan !== null && <Hourglass size={14} role="img" aria-label={t.planWaits} />} {title}
            </Box>
          }
        />
      </ListItemButton>
    </ListItem>
  );
}
