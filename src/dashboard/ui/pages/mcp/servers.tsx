import { mcpServersBody, type McpServerRow, type McpServerState } from '#contract';
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
  type Column,
} from '../../kit/index.ts';
import { paths } from './paths.ts';
import { useMcpText, type McpText } from './text.ts';
import { profileFlag, useProfile } from './use-profile.ts';

/** The servers of the profile, and how each is. */
export function Servers(): ReactNode {
  const t = useMcpText();
  const { profile, query } = useProfile();
  const servers = useResource({ path: paths.servers(profile), schema: mcpServersBody, refreshMs: 10_000 });
  const [leaving, setLeaving] = useState<string>();
  const remove = useAction({
    run: (api, name: string) => api.send({ path: paths.server(profile, name), method: 'DELETE' }),
    changes: [paths.profiles],
    done: (_nothing, name) => t.removed(name),
  });
  const columns = useColumns(t, query, setLeaving);
  return (
    <Stack spacing={2}>
      <ResourceView resource={servers}>
        {(body) => (
          <>
            {body.problems.map(({ server, error }) => (
              <Alert key={server} severity="warning">
                {cutLine(`${server}: ${error.message}`).text}
              </Alert>
            ))}
            <DataTable
              label={t.servers}
              rows={body.servers}
              columns={columns}
              rowKey={({ name }) => name}
              order={{ column: 'name', direction: 'asc' }}
              empty={
                <EmptyState
                  title={t.noServers(profile)}
                  text={t.noServersText}
                  action={
                    <Button variant="contained" component={Link} to={`/mcp/catalog${query}`}>
                      {t.openCatalog}
                    </Button>
                  }
                />
              }
            />
          </>
        )}
      </ResourceView>
      <CommandHint command={`gantry mcp server ls${profileFlag(profile)}`} />
      {leaving !== undefined && (
        <ConfirmDialog
          open
          title={t.removeTitle(leaving)}
          text={t.removeText(profile)}
          confirm={t.remove}
          command={`gantry mcp server disable ${leaving}${profileFlag(profile)}`}
          isRunning={remove.isRunning}
          onClose={() => setLeaving(undefined)}
          onConfirm={() => void remove.start(leaving).then(() => setLeaving(undefined))}
        />
      )}
    </Stack>
  );
}

function useColumns(t: McpText, query: string, onRemove: (name: string) => void): readonly Column<McpServerRow>[] {
  return useMemo(
    () => [
      {
        id: 'name',
        header: t.name,
        value: ({ name, title }) => `${title ?? ''} ${name}`,
        cell: ({ name, title }) => (
          <MuiLink component={Link} to={`/mcp/servers/${encodeURIComponent(name)}${query}`}>
            {cutLine(title ?? name, 60).text}
          </MuiLink>
        ),
      },
      {
        id: 'state',
        header: t.state,
        value: ({ state }) => t.stateName(state),
        cell: ({ state }) => <State state={state} />,
      },
      {
        id: 'tools',
        header: t.tools,
        align: 'right',
        value: ({ tools }) => tools?.enabled,
        cell: ({ tools }) =>
          tools ? (tools.enabled === tools.total ? tools.total : `${tools.enabled} / ${tools.total}`) : '–',
      },
      {
        id: 'calls',
        header: t.calls,
        align: 'right',
        value: ({ calls }) => calls,
        cell: ({ calls, failures }) => (failures > 0 ? t.callsFailed(calls, failures) : calls),
      },
      {
        id: 'latency',
        header: t.latency,
        align: 'right',
        value: ({ latencyMs }) => latencyMs?.mean,
        cell: ({ latencyMs }) => (latencyMs ? `${Math.round(latencyMs.mean)} ms` : '–'),
      },
      {
        id: 'problem',
        header: t.problem,
        value: ({ problems }) => problems[0]?.message,
        cell: ({ problems }) => cutLine(problems[0]?.message ?? '', 120).text,
      },
      {
        id: 'remove',
        header: '',
        align: 'right',
        cell: ({ name }) => (
          <Button size="small" color="error" aria-label={t.removeNamed(name)} onClick={() => onRemove(name)}>
            {t.remove}
          </Button>
        ),
      },
    ],
    [t, query, onRemove],
  );
}

const colors: Readonly<Record<McpServerState, 'success' | 'warning' | 'error' | 'default'>> = {
  ready: 'success',
  starting: 'default',
  needs_config: 'warning',
  needs_secret: 'warning',
  needs_sign_in: 'warning',
  needs_grant: 'warning',
  failed: 'error',
  unusable: 'error',
};

export function State({ state }: { readonly state: McpServerState }): ReactNode {
  const t = useMcpText();
  return <Chip size="small" variant="outlined" color={colors[state]} label={t.stateName(state)} />;
}
