import { Alert, Button, Link, Stack, TextField, Typography } from '@mui/material';
import { networkListBody, volumeListBody, type NetworkListBody, type VolumeListBody } from '#contract';
import { Trash2 } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import {
  CleanText,
  CommandHint,
  ConfirmDialog,
  DataTable,
  DiskLine,
  EmptyState,
  PageHeader,
  ResourceView,
  RowButton,
  SparkleButton,
  useAction,
  useDiskUse,
  useEngine,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { CreateVolume } from './create-volume.tsx';
import { InspectObject, keyOf, type Inspected } from './inspect-object.tsx';
import { PruneVolumes } from './prune-volumes.tsx';
import { useText } from './text.ts';

type Volume = VolumeListBody['volumes'][number];
type Network = NetworkListBody['networks'][number];
type Kind = Inspected['kind'];

/** Volumes and networks: what they are for, and taking away what nothing uses. */
export function Page(): ReactNode {
  const t = useText();
  useEngine(['volume', 'network', 'container'], ['/gantry/volumes', '/gantry/networks']);
  const volumes = useResource({ path: '/gantry/volumes', schema: volumeListBody });
  const networks = useResource({ path: '/gantry/networks', schema: networkListBody });
  const disk = useDiskUse();
  const bytes = disk.state?.known?.volumeBytes;
  const [isPruning, setPruning] = useState(false);
  const [inspected, setInspected] = useState<Inspected>();
  const columns = useColumns(bytes, setInspected);
  // The palette leads to one.
  const find = useSearchParams()[0].get('find') ?? undefined;
  return (
    <>
      <PageHeader title={t.title} text={t.text}>
        <CreateVolume />
      </PageHeader>
      <Stack spacing={2}>
        <Typography variant="h6" component="h2">
          {t.volumes}
        </Typography>
        <DiskLine disk={disk} of="volumes" />
        <ResourceView resource={volumes}>
          {(list) => (
            <>
              <DataTable
                key={find}
                find={find}
                label={t.volumes}
                rows={list.volumes}
                columns={columns.volumes}
                rowKey={({ name }) => name}
                toolbar={
                  <Button
                    size="small"
                    color="error"
                    disabled={!list.volumes.some(({ usedBy }) => usedBy.length === 0)}
                    onClick={() => setPruning(true)}
                  >
                    {t.prune}
                  </Button>
                }
                empty={<EmptyState title={t.noVolumes} text={t.noVolumesText} command="docker volume create NAME" />}
              />
              {list.left > 0 && <Alert severity="info">{t.left(list.left)}</Alert>}
              {isPruning && <PruneVolumes volumes={list.volumes} bytes={bytes} onClose={() => setPruning(false)} />}
            </>
          )}
        </ResourceView>
        <CommandHint command="docker volume ls" />
        <Typography variant="h6" component="h2">
          {t.networks}
        </Typography>
        <ResourceView resource={networks}>
          {(list) => (
            <DataTable
              label={t.networks}
              rows={list.networks}
              columns={columns.networks}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t.noNetworks} command="docker network create NAME" />}
            />
          )}
        </ResourceView>
        <CommandHint command="docker network ls" />
      </Stack>
      {inspected && (
        <InspectObject
          inspected={inspected}
          isListed={isListed(inspected, volumes.data, networks.data)}
          onClose={() => setInspected(undefined)}
        />
      )}
    </>
  );
}

/** Undefined where the list is too long to be whole. */
function isListed(
  { kind, row }: Inspected,
  volumes: VolumeListBody | undefined,
  networks: NetworkListBody | undefined,
): boolean | undefined {
  const rows: readonly Inspected['row'][] = (kind === 'volumes' ? volumes?.volumes : networks?.networks) ?? [];
  const left = (kind === 'volumes' ? volumes : networks)?.left ?? 0;
  return rows.some((one) => keyOf(one) === keyOf(row)) || (left > 0 ? undefined : false);
}

function useColumns(
  bytes: Readonly<Record<string, number>> | undefined,
  onInspect: (inspected: Inspected) => void,
): {
  volumes: readonly Column<Volume>[];
  networks: readonly Column<Network>[];
} {
  const t = useText();
  const format = useFormat();
  return useMemo(() => {
    const shared = <Row extends Volume | Network>(kind: Kind): readonly Column<Row>[] => [
      {
        id: 'name',
        header: t.name,
        value: ({ name }) => name,
        cell: (row) => (
          <Stack direction="row" sx={{ alignItems: 'center' }}>
            <Link component="button" type="button" onClick={() => onInspect({ kind, row })} sx={{ textAlign: 'left' }}>
              <CleanText text={row.name} />
            </Link>
            {kind === 'volumes' && <SparkleButton kind="volume" name={row.name} />}
          </Stack>
        ),
      },
      {
        id: 'driver',
        header: t.driver,
        value: ({ driver }) => driver,
        cell: ({ driver }) => <CleanText text={driver} />,
      },
      {
        id: 'project',
        header: t.project,
        value: ({ project }) => project ?? undefined,
        cell: ({ project }) => <CleanText text={project ?? ''} />,
      },
      {
        id: 'usedBy',
        header: t.usedBy,
        value: ({ usedBy }) => usedBy.join(' '),
        cell: ({ usedBy }) => <CleanText text={usedBy.slice(0, 8).join(', ') || t.unused} />,
      },
    ];
    const actions = <Row extends Volume | Network>(kind: Kind): Column<Row> => ({
      id: 'actions',
      header: t.actions,
      align: 'right',
      cell: (row) =>
        'builtIn' in row && row.builtIn ? null : <Remove kind={kind} name={row.name} isUsed={row.usedBy.length > 0} />,
    });
    return {
      volumes: [
        ...shared<Volume>('volumes'),
        {
          id: 'size',
          header: t.size,
          align: 'right',
          value: ({ name }) => bytes?.[name],
          cell: ({ name }) => (bytes?.[name] === undefined ? t.uncounted : format.bytes(bytes[name])),
        },
        {
          id: 'created',
          header: t.created,
          value: ({ createdAt }) => -Date.parse(createdAt) || undefined,
          cell: ({ createdAt }) => (Number.isNaN(Date.parse(createdAt)) ? '' : format.ago(Date.parse(createdAt))),
        },
        actions<Volume>('volumes'),
      ],
      networks: [
        ...shared<Network>('networks'),
        {
          id: 'subnets',
          header: t.subnets,
          value: ({ subnets }) => subnets.join(' '),
          cell: ({ subnets }) => <CleanText text={subnets.join(', ')} />,
        },
        actions<Network>('networks'),
      ],
    };
  }, [t, format, bytes, onInspect]);
}

function Remove({
  kind,
  name,
  isUsed,
}: {
  readonly kind: Kind;
  readonly name: string;
  readonly isUsed: boolean;
}): ReactNode {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const isVolume = kind === 'volumes';
  const remove = useAction({
    // What is typed is what confirms: the daemon compares it.
    run: (api) =>
      api.send({
        method: 'DELETE',
        path: `/gantry/${kind}/${encodeURIComponent(name)}?confirm=${encodeURIComponent(isVolume ? typed : name)}`,
      }),
    changes: [`/gantry/${kind}`],
    done: () => t.removed(name),
  });
  const label = isUsed ? t.inUse(name) : t.remove(name);
  return (
    <>
      <RowButton label={label} isDisabled={isUsed} onClick={() => setAsking(true)}>
        <Trash2 size={18} />
      </RowButton>
      {asking && (
        <ConfirmDialog
          open
          title={isVolume ? t.removeVolume(name) : t.removeNetwork(name)}
          text={isVolume ? t.removeVolumeText : t.removeNetworkText}
          confirm={t.removeConfirm}
          command={`docker ${isVolume ? 'volume' : 'network'} rm ${name}`}
          isRunning={remove.isRunning}
          onClose={() => setAsking(false)}
          onConfirm={() => void remove.start().then((went) => went && setAsking(false))}
        >
          {isVolume && (
            <TextField
              fullWidth
              size="small"
              label={t.typeName}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              sx={{ mb: 2 }}
            />
          )}
        </ConfirmDialog>
      )}
    </>
  );
}
