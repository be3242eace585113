import { Alert, IconButton, Link as TextLink, Stack, Tooltip, Typography } from '@mui/material';
import { imageListBody, type ImageListBody } from '#contract';
import { Play } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
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
  useResource,
  type Column,
} from '../../kit/index.ts';
import { PullImage } from './pull-image.tsx';
import { RemoveImage } from './remove-image.tsx';
import { useText } from './text.ts';

type Row = ImageListBody['images'][number];

export function ImageList(): ReactNode {
  const t = useText();
  const format = useFormat();
  useEngine(['image', 'container'], ['/gantry/images']);
  const list = useResource({ path: '/gantry/images', schema: imageListBody });
  const rows = list.data?.images;
  const columns = useColumns();
  return (
    <>
      <PageHeader
        title={t.title}
        text={rows && t.text(rows.length, format.bytes(rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)))}
      />
      <Stack spacing={2}>
        <PullImage />
        <ResourceView resource={list}>
          {({ images, left }) => (
            <>
              <DataTable
                label={t.label}
                rows={images}
                columns={columns}
                rowKey={({ id }) => id}
                empty={<EmptyState title={t.empty} text={t.emptyText} command="docker pull IMAGE" />}
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

/** What the Engine knows it by: a tag, else its id. */
function nameOf({ tags, id }: Row): string {
  return tags[0] ?? id;
}

function useColumns(): readonly Column<Row>[] {
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
            <Stack>
              <TextLink component={Link} to={`/images/${encodeURIComponent(nameOf(row))}`} sx={{ fontWeight: 600 }}>
                <CleanText text={row.tags[0] ?? t.noName} />
              </TextLink>
              {row.tags.slice(1, 6).map((tag) => (
                <CleanText key={tag} text={tag} />
              ))}
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
            <Tooltip title={t.run(nameOf(row))}>
              <IconButton
                size="small"
                component={Link}
                to={`/images/${encodeURIComponent(nameOf(row))}/run`}
                aria-label={t.run(nameOf(row))}
              >
                <Play size={18} />
              </IconButton>
            </Tooltip>
            <RemoveImage name={nameOf(row)} usedBy={row.usedBy} />
          </Stack>
        ),
      },
    ],
    [t, format],
  );
}
