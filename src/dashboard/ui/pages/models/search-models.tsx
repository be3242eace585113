import { Alert, Box, Button, Chip, MenuItem, Stack, TextField } from '@mui/material';
import { searchBody, type SearchBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import {
  CleanText,
  CommandHint,
  DataTable,
  EmptyState,
  ResourceView,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';
import { PullByName } from './pull-by-name.tsx';
import { sizeBytesOf } from './size-bytes.ts';
import { VariantDialog } from './variant-dialog.tsx';

type Found = SearchBody['results'][number];
const sources = ['all', 'dockerhub', 'huggingface'] as const;

/** Models elsewhere. What was searched for is in the address. */
export function SearchModels(): ReactNode {
  const t = useModelsText();
  const [params, setParams] = useSearchParams();
  const [term, source] = [params.get('q') ?? '', params.get('source') ?? 'all'];
  const [typed, setTyped] = useState(term);
  const [chosen, setChosen] = useState<Found>();
  const query = new URLSearchParams({ term, source, limit: '100' }).toString();
  const found = useResource({ path: `/gantry/search?${query}`, schema: searchBody, enabled: params.has('q') });
  const columns = useColumns(setChosen);
  return (
    <Stack spacing={2}>
      <PullByName />
      <Box
        component="form"
        role="search"
        sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}
        onSubmit={(event) => {
          event.preventDefault();
          setParams({ q: typed.trim(), source });
        }}
      >
        <TextField
          size="small"
          type="search"
          label={t.term}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          sx={{ flex: 1, minWidth: 240 }}
        />
        <TextField
          select
          size="small"
          label={t.source}
          value={source}
          onChange={(event) => setParams({ q: typed.trim(), source: event.target.value })}
          sx={{ minWidth: 160 }}
        >
          {sources.map((one) => (
            <MenuItem key={one} value={one}>
              {{ all: t.everywhere, dockerhub: 'Docker Hub', huggingface: 'Hugging Face' }[one]}
            </MenuItem>
          ))}
        </TextField>
        <Button type="submit" variant="outlined">
          {t.find}
        </Button>
      </Box>
      {params.has('q') && (
        <ResourceView resource={found}>
          {({ results, warnings }) => (
            <Stack spacing={2}>
              {warnings.map(({ source: name, message }) => (
                <Alert key={name} severity="warning">
                  {t.sourceFailed(name)} <CleanText text={message} />
                </Alert>
              ))}
              <DataTable
                label={t.search}
                rows={results}
                columns={columns}
                rowKey={({ Source, Name }) => `${Source} ${Name}`}
                empty={<EmptyState title={t.nothingFound} text={t.nothingFoundText} />}
              />
            </Stack>
          )}
        </ResourceView>
      )}
      <CommandHint command={`gantry search${source === 'all' ? '' : ` --source ${source}`} ${term || 'TERM'}`} />
      {chosen && <VariantDialog name={pullName(chosen)} onClose={() => setChosen(undefined)} />}
    </Stack>
  );
}

function useColumns(choose: (model: Found) => void): readonly Column<Found>[] {
  const t = useModelsText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t.model,
        value: ({ Name }) => Name,
        cell: ({ Name, Official }) => (
          <>
            <CleanText text={Name} sx={{ fontWeight: 600 }} /> {Official && <Chip size="small" label={t.official} />}
          </>
        ),
      },
      {
        id: 'description',
        header: t.description,
        value: ({ Description }) => Description,
        cell: ({ Description }) => <CleanText text={Description} />,
      },
      { id: 'source', header: t.source, value: ({ Source }) => Source, cell: ({ Source }) => Source },
      {
        id: 'downloads',
        header: t.downloads,
        align: 'right',
        value: ({ Downloads }) => Downloads,
        cell: ({ Downloads }) => format.number(Downloads),
      },
      {
        id: 'stars',
        header: t.stars,
        align: 'right',
        value: ({ Stars }) => Stars,
        cell: ({ Stars }) => format.number(Stars),
      },
      { id: 'size', header: t.size, align: 'right', value: ({ Size }) => sizeBytesOf(Size), cell: ({ Size }) => Size },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: (model) => (
          <Button size="small" variant="outlined" aria-label={t.pulling(model.Name)} onClick={() => choose(model)}>
            {t.pull}
          </Button>
        ),
      },
    ],
    [t, format, choose],
  );
}

/** As `pull` takes it. */
function pullName({ Source, Name }: Found): string {
  return Source === 'HuggingFace' && !Name.startsWith('hf.co/') ? `hf.co/${Name}` : Name;
}
