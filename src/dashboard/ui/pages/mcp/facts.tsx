import { Box, Typography } from '@mui/material';
import { Fragment, type ReactNode } from 'react';
import { CleanText } from '../../kit/index.ts';

/** What is known of something, name by name; what is empty is left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, string | undefined])[] }): ReactNode {
  const known = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined && fact[1] !== '');
  return (
    <Box
      component="dl"
      sx={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', columnGap: 3, rowGap: 0.5, m: 0 }}
    >
      {known.map(([name, text]) => (
        <Fragment key={name}>
          <Typography component="dt" color="text.secondary">
            {name}
          </Typography>
          <Box component="dd" sx={{ m: 0, minWidth: 0 }}>
            <CleanText text={text} />
          </Box>
        </Fragment>
      ))}
    </Box>
  );
}
