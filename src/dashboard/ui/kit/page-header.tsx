import { Box, Typography } from '@mui/material';
import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'react-router';

export interface PageHeaderProps {
  /** The heading, and the name of the browser's tab. */
  readonly title: string;
  readonly text?: ReactNode;
  /** Buttons. */
  readonly children?: ReactNode;
}

/** The one heading of a page. It names the tab, and gets the focus when the page is gone to, so that it is read out. */
export function PageHeader({ title, text, children }: PageHeaderProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname, key } = useLocation();
  useEffect(() => {
    document.title = `${title} · Gantry`;
  }, [title]);
  useEffect(() => {
    // `default` is the key of the first page, where nobody has gone anywhere yet. A dialog that was opened while the page came keeps it.
    if (key !== 'default' && !document.activeElement?.closest('[role=dialog]'))
      heading.current?.focus({ preventScroll: true });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key changes with the query too, which is no other page
  }, [pathname]);
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, mb: 2 }}>
      <Box sx={{ flex: 1, minWidth: 220 }}>
        <Typography
          ref={heading}
          tabIndex={-1}
          variant="h5"
          component="h1"
          sx={{ fontWeight: 650, overflowWrap: 'anywhere', outline: 'none' }}
        >
          {title}
        </Typography>
        {text !== undefined && <Typography color="text.secondary">{text}</Typography>}
      </Box>
      {children}
    </Box>
  );
}
