import { Box, Button, Chip, Stack, TextField } from '@mui/material';
import { hubImagesBody, imageListBody, type HubImagesBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import {
  CleanText,
  CommandHint,
  DataTable,
  EmptyState,
  PageHeader,
  ResourceView,
  useEngine,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { HubPullDialog } from './hub-pull-dialog.tsx';
import { repositoriesOf } from './image-names.ts';
import { useText } from './text.ts';

type Found = HubImagesBody['images'][number];

const mostFound = 100;

/** What the Engine finds at Docker Hub. What was searched for is in the address. */
export function HubSearch({ tabs }: { readonly tabs: ReactNode }): ReactNode {
  const t = useText();
  const [params, setParams] = useSearchParams();
  const term = params.get('q') ?? '';
  const [typed, setTyped] = useState(term);
  const [chosen, setChosen] = useState<string>();
  useEngine(['image'], ['/gantry/images']);
  const local = useResource({ path: '/gantry/images', schema: imageListBody });
  const query = new URLSearchParams({ term, limit: String(mostFound) }).toString();
  const found = useResource({
    path: `/gantry/hub/images?${query}`,
    schema: hubImagesBody,
    enabled: term !== '',
  });
  const here = useMemo(() => repositoriesOf(local.data?.images ?? []), [local.data]);
  const columns = useColumns(here, setChosen);
  return (
    <>
      <PageHeader title={t.title} text={t.hubText} />
      {tabs}
      <Stack spacing={2}>
        <Box
          component="form"
          role="search"
          sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() !== '') setParams({ q: typed.trim() });
          }}
        >
          <TextField
            size="small"
            type="search"
            label={t.hubTerm}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 200, spellCheck: false } }}
            sx={{ flex: 1, minWidth: 240 }}
          />
          <Button type="submit" variant="outlined" disabled={typed.trim() === ''}>
            {t.hubFind}
          </Button>
        </Box>
        {term !== '' && (
          <ResourceView resource={found}>
            {({ images }) => (
              <DataTable
                label={t.hubLabel}
                rows={images}
                columns={columns}
                rowKey={({ name }) => name}
                empty={<EmptyState title={t.hubNothing} text={t.hubNothingText} />}
              />
            )}
          </ResourceView>
        )}
        <CommandHint command={`docker search ${term || 'TERM'}`} />
      </Stack>
      {chosen !== undefined && <HubPullDialog name={chosen} onClose={() => setChosen(undefined)} />}
    </>
  );
}

function useColumns(here: ReadonlySet<string>, choose: (name: string) => void): readonly Column<Found>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t.name,
        value: ({ name }) => name,
        cell: ({ name, isOfficial }) => (
          <Stack direction="row" spacing={1} useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
            <CleanText text={name} sx={{ fontWeight: 600 }} />
            {isOfficial && <Chip size="small" color="primary" variant="outlined" label={t.official} />}
            {here.has(name) && <Chip size="small" variant="outlined" label={t.isHere} />}
          </Stack>
        ),
      },
      {
        id: 'description',
        header: t.description,
        value: ({ description }) => description,
        cell: ({ description }) => <CleanText text={description} />,
      },
      {
        id: 'stars',
        header: t.stars,
        align: 'right',
        value: ({ stars }) => stars,
        cell: ({ stars }) => format.number(stars),
      },
      {
        id: 'actions',
        header: t.actions,
        align: 'right',
        cell: ({ name }) => (
          <Button size="small" variant="outlined" aria-label={t.hubPull(name)} onClick={() => choose(name)}>
            {t.pullStart}
          </Button>
        ),
      },
    ],
    [t, format, here, choose],
  );
}
