import { Box, Typography } from '@mui/material';
import { Fragment, type ReactNode } from 'react';
import { CleanText, cutLine } from '../../kit/index.ts';

/** What is known of something, name by name; what is empty is left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, string | undefined])[] }): ReactNode {
  const known = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined && fact[1] !== '');
  return (
    <Box
      component="dl"
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: '1fr', sm: 'minmax(100px, max-content) 1fr' },
        columnGap: 3,
        rowGap: 0.5,
        m: 0,
      }}
    >
      {known.map(([name, text], at) => (
        // oxlint-disable-next-line react/no-array-index-key -- names may be alike, and facts do not move
        <Fragment key={at}>
          <Typography component="dt" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
            {cutLine(name, 200).text}
          </Typography>
          <Box component="dd" sx={{ m: 0, minWidth: 0 }}>
            <CleanText text={text} />
          </Box>
        </Fragment>
      ))}
    </Box>
  );
}
