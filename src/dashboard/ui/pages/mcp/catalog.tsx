import { mcpCatalogBody, mcpServersBody, type McpCatalogBody, type McpCatalogEntry } from '#contract';
import { Box, Button, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { CommandHint, cutLine, EmptyState, ResourceView, useResource } from '../../kit/index.ts';
import { AddServer } from './add-server.tsx';
import { anything, namesIn, wanted, type Wish } from './catalog-filter.ts';
import { Catalogs } from './catalogs.tsx';
import { paths } from './paths.ts';
import { ServerCard } from './server-card.tsx';
import { useMcpText, type McpText } from './text.ts';
import { profileFlag, useProfile } from './use-profile.ts';

const cardsAtOnce = 60;
const mostNames = 60;

/** Servers of all catalogues, to be added to a profile. */
export function Catalog(): ReactNode {
  const t = useMcpText();
  const { profile } = useProfile();
  const all = useResource({ path: paths.catalog('*'), schema: mcpCatalogBody });
  return (
    <Stack spacing={2}>
      <ResourceView resource={all}>
        {(body) => (
          <>
            <Search catalog={body} />
            {body.problems.length > 0 && (
              <details>
                <summary>{t.brokenEntries(body.problems.length)}</summary>
                <Box component="ul" sx={{ m: 0 }}>
                  {body.problems.slice(0, mostNames).map(({ server, reason }, at) => (
                    // oxlint-disable-next-line react/no-array-index-key -- names of broken entries may be alike
                    <li key={at}>{cutLine(`${server}: ${reason}`, 300).text}</li>
                  ))}
                </Box>
              </details>
            )}
            <Catalogs catalogs={body.catalogs} />
          </>
        )}
      </ResourceView>
      <CommandHint
        command={`gantry mcp catalog search WORDS && gantry mcp server enable NAME${profileFlag(profile)}`}
      />
    </Stack>
  );
}

function Search({ catalog: { servers, catalogs } }: { readonly catalog: McpCatalogBody }): ReactNode {
  const t = useMcpText();
  const { profile, query } = useProfile();
  const navigate = useNavigate();
  const [wish, setWish] = useState(anything);
  const [most, setMost] = useState(cardsAtOnce);
  const [adding, setAdding] = useState<McpCatalogEntry>();
  const present = useResource({ path: paths.servers(profile), schema: mcpServersBody });
  const names = useMemo(() => new Set(present.data?.servers.map(({ name }) => name)), [present.data]);
  const looked = useDeferredValue(wish);
  const found = useMemo(() => wanted(servers, looked), [servers, looked]);
  const choose = (change: Partial<Wish>): void => {
    setWish({ ...wish, ...change });
    setMost(cardsAtOnce);
  };
  if (servers.length === 0) {
    return <EmptyState title={t.noCatalog} command="gantry mcp catalog pull mcp/docker-mcp-catalog" />;
  }
  return (
    <Stack spacing={2}>
      <Filters wish={wish} onChoose={choose} servers={servers} catalogs={catalogs} t={t} />
      <Typography variant="body2" color="text.secondary" role="status">
        {t.serversOf(found.length, servers.length)}
      </Typography>
      {found.length === 0 ? (
        <EmptyState title={t.nothingFits} action={<Button onClick={() => setWish(anything)}>{t.showAll}</Button>} />
      ) : (
        <Box
          component="ul"
          aria-label={t.catalog}
          sx={{
            listStyle: 'none',
            m: 0,
            p: 0,
            display: 'grid',
            gap: 1.5,
            gridTemplateColumns: 'repeat(auto-fill, minmax(min(300px, 100%), 1fr))',
          }}
        >
          {found.slice(0, most).map((server) => (
            <ServerCard
              key={`${server.ref} ${server.name}`}
              server={server}
              isAdded={names.has(server.name)}
              query={query}
              onAdd={setAdding}
            />
          ))}
        </Box>
      )}
      {found.length > most && (
        <Button onClick={() => setMost(most + cardsAtOnce)} sx={{ alignSelf: 'center' }}>
          {t.showMore(found.length - most)}
        </Button>
      )}
      {adding && (
        <AddServer
          servers={[adding]}
          catalog={adding.ref}
          profile={profile}
          onClose={() => setAdding(undefined)}
          onOpen={(name) => void navigate(`/mcp/servers/${encodeURIComponent(name)}${query}`)}
        />
      )}
    </Stack>
  );
}

interface FiltersProps {
  readonly wish: Wish;
  readonly onChoose: (change: Partial<Wish>) => void;
  readonly servers: readonly McpCatalogEntry[];
  readonly catalogs: McpCatalogBody['catalogs'];
  readonly t: McpText;
}

function Filters({ wish, onChoose, servers, catalogs, t }: FiltersProps): ReactNode {
  const counted = (list: readonly (readonly [string, number])[]): readonly (readonly [string, string])[] =>
    list.slice(0, mostNames).map(([name, count]) => [name, `${name} (${count})`]);
  return (
    <Box role="search" aria-label={t.searchCatalog} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
      <TextField
        size="small"
        type="search"
        label={t.search}
        value={wish.words}
        onChange={(event) => onChoose({ words: event.target.value })}
        sx={{ flex: '4 1 220px' }}
      />
      <Select label={t.fromCatalog} value={wish.catalog} onChange={(catalog) => onChoose({ catalog })}>
        {catalogs.map(({ ref, title }) => [ref, title])}
      </Select>
      <Select label={t.place} value={wish.type} onChange={(type) => onChoose({ type })}>
        {[
          ['local', t.placeName('local')],
          ['remote', t.placeName('remote')],
        ]}
      </Select>
      <Select label={t.category} value={wish.category} onChange={(category) => onChoose({ category })}>
        {counted(namesIn(servers, 'category'))}
      </Select>
      <Select label={t.tag} value={wish.tag} onChange={(tag) => onChoose({ tag })}>
        {counted(namesIn(servers, 'tags'))}
      </Select>
      <Select label={t.needs} value={wish.needs} onChange={(needs) => onChoose({ needs })}>
        {[
          ['nothing', t.needsNothing],
          ['something', t.needsSomething],
        ]}
      </Select>
    </Box>
  );
}

function Select({
  label,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: readonly (readonly string[])[];
}): ReactNode {
  const t = useMcpText();
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 140, flex: '1 0 140px' }}
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
