import { Box, Typography } from '@mui/material';
import { engineBody } from '#contract';
import type { ReactNode } from 'react';
import { useResource } from '../../kit/index.ts';
import { Chips, ListField } from './fields.tsx';
import { Section } from './section.tsx';
import { useSettingsText } from './settings-text.ts';

export function Mirrors(): ReactNode {
  const t = useSettingsText();
  const { data, error } = useResource({ path: '/gantry/docker/engine', schema: engineBody });
  return (
    <Section title={t.mirrors} text={t.mirrorsText}>
      {error && <Typography color="text.secondary">{t.engineAway}</Typography>}
      {data && <Shown title={t.engineMirrors} items={data.registryMirrors.engine} />}
      {data?.registryMirrors.file && <Shown title={t.fileMirrors} items={data.registryMirrors.file} />}
      <ListField setting="models.registryMirrors" label={t.ourMirrors} />
      <ListField setting="models.insecureRegistries" label={t.insecure} />
    </Section>
  );
}

function Shown({ title, items }: { readonly title: string; readonly items: readonly string[] }): ReactNode {
  return (
    <Box>
      <Typography variant="subtitle2">{title}</Typography>
      <Chips items={items} />
    </Box>
  );
}
