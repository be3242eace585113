import { Paper, Stack, Typography } from '@mui/material';
import { useId, type ReactNode } from 'react';

export function Section(props: {
  readonly title: string;
  readonly text?: string | undefined;
  /** Where links to it lead. */
  readonly id?: string | undefined;
  readonly children: ReactNode;
}): ReactNode {
  const { title, text, id: anchor, children } = props;
  const id = useId();
  return (
    <Paper component="section" variant="outlined" id={anchor} aria-labelledby={id} sx={{ p: 2.5, scrollMarginTop: 16 }}>
      <Typography id={id} variant="h6" component="h2">
        {title}
      </Typography>
      {text !== undefined && (
        <Typography variant="body2" color="text.secondary">
          {text}
        </Typography>
      )}
      <Stack spacing={2.5} sx={{ mt: 2 }}>
        {children}
      </Stack>
    </Paper>
  );
}
