import { Box, LinearProgress, Link as TextLink, Paper, Stack, Typography } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { Link } from 'react-router';

/** One figure of the overview; its title leads to the page with more of it. */
export function Card(props: { readonly title: string; readonly to: string; readonly children: ReactNode }): ReactNode {
  const { title, to, children } = props;
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} sx={{ p: 2.5, minWidth: 0 }}>
      <Typography id={id} variant="subtitle1" component="h2" sx={{ fontWeight: 650, mb: 1.5 }}>
        <TextLink component={Link} to={to} color="inherit" underline="hover">
          {title}
        </TextLink>
      </Typography>
      <Stack spacing={1.5}>{children}</Stack>
    </Paper>
  );
}

export function Figure({ value, text }: { readonly value: string; readonly text: string }): ReactNode {
  return (
    <Box>
      <Typography variant="h5" component="p">
        {value}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {text}
      </Typography>
    </Box>
  );
}

export function Bar({ text, percent }: { readonly text: string; readonly percent: number }): ReactNode {
  return (
    <Box>
      <Typography variant="body2">{text}</Typography>
      <LinearProgress
        variant="determinate"
        aria-label={text}
        color={percent > 90 ? 'warning' : 'primary'}
        value={Math.min(100, percent)}
      />
    </Box>
  );
}
