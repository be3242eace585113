import { Box, Typography } from '@mui/material';
import { engineBody } from '#contract';
import type { ReactNode } from 'react';
import { useResource } from '../../kit/index.ts';
import { Chips } from './list-field.tsx';
import { useSettingsText } from './settings-text.ts';

/** Those that are not ours to change: of the Engine, and of its file. */
export function EngineMirrors(): ReactNode {
  const t = useSettingsText();
  const { data, error } = useResource({ path: '/gantry/docker/engine', schema: engineBody, refreshMs: 15_000 });
  return (
    <>
      {error && <Typography color="text.secondary">{t.engineAway}</Typography>}
      {data && <Shown title={t.engineMirrors} items={data.registryMirrors.engine} />}
      {data?.registryMirrors.file && <Shown title={t.fileMirrors} items={data.registryMirrors.file} />}
    </>
  );
}

function Shown({ title, items }: { readonly title: string; readonly items: readonly string[] }): ReactNode {
  return (
    <Box role="group" aria-label={title}>
      <Typography variant="subtitle2">{title}</Typography>
      <Chips items={items} />
    </Box>
  );
}
