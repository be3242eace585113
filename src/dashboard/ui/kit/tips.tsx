import { Box, Paper, Popper } from '@mui/material';
import { useEffect, useState, type ReactNode } from 'react';

interface Tip {
  readonly anchor: HTMLElement;
  readonly text: string;
}

const delayMs = 150;

/** Shows what buttons of rows are called: `data-tip` on whatever is pointed at or has the focus. One for the page, since one for each button costs more than the button. */
export function Tips({ children }: { readonly children: ReactNode }): ReactNode {
  const [wanted, setWanted] = useState<Tip>();
  const [shown, setShown] = useState<Tip>();
  useEffect(() => {
    const timer = setTimeout(() => setShown(wanted), wanted ? delayMs : 0);
    return () => clearTimeout(timer);
  }, [wanted]);
  const look = (target: EventTarget): void => {
    const anchor = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
    const text = anchor?.dataset['tip'];
    if (wanted?.anchor !== (anchor ?? undefined)) setWanted(anchor && text ? { anchor, text } : undefined);
  };
  const hide = (): void => setWanted(undefined);
  return (
    <Box
      onPointerOver={({ target }) => look(target)}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={({ target }) => target.matches(':focus-visible') && look(target)}
      onBlur={hide}
      onKeyDown={({ key }) => key === 'Escape' && hide()}
    >
      {children}
      {shown?.anchor.isConnected && (
        <Popper open anchorEl={shown.anchor} placement="bottom" role="tooltip" sx={{ zIndex: 1500, p: 0.5 }}>
          <Paper elevation={3} sx={{ px: 1, py: 0.5, maxWidth: 360, typography: 'caption', overflowWrap: 'anywhere' }}>
            {shown.text}
          </Paper>
        </Popper>
      )}
    </Box>
  );
}
