import { mcpServerBody, type McpServerBody } from '#contract';
import { Button } from '@mui/material';
import type { ReactNode } from 'react';
import { useAction } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';

/** Starts the server once to ask what it offers. */
export function AskServer({ server }: { readonly server: Pick<McpServerBody, 'profile' | 'name'> }): ReactNode {
  const t = useMcpText();
  const path = `${paths.server(server.profile, server.name)}?ask=true`;
  const ask = useAction({ run: (api) => api.json({ path }, mcpServerBody), changes: concerned['servers'] });
  return (
    <Button variant="outlined" loading={ask.isRunning} onClick={() => void ask.start()}>
      {t.askServer}
    </Button>
  );
}
