import { mcpCatalogServerBody, mcpServersBody, type McpCatalogServerBody } from '#contract';
import { Box, Button, Link as MuiLink, Paper, Stack, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import {
  CleanText,
  CommandHint,
  cutLine,
  Markdown,
  ResourceView,
  SparkleButton,
  useResource,
} from '../../kit/index.ts';
import { AddServer } from './add-server.tsx';
import { Needs } from './catalog.tsx';
import { Facts } from './facts.tsx';
import { LongText } from './long-text.tsx';
import { paths } from './paths.ts';
import { useMcpText } from './text.ts';
import { useProfile } from './use-profile.ts';

/** One server of a catalogue: what would run, what it wants, which tools it has. */
export function CatalogServer(): ReactNode {
  const { ref = '', name = '' } = useParams();
  const t = useMcpText();
  const { query } = useProfile();
  const server = useResource({ path: paths.catalogServer(ref, name), schema: mcpCatalogServerBody });
  return (
    <Stack spacing={2}>
      <MuiLink component={Link} to={`/mcp/catalog${query}`}>
        ← {t.catalog}
      </MuiLink>
      <ResourceView resource={server}>{(body) => <Shown server={body} />}</ResourceView>
      <CommandHint command={`gantry mcp catalog server inspect ${ref} ${name}`} />
    </Stack>
  );
}

function Shown({ server }: { readonly server: McpCatalogServerBody }): ReactNode {
  const t = useMcpText();
  const { profile, query } = useProfile();
  const navigate = useNavigate();
  const [isAdding, setAdding] = useState(false);
  const present = useResource({ path: paths.servers(profile), schema: mcpServersBody });
  const isThere = present.data?.servers.some(({ name }) => name === server.name) ?? false;
  const setUp = `/mcp/servers/${encodeURIComponent(server.name)}${query}`;
  return (
    <Stack spacing={2}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="h6" component="h2">
          {cutLine(server.title ?? server.name, 100).text}
        </Typography>
        <SparkleButton kind="server" name={server.name} />
        <Needs needs={server.needs} broken={server.broken} t={t} />
        <Box sx={{ flex: 1 }} />
        {isThere ? (
          <Button component={Link} to={setUp}>
            {t.isAdded}
          </Button>
        ) : (
          <Button variant="contained" disabled={server.broken.length > 0} onClick={() => setAdding(true)}>
            {t.addTo(profile)}
          </Button>
        )}
      </Box>
      <CleanText component="div" text={server.description ?? ''} />
      <Facts
        facts={[
          [t.kind, t.typeName(server.type)],
          [t.runs, server.runs],
          [t.network, server.allowHosts.length > 0 ? server.allowHosts.join(', ') : t.networkName(server.network)],
          [t.volumes, server.volumes.join(', ')],
          [t.secrets, server.secrets.map(({ name }) => name).join(', ')],
          [t.signIn, server.oauth.map(({ provider }) => provider).join(', ')],
          [t.publisher, server.publisher],
          [t.license, server.license],
          [t.fromCatalog, server.ref],
          [t.broken, server.broken.join(' ')],
        ]}
      />
      {server.toolList.length > 0 && (
        <Paper variant="outlined" sx={{ p: 2 }}>
          <Typography variant="subtitle1" component="h3">
            {t.tools}
          </Typography>
          <Box component="dl" sx={{ m: 0 }}>
            {server.toolList.map((tool) => (
              <Box key={tool.name} sx={{ py: 0.5 }}>
                <Typography component="dt" sx={{ fontFamily: 'monospace' }}>
                  {cutLine(tool.name, 200).text}
                </Typography>
                <Box component="dd" sx={{ m: 0, color: 'text.secondary' }}>
                  <CleanText text={tool.description ?? ''} />
                </Box>
              </Box>
            ))}
          </Box>
        </Paper>
      )}
      {server.readme !== undefined && /^https?:/.test(server.readme) ? (
        <CleanText text={`${t.readme}: ${server.readme}`} />
      ) : (
        server.readme !== undefined && <Markdown text={server.readme} />
      )}
      <details>
        <summary>{t.entry}</summary>
        <LongText text={JSON.stringify(server.entry, undefined, 2)} label={t.entry} />
      </details>
      {isAdding && (
        <AddServer
          server={server}
          profile={profile}
          onClose={() => setAdding(false)}
          onSetUp={() => void navigate(setUp)}
        />
      )}
    </Stack>
  );
}
