import { Alert, Breadcrumbs, Chip, Link, Stack, Typography } from '@mui/material';
import { containerFilesBody, type ContainerFilesBody } from '#contract';
import { Download, File, Folder, Link2 } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import {
  CleanText,
  cleanText,
  CommandHint,
  DataTable,
  EmptyState,
  ResourceView,
  RowButton,
  useAction,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { FileView } from './file-view.tsx';
import { saveBlob } from './save-blob.ts';
import { useText } from './text.ts';

type Entry = ContainerFilesBody['entries'][number];

const icons = { folder: Folder, file: File, link: Link2, other: File } as const;
const colours = { added: 'success', modified: 'warning', deleted: 'error' } as const;

/** The files of a container, which need not run, and what became of them since it was made. */
export function FilesTab({ name }: { readonly name: string }): ReactNode {
  const t = useText();
  const [path, setPath] = useState('/');
  const [shown, setShown] = useState<string>();
  const base = `/gantry/containers/${encodeURIComponent(name)}`;
  const folder = useResource({ path: `${base}/files?path=${encodeURIComponent(path)}`, schema: containerFilesBody });
  const columns = useColumns({ name, path, onFolder: setPath, onFile: setShown });
  return (
    <Stack spacing={1.5}>
      <Parts path={path} onChoose={setPath} />
      <ResourceView resource={folder}>
        {({ entries, isCut }) => (
          <>
            {isCut && <Alert severity="warning">{t.filesCut}</Alert>}
            <DataTable
              label={t.filesOf(cleanText(path))}
              rows={entries}
              columns={columns}
              rowKey={({ name: one }) => one}
              empty={<EmptyState title={t.emptyFolder} />}
            />
          </>
        )}
      </ResourceView>
      {shown !== undefined && <FileView name={name} path={shown} onClose={() => setShown(undefined)} />}
      <CommandHint command={`docker diff ${name}`} />
    </Stack>
  );
}

function Parts({ path, onChoose }: { readonly path: string; readonly onChoose: (path: string) => void }): ReactNode {
  const t = useText();
  const parts = path.split('/').filter((part) => part !== '');
  return (
    <Breadcrumbs aria-label={t.folder}>
      {['', ...parts].map((part, index) => {
        const below = `/${parts.slice(0, index).join('/')}`;
        return index === parts.length ? (
          <Typography key={below} aria-current="page">
            <CleanText text={part || '/'} />
          </Typography>
        ) : (
          <Link key={below} component="button" type="button" onClick={() => onChoose(below)}>
            <CleanText text={part || '/'} />
          </Link>
        );
      })}
    </Breadcrumbs>
  );
}

interface ColumnsOf {
  readonly name: string;
  readonly path: string;
  readonly onFolder: (path: string) => void;
  readonly onFile: (path: string) => void;
}

function useColumns({ name, path, onFolder, onFile }: ColumnsOf): readonly Column<Entry>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(() => {
    const at = (entry: Entry): string => `${path === '/' ? '' : path}/${entry.name}`;
    return [
      {
        id: 'name',
        header: t.name,
        value: ({ name: one }) => one,
        cell: (entry) => {
          const Icon = icons[entry.kind];
          const opens = entry.change !== 'deleted' && (entry.kind === 'folder' || entry.kind === 'file');
          return (
            <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
              <Icon size={16} aria-hidden />
              {opens ? (
                <Link
                  component="button"
                  type="button"
                  sx={{ textAlign: 'left' }}
                  onClick={() => (entry.kind === 'folder' ? onFolder(at(entry)) : onFile(at(entry)))}
                >
                  <CleanText text={entry.name} />
                </Link>
              ) : (
                <CleanText text={entry.target === null ? entry.name : `${entry.name} → ${entry.target}`} />
              )}
            </Stack>
          );
        },
      },
      {
        id: 'change',
        header: t.change,
        value: ({ change }) => change ?? undefined,
        cell: ({ change }) =>
          change === null ? '' : <Chip size="small" variant="outlined" color={colours[change]} label={t[change]} />,
      },
      {
        id: 'size',
        header: t.size,
        align: 'right',
        value: ({ sizeBytes }) => sizeBytes ?? undefined,
        cell: ({ sizeBytes }) => (sizeBytes === null ? '' : format.bytes(sizeBytes)),
      },
      {
        id: 'actions',
        header: t.actions,
        align: 'right',
        cell: (entry) =>
          entry.kind === 'file' && entry.change !== 'deleted' ? (
            <DownloadFile name={name} path={at(entry)} sizeBytes={entry.sizeBytes ?? 0} />
          ) : null,
      },
    ];
  }, [t, format, name, path, onFolder, onFile]);
}

/** It goes through the page's memory, since what is asked for bears the key of this tab. */
const mostDownloadBytes = 512 * 1024 * 1024;

function DownloadFile(props: { readonly name: string; readonly path: string; readonly sizeBytes: number }): ReactNode {
  const { name, path, sizeBytes } = props;
  const t = useText();
  const file = path.slice(path.lastIndexOf('/') + 1);
  const download = useAction({
    run: async (api) => {
      const query = `path=${encodeURIComponent(path)}`;
      saveBlob(await api.blob({ path: `/gantry/containers/${encodeURIComponent(name)}/download?${query}` }), file);
    },
  });
  const isLarge = sizeBytes > mostDownloadBytes;
  const label = isLarge ? t.tooLarge(`docker cp ${name}:${path} .`) : t.download(file);
  return (
    <RowButton label={label} isDisabled={isLarge || download.isRunning} onClick={() => void download.start()}>
      <Download size={18} />
    </RowButton>
  );
}
