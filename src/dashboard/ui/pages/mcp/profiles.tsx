import {
  mcpDockerImportBody,
  mcpExportedProfileBody,
  mcpProfileBody,
  mcpProfilesBody,
  mcpPushedProfileBody,
  mcpRemovedProfileBody,
  type McpProfilesBody,
} from '#contract';
import { Alert, Button, Chip, Link as MuiLink, Stack } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  CommandHint,
  ConfirmDialog,
  cutLine,
  DataTable,
  EmptyState,
  ResourceView,
  useAction,
  useResource,
  useToasts,
  type Column,
} from '../../kit/index.ts';
import { AddServer } from './add-server.tsx';
import { AskText } from './ask-text.tsx';
import { CreateProfile } from './create-profile.tsx';
import { DockerImport, type DockerImported } from './docker-import.tsx';
import { concerned, paths } from './paths.ts';
import { saveText } from './save-text.ts';
import { useMcpText, type McpText } from './text.ts';

type Profile = McpProfilesBody['profiles'][number];
type Asking =
  | { readonly kind: 'create' | 'import' | 'pull' }
  /** Images of the servers that a profile began with. */
  | { readonly kind: 'prepare'; readonly id: string; readonly servers: readonly string[] }
  | { readonly kind: 'rename' | 'push' | 'remove'; readonly profile: Profile };

/** Named sets of servers: made, shared, taken away. */
export function Profiles(): ReactNode {
  const t = useMcpText();
  const toasts = useToasts();
  const [asking, setAsking] = useState<Asking>();
  const profiles = useResource({ path: paths.profiles, schema: mcpProfilesBody });
  const changes = concerned['profiles'];
  const post = useAction({
    run: (api, { path, method = 'POST', body }: { path: string; method?: 'POST' | 'PATCH'; body: object }) =>
      api.json({ path, method, body }, mcpProfileBody),
    changes,
    done: ({ id }) => t.profileSaved(id),
  });
  const push = useAction({
    run: (api, { id, reference }: { id: string; reference: string }) =>
      api.json({ path: `${paths.profile(id)}/push`, method: 'POST', body: { reference } }, mcpPushedProfileBody),
    done: ({ reference }) => t.pushed(reference),
  });
  const remove = useAction({
    run: async (api, id: string) => {
      const { disconnected } = await api.json({ path: paths.profile(id), method: 'DELETE' }, mcpRemovedProfileBody);
      if (disconnected.length > 0) toasts.say({ kind: 'info', text: t.disconnectedFrom(disconnected.join(', ')) });
    },
    changes: [...(changes ?? []), paths.clients],
    done: (_nothing, id) => t.removed(id),
  });
  const save = useAction({
    run: async (api, id: string) => {
      const { text } = await api.json({ path: `${paths.profile(id)}/export` }, mcpExportedProfileBody);
      saveText(text, `${id}.yaml`);
    },
  });
  const [taken, setTaken] = useState<DockerImported>();
  const docker = useAction({
    run: async (api) => {
      setTaken(
        await api.json({ path: `${paths.profiles}/import-docker`, method: 'POST', body: {} }, mcpDockerImportBody),
      );
    },
    changes: [...(changes ?? []), ...(concerned['catalogs'] ?? [])],
  });
  const columns = useColumns(t, { onAsk: setAsking, onExport: (id) => void save.start(id) });
  const close = (): void => setAsking(undefined);
  const closeIf = (ok: boolean): void => {
    if (ok) close();
  };
  return (
    <Stack spacing={2}>
      <ResourceView resource={profiles}>
        {({ profiles: all, problems }) => (
          <>
            {problems.map(({ path, error }) => (
              <Alert key={path} severity="warning">
                {cutLine(error.message).text}
              </Alert>
            ))}
            <DataTable
              label={t.profiles}
              rows={all}
              columns={columns}
              rowKey={({ id }) => id}
              order={{ column: 'id', direction: 'asc' }}
              empty={<EmptyState title={t.noProfiles} text={t.noProfilesText} />}
            />
          </>
        )}
      </ResourceView>
      <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap' }}>
        <Button variant="contained" onClick={() => setAsking({ kind: 'create' })}>
          {t.createProfile}
        </Button>
        <Button variant="outlined" onClick={() => setAsking({ kind: 'import' })}>
          {t.importProfile}
        </Button>
        <Button variant="outlined" onClick={() => setAsking({ kind: 'pull' })}>
          {t.pullProfile}
        </Button>
        <Button variant="outlined" loading={docker.isRunning} onClick={() => void docker.start()}>
          {t.importDocker}
        </Button>
      </Stack>
      {taken && <DockerImport taken={taken} />}
      <CommandHint command="gantry mcp profile ls" />
      <CommandHint command="gantry mcp profile import-docker" />
      {asking?.kind === 'create' && (
        <CreateProfile
          templates={profiles.data?.templates ?? []}
          onClose={close}
          onCreated={(id, servers) => setAsking(servers.length === 0 ? undefined : { kind: 'prepare', id, servers })}
        />
      )}
      {asking?.kind === 'prepare' && (
        <AddServer
          servers={asking.servers.map((name) => ({ name }))}
          profile={asking.id}
          onClose={close}
          onOpen={close}
        />
      )}
      {asking?.kind === 'import' && (
        <AskText
          title={t.importProfile}
          label={t.profileText}
          confirm={t.import}
          isLong
          withFile
          command={() => 'gantry mcp profile import FILE'}
          onClose={close}
          onText={(text) => post.start({ path: `${paths.profiles}/import`, body: { text } }).then(closeIf)}
        />
      )}
      {asking?.kind === 'pull' && (
        <AskText
          title={t.pullProfile}
          label={t.reference}
          confirm={t.pull}
          command={(reference) => `gantry mcp profile pull ${reference || 'REF'}`}
          onClose={close}
          onText={(reference) => post.start({ path: `${paths.profiles}/pull`, body: { reference } }).then(closeIf)}
        />
      )}
      {asking?.kind === 'rename' && (
        <AskText
          title={t.renameTitle(asking.profile.id)}
          label={t.name}
          first={asking.profile.name}
          confirm={t.save}
          onClose={close}
          onText={(name) =>
            post.start({ path: paths.profile(asking.profile.id), method: 'PATCH', body: { name } }).then(closeIf)
          }
        />
      )}
      {asking?.kind === 'push' && (
        <AskText
          title={t.pushTitle(asking.profile.id)}
          label={t.reference}
          confirm={t.push}
          command={(reference) => `gantry mcp profile push ${asking.profile.id} ${reference || 'REF'}`}
          onClose={close}
          onText={(reference) => push.start({ id: asking.profile.id, reference }).then(closeIf)}
        />
      )}
      {asking?.kind === 'remove' && (
        <ConfirmDialog
          open
          title={t.removeTitle(asking.profile.id)}
          text={t.removeProfileText(asking.profile.servers.length, asking.profile.clients.join(', '))}
          confirm={t.remove}
          command={`gantry mcp profile rm ${asking.profile.id}`}
          isRunning={remove.isRunning}
          onClose={close}
          onConfirm={() => void remove.start(asking.profile.id).then(closeIf)}
        />
      )}
    </Stack>
  );
}

function useColumns(
  t: McpText,
  { onAsk, onExport }: { readonly onAsk: (asking: Asking) => void; readonly onExport: (id: string) => void },
): readonly Column<Profile>[] {
  return useMemo(
    () => [
      {
        id: 'id',
        header: t.profile,
        value: ({ id, name }) => `${id} ${name}`,
        cell: ({ id, name }) => (
          <>
            <MuiLink component={Link} to={`/mcp/servers?profile=${encodeURIComponent(id)}`}>
              {id}
            </MuiLink>{' '}
            {name !== id && cutLine(name, 60).text}
          </>
        ),
      },
      {
        id: 'servers',
        header: t.servers,
        value: ({ servers }) => servers.join(' '),
        cell: ({ servers }) => cutLine(servers.join(', '), 200).text,
      },
      {
        id: 'clients',
        header: t.clients,
        value: ({ clients }) => clients.join(' '),
        cell: ({ clients }) =>
          clients.map((client) => <Chip key={client} size="small" variant="outlined" label={client} />),
      },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: (profile) => (
          <Stack direction="row" sx={{ justifyContent: 'flex-end' }}>
            <Button
              size="small"
              aria-label={t.renameTitle(profile.id)}
              onClick={() => onAsk({ kind: 'rename', profile })}
            >
              {t.rename}
            </Button>
            <Button size="small" aria-label={t.exportNamed(profile.id)} onClick={() => onExport(profile.id)}>
              {t.export}
            </Button>
            <Button size="small" aria-label={t.pushTitle(profile.id)} onClick={() => onAsk({ kind: 'push', profile })}>
              {t.push}
            </Button>
            <Button
              size="small"
              color="error"
              aria-label={t.removeNamed(profile.id)}
              onClick={() => onAsk({ kind: 'remove', profile })}
            >
              {t.remove}
            </Button>
          </Stack>
        ),
      },
    ],
    [t, onAsk, onExport],
  );
}
