import { Box, Typography } from '@mui/material';
import { cardBody } from '#contract';
import type { ReactNode } from 'react';
import { Markdown, ResourceView, useResource } from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';

/** What the publisher of a model writes about it: text of a stranger. */
export function Card({ name }: { readonly name: string }): ReactNode {
  const t = useModelsText();
  const card = useResource({ path: `/gantry/card?model=${encodeURIComponent(name)}`, schema: cardBody });
  return (
    <Box component="section" aria-label={t.card}>
      <Typography variant="subtitle1" component="h2">
        {t.card}
      </Typography>
      <ResourceView resource={card}>
        {({ text, origin }) =>
          text === '' ? (
            <Typography color="text.secondary">{t.noCard}</Typography>
          ) : (
            <>
              <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
                {t.from(origin)}
              </Typography>
              <Markdown text={text} html="tagless" />
            </>
          )
        }
      </ResourceView>
    </Box>
  );
}
