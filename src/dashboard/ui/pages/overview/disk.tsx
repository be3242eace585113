import { Box, Link as TextLink, Typography } from '@mui/material';
import { diskUsageBody, modelListBody } from '#contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { CleanText, ResourceView, useFormat, useResource } from '../../kit/index.ts';
import { Card, Figure } from './card.tsx';
import { largestOf } from './figures.ts';
import { refreshMs, useText } from './overview-text.ts';

/** What models and runtimes take, and which models most. */
export function Disk(): ReactNode {
  const t = useText();
  const format = useFormat();
  const usage = useResource({ path: '/engines/df', schema: diskUsageBody, refreshMs: refreshMs * 6 });
  const models = useResource({ path: '/models', schema: modelListBody, refreshMs: refreshMs * 6 });
  const { shown, left } = largestOf(models.data ?? []);
  return (
    <Card title={t.disk} to="/settings">
      <ResourceView resource={usage}>
        {({ models_disk_usage: bytes, default_backend_disk_usage: runtimes }) => (
          <>
            <Figure value={format.bytes(bytes)} text={t.models} />
            {shown.length > 0 && (
              <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
                {shown.map(({ name, size }) => (
                  <li key={name}>
                    <TextLink component={Link} to={`/models/model/${encodeURIComponent(name)}`}>
                      <CleanText text={name} />
                    </TextLink>{' '}
                    {size}
                  </li>
                ))}
              </Box>
            )}
            {left > 0 && <Typography color="text.secondary">{t.more(format.number(left))}</Typography>}
            <Figure value={format.bytes(runtimes)} text={t.runtimes} />
          </>
        )}
      </ResourceView>
    </Card>
  );
}
