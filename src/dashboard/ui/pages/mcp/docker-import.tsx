import type { mcpDockerImportBody } from '#contract';
import { Alert, Stack } from '@mui/material';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { cutLine } from '../../kit/index.ts';
import { useMcpText } from './text.ts';

export type DockerImported = z.infer<typeof mcpDockerImportBody>;

const mostNotes = 20;

/** What was taken over from Docker's own toolkit, what was here already, and what could not be taken over. */
export function DockerImport({ taken }: { readonly taken: DockerImported }): ReactNode {
  const t = useMcpText();
  const fresh = [...taken.profiles, ...taken.catalogs];
  const kept = [...taken.keptProfiles, ...taken.keptCatalogs];
  return (
    <Stack spacing={1} role="status" aria-label={t.importDocker}>
      {fresh.length > 0 && <Alert severity="success">{cutLine(t.dockerTaken(fresh.join(', ')), 1000).text}</Alert>}
      {kept.length > 0 && <Alert severity="info">{cutLine(t.dockerKept(kept.join(', ')), 1000).text}</Alert>}
      {fresh.length + kept.length === 0 && <Alert severity="info">{t.dockerNothing}</Alert>}
      {taken.notes.slice(0, mostNotes).map((note) => (
        <Alert key={note} severity="warning">
          {cutLine(note, 500).text}
        </Alert>
      ))}
    </Stack>
  );
}
