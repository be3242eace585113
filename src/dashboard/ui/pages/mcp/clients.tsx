import { mcpClientsBody, type McpClientsBody } from '#contract';
import { Alert, Box, Button, Chip, Link as MuiLink, Stack, TextField, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import {
  CommandHint,
  cutLine,
  DataTable,
  EmptyState,
  ResourceView,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { ClientChange, type Verb } from './client-change.tsx';
import { Manual } from './manual.tsx';
import { paths } from './paths.ts';
import { ServerIcon } from './server-card.tsx';
import { useMcpText, type McpText } from './text.ts';
import { profileFlag, useProfile } from './use-profile.ts';

type Client = McpClientsBody['clients'][number];
interface Wanted {
  readonly client: Client;
  readonly verb: Verb;
}

/** Programs of this machine that can use the servers, and their files. */
export function Clients(): ReactNode {
  const t = useMcpText();
  const { profile } = useProfile();
  const [folder, setFolder] = useState('');
  const [project, setProject] = useState<string>();
  const [wanted, setWanted] = useState<Wanted>();
  const query = project === undefined ? '' : `?folder=${encodeURIComponent(project)}`;
  const clients = useResource({ path: `${paths.clients}${query}`, schema: mcpClientsBody });
  const columns = useColumns(t, setWanted);
  return (
    <Stack spacing={2}>
      <Typography color="text.secondary">{t.clientsText}</Typography>
      <ResourceView resource={clients}>
        {({ clients: all, root: projectRoot }) => (
          <>
            {projectRoot !== undefined && <Alert severity="info">{t.ofProject(projectRoot)}</Alert>}
            <DataTable
              label={t.clients}
              rows={all}
              columns={columns}
              rowKey={({ id }) => id}
              order={{ column: 'state', direction: 'asc' }}
              empty={<EmptyState title={t.noClients} />}
            />
          </>
        )}
      </ResourceView>
      <Stack
        direction="row"
        spacing={1}
        component="form"
        aria-label={t.projectFolder}
        onSubmit={(event: { preventDefault(): void }) => {
          event.preventDefault();
          setProject(folder === '' ? undefined : folder);
        }}
      >
        <TextField
          size="small"
          label={t.projectFolder}
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
          placeholder="/home/me/project"
          sx={{ flex: '0 1 360px', minWidth: 0 }}
        />
        <Button type="submit">{t.show}</Button>
      </Stack>
      <Manual profile={profile} />
      <CommandHint
        command={`gantry mcp client connect CLIENT ${project === undefined ? '--global' : ''}${profileFlag(profile)}`}
      />
      {wanted && (
        <ClientChange
          key={`${wanted.client.id} ${wanted.verb}`}
          client={wanted.client.id}
          title={wanted.client.title}
          verb={wanted.verb}
          profile={profile}
          http={wanted.client.http}
          folder={project}
          onClose={() => setWanted(undefined)}
        />
      )}
    </Stack>
  );
}

function useColumns(t: McpText, onWant: (wanted: Wanted) => void): readonly Column<Client>[] {
  return useMemo(
    () => [
      {
        id: 'client',
        header: t.client,
        value: ({ title }) => title,
        cell: ({ id, title, homepage, isInstalled, isConnected }) => (
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
            <ServerIcon title={title} name={id} size={24} />
            {isInstalled || isConnected ? (
              title
            ) : (
              <MuiLink href={homepage} target="_blank" rel="noopener noreferrer" title={t.getClient(title)}>
                {title}
              </MuiLink>
            )}
          </Box>
        ),
      },
      {
        id: 'state',
        header: t.state,
        value: (client) => `${client.isConnected ? 0 : client.isInstalled ? 1 : 2} ${t.clientState(stateOf(client))}`,
        cell: (client) => (
          <Chip
            size="small"
            variant="outlined"
            color={client.error ? 'error' : client.isConnected ? 'success' : 'default'}
            label={t.clientState(stateOf(client))}
          />
        ),
      },
      {
        id: 'profile',
        header: t.profile,
        value: ({ profile }) => profile,
        cell: ({ profile, isConnected }) => (isConnected ? (profile ?? 'default') : ''),
      },
      {
        id: 'file',
        header: t.file,
        value: ({ file, error }) => error?.message ?? file,
        cell: ({ file, error }) => <code>{cutLine(error?.message ?? file, 200).text}</code>,
      },
      {
        id: 'change',
        header: '',
        align: 'right',
        cell: (client) => (
          <Stack direction="row" spacing={1} sx={{ justifyContent: 'flex-end' }}>
            {client.isConnected ? (
              <Button
                size="small"
                color="error"
                aria-label={t.disconnectNamed(client.title)}
                onClick={() => onWant({ client, verb: 'disconnect' })}
              >
                {t.disconnect}
              </Button>
            ) : (
              <Button
                size="small"
                variant="outlined"
                disabled={!client.isSupported || client.error !== undefined}
                aria-label={t.connectNamed(client.title)}
                onClick={() => onWant({ client, verb: 'connect' })}
              >
                {t.connect}
              </Button>
            )}
            <Button
              size="small"
              disabled={!client.isInstalled}
              aria-label={t.undoNamed(client.title)}
              onClick={() => onWant({ client, verb: 'undo' })}
            >
              {t.undo}
            </Button>
          </Stack>
        ),
      },
    ],
    [t, onWant],
  );
}

function stateOf({
  error,
  isConnected,
  isInstalled,
  isSupported,
}: Client): 'error' | 'connected' | 'installed' | 'absent' | 'unsupported' {
  if (error) return 'error';
  if (isConnected) return 'connected';
  if (!isSupported) return 'unsupported';
  return isInstalled ? 'installed' : 'absent';
}
