import { mcpChange, mcpProfilesBody } from '#contract';
import { Box, MenuItem, Tab, Tabs, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { Link, Navigate, Route, Routes, useLocation } from 'react-router';
import { PageHeader, useEvents, useInvalidate, useResource } from '../../kit/index.ts';
import { Calls } from './calls.tsx';
import { Catalog } from './catalog.tsx';
import { CatalogServer } from './catalog-server.tsx';
import { Clients } from './clients.tsx';
import { concerned, paths } from './paths.ts';
import { Policy } from './policy.tsx';
import { Profiles } from './profiles.tsx';
import { Secrets } from './secrets.tsx';
import { Server } from './server.tsx';
import { Servers } from './servers.tsx';
import { useMcpText } from './text.ts';
import { useProfile } from './use-profile.ts';
import { useVisible } from './use-visible.ts';

const tabs = ['catalog', 'servers', 'clients', 'profiles', 'secrets', 'policy', 'calls'] as const;

/** MCP servers: found, set up, tried, given to clients, and watched. */
export function Page(): ReactNode {
  const t = useMcpText();
  const { pathname } = useLocation();
  const { query } = useProfile();
  const invalidate = useInvalidate();
  useEvents(
    { path: paths.events, schema: mcpChange, enabled: useVisible() },
    ({ what }) => void invalidate(concerned[what] ?? []),
  );
  const at = tabs.find((tab) => pathname.split('/')[2] === tab) ?? 'catalog';
  return (
    <>
      <PageHeader title={t.title} text={t.intro}>
        <ProfileChoice />
      </PageHeader>
      <Box component="nav" aria-label={t.sections} sx={{ borderBottom: 1, borderColor: 'divider', mb: 2 }}>
        <Tabs value={at} variant="scrollable" scrollButtons="auto" aria-label={t.sections}>
          {tabs.map((tab) => (
            <Tab key={tab} value={tab} label={t[tab]} component={Link} to={`/mcp/${tab}${query}`} />
          ))}
        </Tabs>
      </Box>
      <Routes>
        <Route index element={<Navigate to={`catalog${query}`} replace />} />
        <Route path="catalog" element={<Catalog />} />
        <Route path="catalog/:ref/:name" element={<CatalogServer />} />
        <Route path="servers" element={<Servers />} />
        <Route path="servers/:name/*" element={<Server />} />
        <Route path="clients" element={<Clients />} />
        <Route path="profiles" element={<Profiles />} />
        <Route path="secrets" element={<Secrets />} />
        <Route path="policy" element={<Policy />} />
        <Route path="calls" element={<Calls />} />
        <Route path="*" element={<Navigate to={`/mcp/catalog${query}`} replace />} />
      </Routes>
    </>
  );
}

function ProfileChoice(): ReactNode {
  const t = useMcpText();
  const { profile, choose } = useProfile();
  const { data } = useResource({ path: paths.profiles, schema: mcpProfilesBody });
  const ids = [...new Set([profile, data?.default ?? 'default', ...(data?.profiles.map(({ id }) => id) ?? [])])];
  return (
    <TextField
      select
      size="small"
      label={t.profile}
      value={profile}
      onChange={(event) => choose(event.target.value)}
      sx={{ minWidth: 160 }}
    >
      {ids.toSorted().map((id) => (
        <MenuItem key={id} value={id}>
          {id}
        </MenuItem>
      ))}
    </TextField>
  );
}
