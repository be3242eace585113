import { Alert, Button, Link as ExternalLink, Stack, Typography } from '@mui/material';
import { containerListBody, type UsageNewsBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  CleanText,
  CommandHint,
  DataTable,
  EmptyState,
  PageHeader,
  ResourceView,
  SparkleButton,
  useEngine,
  useFormat,
  useLanguage,
  useResource,
  type Column,
  type Groups,
} from '../../kit/index.ts';
import { ContainerActions } from './container-actions.tsx';
import { DiagnosisBadge } from './diagnosis-badge.tsx';
import { ProjectHead } from './project-head.tsx';
import { byProject, portTexts, publishedUrls, type ContainerRow } from './rows.ts';
import { useText } from './text.ts';
import { useClosed } from './use-closed.ts';
import { useUsage } from './use-usage.ts';

const pendingMs = 1000;

export function ContainerList(): ReactNode {
  const t = useText();
  const format = useFormat();
  useEngine(['container'], ['/gantry/containers']);
  const [hasPending, setPending] = useState(false);
  const list = useResource({
    path: '/gantry/containers',
    schema: containerListBody,
    // While something is being diagnosed; all else comes as an event.
    refreshMs: hasPending ? pendingMs : undefined,
  });
  const isPending = list.data?.containers.some(({ badge }) => badge?.state === 'pending') ?? false;
  if (isPending !== hasPending) setPending(isPending);
  const usage = useUsage();
  const rows = list.data?.containers ?? [];
  const used = Object.values(usage.containers);
  const cpu = used.reduce((sum, { cpuPercent }) => sum + (cpuPercent ?? 0), 0);
  const memory = used.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  const running = rows.filter(({ state }) => state === 'running').length;
  return (
    <>
      <PageHeader
        title={t.title}
        text={
          list.data &&
          [
            t.text(running, rows.length),
            ...(used.length > 0 ? [t.totals(`${cpu.toFixed(1)}%`, format.bytes(memory))] : []),
          ].join(' · ')
        }
      />
      <Stack spacing={2}>
        <ResourceView resource={list}>
          {({ containers, left }) => (
            <>
              <ContainerTable rows={containers} usage={usage} />
              {left > 0 && <Alert severity="info">{t.left(left)}</Alert>}
              {usage.left > 0 && <Alert severity="info">{t.usageLeft(usage.left)}</Alert>}
            </>
          )}
        </ResourceView>
        <CommandHint command="docker ps --all" />
      </Stack>
    </>
  );
}

function ContainerTable({
  rows,
  usage,
}: {
  readonly rows: readonly ContainerRow[];
  readonly usage: UsageNewsBody;
}): ReactNode {
  const t = useText();
  const { closed, setClosed } = useClosed();
  const projects = useMemo(() => byProject(rows), [rows]);
  const columns = useColumns(usage);
  const groups = useMemo(
    (): Groups<ContainerRow> | undefined =>
      projects.size === 0
        ? undefined
        : {
            closed,
            of: ({ project }) => project ?? undefined,
            head: (group) => (
              <ProjectHead
                group={group}
                rows={projects.get(group.key) ?? group.rows}
                usage={usage}
                onToggle={() => setClosed(toggled(closed, group.key))}
              />
            ),
          },
    [projects, closed, setClosed, usage],
  );
  const areAllClosed = [...projects.keys()].every((one) => closed.has(one));
  const fold =
    projects.size > 1 ? (
      <Button size="small" onClick={() => setClosed(areAllClosed ? new Set() : new Set(projects.keys()))}>
        {areAllClosed ? t.openAll : t.closeAll}
      </Button>
    ) : undefined;
  return (
    <DataTable
      label={t.label}
      rows={rows}
      columns={columns}
      rowKey={({ id }) => id}
      toolbar={fold}
      groups={groups}
      empty={<EmptyState title={t.empty} text={t.emptyText} command="docker run IMAGE" />}
    />
  );
}

function toggled(all: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}

function useColumns(usage: UsageNewsBody): readonly Column<ContainerRow>[] {
  const t = useText();
  const { language } = useLanguage();
  const format = useFormat();
  return useMemo(() => {
    const of = ({ id }: ContainerRow): UsageNewsBody['containers'][string] | undefined => usage.containers[id];
    return [
      {
        id: 'name',
        header: t.name,
        value: ({ name, project, badge }) =>
          `${name} ${project ?? ''} ${badge?.state === 'cause_found' ? badge.title[language] : ''}`,
        cell: (row) => (
          <Stack spacing={0.5} sx={{ alignItems: 'flex-start' }}>
            <Stack direction="row" spacing={0.5} sx={{ alignItems: 'center' }}>
              <ExternalLink
                component={Link}
                to={`/containers/${encodeURIComponent(row.name)}`}
                sx={{ fontWeight: 600 }}
              >
                <CleanText text={row.name} />
              </ExternalLink>
              <SparkleButton kind="container" name={row.name} />
            </Stack>
            <DiagnosisBadge row={row} />
          </Stack>
        ),
      },
      { id: 'image', header: t.image, value: ({ image }) => image, cell: ({ image }) => <CleanText text={image} /> },
      {
        id: 'state',
        header: t.state,
        value: ({ state, status }) => `${state} ${status}`,
        cell: ({ status, state }) => (
          <Typography variant="body2" color={state === 'running' ? 'success' : 'textSecondary'}>
            <CleanText text={status || state} />
          </Typography>
        ),
      },
      {
        id: 'ports',
        header: t.ports,
        value: (row) => portTexts(row).join(' '),
        cell: (row) => <Ports row={row} />,
      },
      {
        id: 'cpu',
        header: t.cpu,
        align: 'right',
        value: (row) => of(row)?.cpuPercent ?? undefined,
        cell: (row) => {
          const percent = of(row)?.cpuPercent;
          return percent === undefined || percent === null ? '' : `${percent.toFixed(1)}%`;
        },
      },
      {
        id: 'memory',
        header: t.memory,
        align: 'right',
        value: (row) => of(row)?.memoryBytes,
        cell: (row) => {
          const bytes = of(row)?.memoryBytes;
          return bytes === undefined ? '' : format.bytes(bytes);
        },
      },
      {
        id: 'created',
        header: t.created,
        from: 'wide',
        value: ({ createdAt }) => -createdAt,
        cell: ({ createdAt }) => format.ago(createdAt),
      },
      { id: 'actions', header: t.actions, align: 'right', cell: (row) => <ContainerActions container={row} /> },
    ];
  }, [t, usage, language, format]);
}

function Ports({ row }: { readonly row: ContainerRow }): ReactNode {
  const urls = publishedUrls(row);
  return (
    <Stack>
      {portTexts(row)
        .slice(0, 6)
        .map((text) => {
          const url = urls.find((one) => text.includes(`${one.slice('http://localhost:'.length)}→`));
          return url === undefined ? (
            <span key={text}>{text}</span>
          ) : (
            <ExternalLink key={text} href={url} target="_blank" rel="noreferrer noopener">
              {text}
            </ExternalLink>
          );
        })}
    </Stack>
  );
}
