import { mcpManualBody } from '#contract';
import { Paper, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { ResourceView, useResource } from '../../kit/index.ts';
import { LongText } from './long-text.tsx';
import { root } from './paths.ts';
import { useMcpText } from './text.ts';

/** For clients that are not in the list. */
export function Manual({ profile }: { readonly profile: string }): ReactNode {
  const t = useMcpText();
  const manual = useResource({ path: `${root}/manual?profile=${encodeURIComponent(profile)}`, schema: mcpManualBody });
  return (
    <Paper component="section" aria-label={t.manual} variant="outlined" sx={{ p: 2 }}>
      <Typography component="h2" variant="subtitle1">
        {t.manual}
      </Typography>
      <Typography color="text.secondary" sx={{ mb: 1 }}>
        {t.manualText}
      </Typography>
      <ResourceView resource={manual}>{({ json }) => <LongText text={json} label={t.manual} />}</ResourceView>
    </Paper>
  );
}
