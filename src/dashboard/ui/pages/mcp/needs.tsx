import type { McpCatalogEntry } from '#contract';
import { Chip } from '@mui/material';
import type { ReactNode } from 'react';
import type { McpText } from './text.ts';

/** What has to be given before it runs. */
export function Needs({
  needs,
  broken,
  t,
}: {
  readonly needs: McpCatalogEntry['needs'];
  readonly broken: readonly string[];
  readonly t: McpText;
}): ReactNode {
  return (
    <>
      {broken.length > 0 && <Chip size="small" color="error" variant="outlined" label={t.broken} />}
      {needs.config.length > 0 && <Chip size="small" variant="outlined" label={t.needsConfig} />}
      {needs.secrets.length > 0 && <Chip size="small" variant="outlined" label={t.needsSecret} />}
      {needs.oauth.length > 0 && <Chip size="small" variant="outlined" label={t.needsSignIn} />}
    </>
  );
}
