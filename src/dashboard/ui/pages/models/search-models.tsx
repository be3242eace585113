import {
  Alert,
  Box,
  Button,
  Chip,
  CircularProgress,
  Link as ExternalLink,
  MenuItem,
  Stack,
  TextField,
} from '@mui/material';
import { searchBody, type SearchBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import {
  CleanText,
  CommandHint,
  cutLine,
  DataTable,
  EmptyState,
  errorText,
  useFormat,
  useKitText,
  useResource,
  type Column,
  type Resource,
} from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';
import { PullByName } from './pull-by-name.tsx';
import { sizeBytesOf } from './size-bytes.ts';
import { VariantDialog } from './variant-dialog.tsx';

type Found = SearchBody['results'][number];
const sources = ['all', 'dockerhub', 'huggingface'] as const;
const names = { dockerhub: 'Docker Hub', huggingface: 'Hugging Face' } as const;
type Source = keyof typeof names;

/** Models elsewhere. What was searched for is in the address. Each place is asked by itself: one that does not answer keeps nobody waiting. */
export function SearchModels(): ReactNode {
  const t = useModelsText();
  const [params, setParams] = useSearchParams();
  const [term, source] = [params.get('q') ?? '', params.get('source') ?? 'all'];
  const [typed, setTyped] = useState(term);
  const [chosen, setChosen] = useState<Found>();
  const isAsked = (one: Source): boolean => params.has('q') && (source === 'all' || source === one);
  const hub = useFound('dockerhub', { term, enabled: isAsked('dockerhub') });
  const face = useFound('huggingface', { term, enabled: isAsked('huggingface') });
  const rows = useMemo(() => [...(hub.data?.results ?? []), ...(face.data?.results ?? [])], [hub.data, face.data]);
  const isWaiting = hub.isLoading || face.isLoading;
  const hasFailed = Boolean(hub.error ?? face.error);
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
        <Stack spacing={2}>
          <SourceState source="dockerhub" found={hub} />
          <SourceState source="huggingface" found={face} />
          {(rows.length > 0 || !(isWaiting || hasFailed)) && (
            <DataTable
              label={t.search}
              rows={rows}
              columns={columns}
              rowKey={({ Source: from, Name }) => `${from} ${Name}`}
              empty={<EmptyState title={t.nothingFound} text={t.nothingFoundText} />}
            />
          )}
        </Stack>
      )}
      <CommandHint command={`gantry search${source === 'all' ? '' : ` --source ${source}`} ${term || 'TERM'}`} />
      {chosen && <VariantDialog name={pullName(chosen)} onClose={() => setChosen(undefined)} />}
    </Stack>
  );
}

function useFound(source: Source, { term, enabled }: { term: string; enabled: boolean }): Resource<SearchBody> {
  const query = new URLSearchParams({ term, source, limit: '100' }).toString();
  return useResource({ path: `/gantry/search?${query}`, schema: searchBody, enabled });
}

/** That a place is being asked, or why it could not be. */
function SourceState({ source, found }: { readonly source: Source; readonly found: Resource<SearchBody> }): ReactNode {
  const t = useModelsText();
  const kit = useKitText();
  if (found.isLoading && !found.error)
    return (
      <Box role="status" sx={{ display: 'flex', gap: 1.5, alignItems: 'center', color: 'text.secondary' }}>
        <CircularProgress size={16} aria-hidden /> {t.askingSource(names[source])}
      </Box>
    );
  if (!found.error) return null;
  return (
    <Alert
      severity="warning"
      action={
        <Button color="inherit" size="small" onClick={found.reload}>
          {kit.retry}
        </Button>
      }
    >
      {t.sourceFailed(names[source])} <CleanText text={errorText(found.error, kit)} />
    </Alert>
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
      {
        id: 'source',
        header: t.source,
        value: ({ Source: from }) => from,
        cell: (model) => {
          const name = names[sourceOf(model)];
          return (
            <ExternalLink
              href={pageOf(model)}
              target="_blank"
              rel="noreferrer"
              aria-label={t.viewAt(name, cutLine(model.Name, 200).text)}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {name}
            </ExternalLink>
          );
        },
      },
      {
        id: 'licence',
        header: t.licence,
        from: 'medium',
        value: ({ License }) => License || undefined,
        cell: ({ License }) => <CleanText text={License} />,
      },
      {
        id: 'updated',
        header: t.updated,
        from: 'wide',
        value: ({ UpdatedAt }) => UpdatedAt,
        cell: ({ UpdatedAt }) => (Number.isNaN(Date.parse(UpdatedAt)) ? '' : format.ago(Date.parse(UpdatedAt))),
      },
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

function sourceOf({ Source: from }: Found): Source {
  return from === 'HuggingFace' ? 'huggingface' : 'dockerhub';
}

/** Where people read about it. Names are strangers': what they may hold stays within the path. */
function pageOf(model: Found): string {
  const path = model.Name.replace(/^hf\.co\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return sourceOf(model) === 'huggingface' ? `https://huggingface.co/${path}` : `https://hub.docker.com/r/${path}`;
}

/** As `pull` takes it. */
function pullName({ Source, Name }: Found): string {
  return Source === 'HuggingFace' && !Name.startsWith('hf.co/') ? `hf.co/${Name}` : Name;
}
