import { Alert, Link as TextLink, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { imageListBody } from '#contract';
import { Play } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  CleanText,
  cleanText,
  CommandHint,
  DataTable,
  EmptyState,
  PageHeader,
  ResourceView,
  RowButton,
  SparkleButton,
  useEngine,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { ImageActions } from './image-actions.tsx';
import { isOfUse, nameOf, uses, type ImageRow, type Use } from './image-names.ts';
import { PullImage } from './pull-image.tsx';
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
  const columns = useColumns();
  return (
    <>
      <PageHeader
        title={t.title}
        text={rows && t.text(rows.length, format.bytes(rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)))}
      />
      {tabs}
      <Stack spacing={2}>
        <PullImage />
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
                toolbar={<UseFilter use={use} onChange={setUse} />}
              />
              {left > 0 && <Alert severity="info">{t.left(left)}</Alert>}
            </>
          )}
        </ResourceView>
        <CommandHint command="docker images" />
      </Stack>
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

function useColumns(): readonly Column<ImageRow>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
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
    [t, format],
  );
}
