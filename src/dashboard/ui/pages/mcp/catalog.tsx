import { mcpCatalogBody, mcpServersBody, type McpCatalogEntry } from '#contract';
import { Box, Button, Chip, Link as MuiLink, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import {
  CommandHint,
  cutLine,
  DataTable,
  EmptyState,
  ResourceView,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { AddServer } from './add-server.tsx';
import { ImportCatalog } from './import-catalog.tsx';
import { paths } from './paths.ts';
import { useMcpText, type McpText } from './text.ts';
import { profileFlag, useProfile } from './use-profile.ts';

interface Wish {
  readonly catalog: string;
  readonly type: string;
  readonly category: string;
  readonly needs: string;
}

const anything: Wish = { catalog: '', type: '', category: '', needs: '' };

/** Servers of all catalogues, to be added to a profile. */
export function Catalog(): ReactNode {
  const t = useMcpText();
  const { profile, query } = useProfile();
  const navigate = useNavigate();
  const [wish, setWish] = useState(anything);
  const [adding, setAdding] = useState<McpCatalogEntry>();
  const [isImporting, setImporting] = useState(false);
  const all = useResource({ path: paths.catalog('*'), schema: mcpCatalogBody });
  const present = useResource({ path: paths.servers(profile), schema: mcpServersBody });
  const names = useMemo(() => new Set(present.data?.servers.map(({ name }) => name)), [present.data]);
  const columns = useColumns({ t, names, query, onAdd: setAdding });
  return (
    <Stack spacing={2}>
      <ResourceView resource={all}>
        {({ servers, catalogs, problems }) => (
          <>
            <DataTable
              label={t.catalog}
              rows={servers.filter((server) => fits(server, wish))}
              columns={columns}
              rowKey={({ name, ref }) => `${ref} ${name}`}
              order={{ column: 'name', direction: 'asc' }}
              empty={
                servers.length === 0 ? (
                  <EmptyState title={t.noCatalog} command="gantry mcp catalog pull mcp/docker-mcp-catalog" />
                ) : (
                  <EmptyState
                    title={t.nothingFits}
                    action={<Button onClick={() => setWish(anything)}>{t.showAll}</Button>}
                  />
                )
              }
              toolbar={
                <>
                  <Choice
                    label={t.fromCatalog}
                    value={wish.catalog}
                    onChange={(catalog) => setWish({ ...wish, catalog })}
                  >
                    {catalogs.map(({ ref, title }) => [ref, title] as const)}
                  </Choice>
                  <Choice label={t.kind} value={wish.type} onChange={(type) => setWish({ ...wish, type })}>
                    {(['server', 'remote', 'poci'] as const).map((type) => [type, t.typeName(type)] as const)}
                  </Choice>
                  <Choice
                    label={t.category}
                    value={wish.category}
                    onChange={(category) => setWish({ ...wish, category })}
                  >
                    {categoriesOf(servers).map((one) => [one, one] as const)}
                  </Choice>
                  <Choice label={t.needs} value={wish.needs} onChange={(needs) => setWish({ ...wish, needs })}>
                    {[
                      ['nothing', t.needsNothing],
                      ['something', t.needsSomething],
                    ]}
                  </Choice>
                  <Button variant="outlined" onClick={() => setImporting(true)}>
                    {t.importCatalog}
                  </Button>
                </>
              }
            />
            {problems.length > 0 && <Typography color="text.secondary">{t.brokenEntries(problems.length)}</Typography>}
          </>
        )}
      </ResourceView>
      <CommandHint
        command={`gantry mcp catalog search WORDS && gantry mcp server enable NAME${profileFlag(profile)}`}
      />
      {adding && (
        <AddServer
          server={adding}
          profile={profile}
          onClose={() => setAdding(undefined)}
          onSetUp={(name) => void navigate(`/mcp/servers/${encodeURIComponent(name)}${query}`)}
        />
      )}
      {isImporting && <ImportCatalog onClose={() => setImporting(false)} />}
    </Stack>
  );
}

function fits({ ref, type, category, needs }: McpCatalogEntry, wish: Wish): boolean {
  const needed = needs.secrets.length + needs.config.length + needs.oauth.length > 0;
  return (
    (wish.catalog === '' || wish.catalog === ref) &&
    (wish.type === '' || wish.type === type) &&
    (wish.category === '' || wish.category === category) &&
    (wish.needs === '' || (wish.needs === 'something') === needed)
  );
}

function categoriesOf(servers: readonly McpCatalogEntry[]): readonly string[] {
  return [...new Set(servers.flatMap(({ category }) => category ?? []))].toSorted();
}

function useColumns({
  t,
  names,
  query,
  onAdd,
}: {
  readonly t: McpText;
  readonly names: ReadonlySet<string>;
  readonly query: string;
  readonly onAdd: (server: McpCatalogEntry) => void;
}): readonly Column<McpCatalogEntry>[] {
  return useMemo(
    () => [
      {
        id: 'name',
        header: t.name,
        value: ({ name, title }) => `${title ?? ''} ${name}`,
        cell: ({ name, title, ref }) => (
          <MuiLink
            component={Link}
            to={`/mcp/catalog/${encodeURIComponent(ref)}/${encodeURIComponent(name)}${query}`}
            sx={{ whiteSpace: 'nowrap' }}
          >
            {cutLine(title ?? name, 60).text}
          </MuiLink>
        ),
      },
      {
        id: 'description',
        header: t.description,
        value: ({ description, tags }) => `${description ?? ''} ${tags.join(' ')}`,
        cell: ({ description = '' }) => (
          <Box sx={{ maxWidth: 520, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {cutLine(description, 200).text}
          </Box>
        ),
      },
      { id: 'type', header: t.kind, value: ({ type }) => t.typeName(type), cell: ({ type }) => t.typeName(type) },
      {
        id: 'category',
        header: t.category,
        value: ({ category }) => category,
        cell: ({ category = '' }) => cutLine(category, 40).text,
      },
      {
        id: 'tools',
        header: t.tools,
        align: 'right',
        value: ({ tools }) => tools,
        cell: ({ tools }) => (tools === 0 ? '' : tools),
      },
      { id: 'needs', header: t.needs, cell: ({ needs, broken }) => <Needs needs={needs} broken={broken} t={t} /> },
      {
        id: 'add',
        header: '',
        align: 'right',
        cell: (server) =>
          names.has(server.name) ? (
            <Button size="small" component={Link} to={`/mcp/servers/${encodeURIComponent(server.name)}${query}`}>
              {t.isAdded}
            </Button>
          ) : (
            <Button
              size="small"
              variant="outlined"
              aria-label={t.addNamed(server.name)}
              disabled={server.broken.length > 0}
              onClick={() => onAdd(server)}
            >
              {t.add}
            </Button>
          ),
      },
    ],
    [t, names, query, onAdd],
  );
}

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
    <Box sx={{ display: 'flex', gap: 0.5 }}>
      {broken.length > 0 && <Chip size="small" color="error" variant="outlined" label={t.broken} />}
      {needs.config.length > 0 && <Chip size="small" variant="outlined" label={t.needsConfig} />}
      {needs.secrets.length > 0 && <Chip size="small" variant="outlined" label={t.needsSecret} />}
      {needs.oauth.length > 0 && <Chip size="small" variant="outlined" label={t.needsSignIn} />}
    </Box>
  );
}

function Choice({
  label,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: readonly (readonly [string, string])[] | string[][];
}): ReactNode {
  const t = useMcpText();
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 120 }}
    >
      <MenuItem value="">{t.any}</MenuItem>
      {children.map(([id = '', text = '']) => (
        <MenuItem key={id} value={id}>
          {cutLine(text, 60).text}
        </MenuItem>
      ))}
    </TextField>
  );
}
