import {
  mcpCatalogsBody,
  mcpCatalogServerBody,
  mcpReadmeBody,
  mcpServersBody,
  type McpCatalogServerBody,
} from '#contract';
import { Box, Button, Link as MuiLink, Paper, Stack, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
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
import { titleOf } from './catalog-filter.ts';
import { Needs } from './needs.tsx';
import { Facts } from './facts.tsx';
import { LongText } from './long-text.tsx';
import { Manual } from './manual.tsx';
import { paths, root } from './paths.ts';
import { PartTabs } from './part-tabs.tsx';
import { fieldsOf } from './schema-fields.ts';
import { ServerIcon } from './server-card.tsx';
import { useMcpText } from './text.ts';
import { useProfile } from './use-profile.ts';

const parts = ['overview', 'tools', 'configuration', 'manual'] as const;
type Part = (typeof parts)[number];

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
  const [part, setPart] = useState<Part>('overview');
  const present = useResource({ path: paths.servers(profile), schema: mcpServersBody });
  const isThere = present.data?.servers.some(({ name }) => name === server.name) ?? false;
  const setUp = `/mcp/servers/${encodeURIComponent(server.name)}${query}`;
  return (
    <Stack spacing={2}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <ServerIcon title={titleOf(server)} name={server.name} />
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
      <PartTabs label={t.partsOf(server.name)} parts={parts} part={part} nameOf={t.catalogPart} onChoose={setPart}>
        {part === 'overview' && <Overview server={server} />}
        {part === 'tools' && <Tools tools={server.toolList} />}
        {part === 'configuration' && <Wants server={server} />}
        {part === 'manual' && <Manual profile={profile} />}
      </PartTabs>
      {isAdding && (
        <AddServer
          servers={[server]}
          catalog={server.ref}
          profile={profile}
          onClose={() => setAdding(false)}
          onOpen={() => void navigate(setUp)}
        />
      )}
    </Stack>
  );
}

function Overview({ server }: { readonly server: McpCatalogServerBody }): ReactNode {
  const t = useMcpText();
  const listing = useResource({ path: paths.catalogs, schema: mcpCatalogsBody });
  const catalog = listing.data?.catalogs.find(({ ref }) => ref === server.ref);
  const [, digest] = (server.image ?? '').split('@');
  return (
    <Stack spacing={2}>
      <Facts
        facts={[
          [t.serverId, server.name],
          [t.kind, t.typeName(server.type)],
          [t.runs, server.runs],
          [t.image, server.image],
          [t.digest, digest],
          [t.address, server.url],
          [t.network, server.allowHosts.length > 0 ? server.allowHosts.join(', ') : t.networkName(server.network)],
          [t.volumes, server.volumes.join(', ')],
          [t.secrets, server.secrets.map(({ name }) => name).join(', ')],
          [t.signIn, server.oauth.map(({ provider }) => provider).join(', ')],
          [t.publisher, server.publisher],
          [t.license, server.license],
          [t.category, server.category],
          [t.tag, server.tags.join(', ')],
          [t.fromCatalog, server.ref],
          [t.from, catalog && (catalog.builtIn ? t.builtIn : catalog.source)],
          [t.updated, catalog?.pulledAt ?? catalog?.updatedAt],
          [t.broken, server.broken.join(' ')],
        ]}
      />
      {server.readme !== undefined && <Readme server={server} />}
      <details>
        <summary>{t.entry}</summary>
        <LongText text={JSON.stringify(server.entry, undefined, 2)} label={t.entry} />
      </details>
    </Stack>
  );
}

/** What the entry has, or, where it only says where it is, what the daemon fetches once somebody asks. */
function Readme({ server }: { readonly server: McpCatalogServerBody }): ReactNode {
  const t = useMcpText();
  const { ref, name, readme = '' } = server;
  const isAddress = /^https?:/.test(readme);
  const [isWanted, setWanted] = useState(!isAddress);
  const path = `${root}/catalog/readme?ref=${encodeURIComponent(ref)}&name=${encodeURIComponent(name)}`;
  const text = useResource({ path, schema: mcpReadmeBody, enabled: isWanted });
  return (
    <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.readme}>
      {!isWanted && (
        <>
          <CleanText component="div" text={readme} />
          <Button size="small" onClick={() => setWanted(true)}>
            {t.fetchReadme}
          </Button>
        </>
      )}
      {isWanted && (
        <ResourceView resource={text}>{(body) => <Markdown text={body.text} html="tagless" />}</ResourceView>
      )}
    </Paper>
  );
}

function Tools({ tools }: { readonly tools: McpCatalogServerBody['toolList'] }): ReactNode {
  const t = useMcpText();
  if (tools.length === 0) return <Typography color="text.secondary">{t.noTools}</Typography>;
  return (
    <Box component="dl" sx={{ m: 0 }} aria-label={t.tools}>
      {tools.map((tool) => (
        <Box key={tool.name} sx={{ py: 1 }}>
          <Typography component="dt" sx={{ fontFamily: 'monospace' }}>
            {cutLine(tool.name, 200).text}
          </Typography>
          <Box component="dd" sx={{ m: 0 }}>
            <Box sx={{ color: 'text.secondary' }}>
              <CleanText text={tool.description ?? ''} />
            </Box>
            <Arguments schema={tool.inputSchema} />
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function Arguments({ schema }: { readonly schema: Readonly<Record<string, unknown>> | undefined }): ReactNode {
  const t = useMcpText();
  const fields = useMemo(() => (schema ? fieldsOf([schema]) : []), [schema]);
  return (
    <Facts
      facts={fields.map(({ label, path, kind, isRequired, description }) => [
        path.at(-1) ?? label,
        [t.kindName(kind), isRequired ? t.required : undefined, description].filter(Boolean).join(' · '),
      ])}
    />
  );
}

/** What has to be given; it is given once the server is in a profile. */
function Wants({ server }: { readonly server: McpCatalogServerBody }): ReactNode {
  const t = useMcpText();
  const { config, secrets, oauth, volumes } = server;
  if (config.length + secrets.length + oauth.length + volumes.length === 0) {
    return <Typography color="text.secondary">{t.nothingToSetUp}</Typography>;
  }
  return (
    <Stack spacing={2}>
      <Typography color="text.secondary">{t.wantsText}</Typography>
      {config.map((schema, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- schemas of an entry do not move
        <Arguments key={at} schema={schema} />
      ))}
      <Facts
        facts={[
          ...secrets.map(
            ({ name, env, description }) => [name, [t.secret, env, description].filter(Boolean).join(' · ')] as const,
          ),
          ...oauth.map(({ provider, env }) => [provider, `${t.signIn} · ${env}`] as const),
          ...volumes.map((volume) => [t.folder, volume] as const),
        ]}
      />
    </Stack>
  );
}
