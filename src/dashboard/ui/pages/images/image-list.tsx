import { Alert, Button, Link as TextLink, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { imageListBody } from '#contract';
import { Play } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  CleanText,
  cleanText,
  CommandHint,
  DataTable,
  DiskLine,
  EmptyState,
  PageHeader,
  ResourceView,
  RowButton,
  SparkleButton,
  useDiskUse,
  useEngine,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { ImageActions } from './image-actions.tsx';
import { isOfUse, nameOf, uses, type ImageRow, type Use } from './image-names.ts';
import { PullImage } from './pull-image.tsx';
import { RemoveManyDialog } from './remove-many-dialog.tsx';
import { useText } from './text.ts';

/** More names than these say nothing more in a row. */
const mostTags = 6;

export function ImageList({ tabs }: { readonly tabs: ReactNode }): ReactNode {
  const t = useText();
  const format = useFormat();
  useEngine(['image', 'container'], ['/gantry/images']);
  const list = useResource({ path: '/gantry/images', schema: imageListBody });
  const rows = list.data?.images;
  const [use, setUse] = useState<Use>('all');
  const shown = useMemo(() => rows?.filter((row) => isOfUse(row, use)) ?? [], [rows, use]);
  const disk = useDiskUse();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<'chosen' | 'unused'>();
  const marked = useMemo(() => shown.filter(({ id }) => chosen.has(id)), [shown, chosen]);
  const unused = useMemo(() => rows?.filter((row) => isOfUse(row, 'unused')) ?? [], [rows]);
  const columns = useColumns(shown, { chosen, setChosen });
  return (
    <>
      <PageHeader
        title={t.title}
        text={rows && t.text(rows.length, format.bytes(rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)))}
      />
      {tabs}
      <Stack spacing={2}>
        <PullImage />
        <DiskLine disk={disk} of="images" />
        <ResourceView resource={list}>
          {({ images, left }) => (
            <>
              <DataTable
                label={t.label}
                rows={shown}
                columns={columns}
                rowKey={({ id }) => id}
                empty={
                  images.length === 0 ? (
                    <EmptyState title={t.empty} text={t.emptyText} command="docker pull IMAGE" />
                  ) : (
                    <EmptyState title={t.noneOfUse} action={<UseFilter use={use} onChange={setUse} />} />
                  )
                }
                toolbar={
                  <>
                    <Button
                      size="small"
                      color="error"
                      disabled={marked.length === 0}
                      onClick={() => setRemoving('chosen')}
                    >
                      {t.removeChosen(marked.length)}
                    </Button>
                    <Button
                      size="small"
                      color="error"
                      disabled={unused.length === 0}
                      onClick={() => setRemoving('unused')}
                    >
                      {t.removeUnused}
                    </Button>
                    <UseFilter use={use} onChange={setUse} />
                  </>
                }
              />
              {left > 0 && <Alert severity="info">{t.left(left)}</Alert>}
            </>
          )}
        </ResourceView>
        <CommandHint command="docker images" />
      </Stack>
      {removing !== undefined && (
        <RemoveManyDialog
          images={removing === 'chosen' ? marked : unused}
          isAllUnused={removing === 'unused'}
          onClose={() => setRemoving(undefined)}
          onGone={() => setChosen(new Set())}
        />
      )}
    </>
  );
}

function UseFilter({ use, onChange }: { readonly use: Use; readonly onChange: (use: Use) => void }): ReactNode {
  const t = useText();
  const names = { all: t.useAll, used: t.useUsed, unused: t.useUnused, dangling: t.useDangling };
  return (
    <TextField
      select
      size="small"
      label={t.show}
      value={use}
      onChange={(event) => onChange(uses.find((one) => one === event.target.value) ?? 'all')}
      sx={{ minWidth: 160 }}
    >
      {uses.map((one) => (
        <MenuItem key={one} value={one}>
          {names[one]}
        </MenuItem>
      ))}
    </TextField>
  );
}

function turned(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(chosen);
  if (!after.delete(id)) after.add(id);
  return after;
}

interface Choice {
  readonly chosen: ReadonlySet<string>;
  readonly setChosen: (chosen: ReadonlySet<string>) => void;
}

function useColumns(shown: readonly ImageRow[], { chosen, setChosen }: Choice): readonly Column<ImageRow>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'chosen',
        header: (
          <input
            type="checkbox"
            aria-label={t.chooseAll}
            checked={shown.length > 0 && shown.every(({ id }) => chosen.has(id))}
            onChange={({ target }) => setChosen(new Set(target.checked ? shown.map(({ id }) => id) : []))}
          />
        ),
        cell: (row) => (
          <input
            type="checkbox"
            aria-label={t.choose(cleanText(nameOf(row)))}
            checked={chosen.has(row.id)}
            onChange={() => setChosen(turned(chosen, row.id))}
          />
        ),
      },
      {
        id: 'name',
        header: t.name,
        value: ({ tags }) => tags.join(' ') || undefined,
        cell: (row) => (
          <Stack direction="row" spacing={0.5} sx={{ alignItems: 'center' }}>
            <Stack sx={{ minWidth: 0 }}>
              {(row.tags.length === 0 ? [row.id] : row.tags.slice(0, mostTags)).map((name, at) => (
                <TextLink
                  key={name}
                  component={Link}
                  to={`/images/${encodeURIComponent(name)}`}
                  sx={{ fontWeight: at === 0 ? 600 : 400 }}
                >
                  <CleanText text={row.tags.length === 0 ? t.noName : name} />
                </TextLink>
              ))}
              {row.tags.length > mostTags && (
                <Typography variant="body2" color="textSecondary">
                  {t.moreTags(row.tags.length - mostTags)}
                </Typography>
              )}
            </Stack>
            <SparkleButton kind="image" name={nameOf(row)} />
          </Stack>
        ),
      },
      {
        id: 'id',
        header: t.id,
        value: ({ id }) => id,
        cell: ({ id }) => <code>{id.replace('sha256:', '').slice(0, 12)}</code>,
      },
      {
        id: 'size',
        header: t.size,
        align: 'right',
        value: ({ sizeBytes }) => sizeBytes,
        cell: ({ sizeBytes }) => format.bytes(sizeBytes),
      },
      {
        id: 'created',
        header: t.created,
        value: ({ createdAt }) => -createdAt,
        cell: ({ createdAt }) => format.ago(createdAt),
      },
      {
        id: 'usedBy',
        header: t.usedBy,
        value: ({ usedBy }) => usedBy.join(' '),
        cell: ({ usedBy }) => (
          <Typography variant="body2" color={usedBy.length === 0 ? 'textSecondary' : 'textPrimary'}>
            <CleanText text={usedBy.slice(0, 5).join(', ') || t.unused} />
          </Typography>
        ),
      },
      {
        id: 'actions',
        header: t.actions,
        align: 'right',
        cell: (row) => (
          <Stack direction="row" sx={{ justifyContent: 'flex-end' }}>
            <RowButton label={t.run(cleanText(nameOf(row)))} to={`/images/${encodeURIComponent(nameOf(row))}/run`}>
              <Play size={18} />
            </RowButton>
            <ImageActions image={row} />
          </Stack>
        ),
      },
    ],
    [t, format, shown, chosen, setChosen],
  );
}
