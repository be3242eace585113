import { Box, List, ListItem, ListItemButton, ListItemIcon, ListItemText } from '@mui/material';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { useLanguage } from '../kit/index.ts';
import { useShownPages } from './shown-pages.ts';
import { useShellText } from './shell-text.ts';

/** The pages by name. */
export function Sidebar({ onGone }: { readonly onGone?: (() => void) | undefined }): ReactNode {
  const t = useShellText();
  const { language } = useLanguage();
  return (
    <Box component="nav" aria-label={t.navigation}>
      <List>
        {useShownPages().map(({ path, title, icon: Icon }) => (
          <ListItem key={path} disablePadding sx={{ px: 1 }}>
            <ListItemButton
              component={NavLink}
              to={`/${path}`}
              onClick={onGone}
              sx={{
                borderRadius: 1,
                '&.active': { bgcolor: 'action.selected', fontWeight: 600, color: 'primary.main' },
              }}
            >
              <ListItemIcon sx={{ minWidth: 36, color: 'inherit' }}>
                <Icon size={20} aria-hidden />
              </ListItemIcon>
              <ListItemText primary={title[language]} disableTypography />
            </ListItemButton>
          </ListItem>
        ))}
      </List>
    </Box>
  );
}
