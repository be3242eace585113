import { Button, Chip, Stack, Typography } from '@mui/material';
import { variantsBody, type VariantsBody } from '#contract';
import { useMemo, type ReactNode } from 'react';
import {
  CleanText,
  DataTable,
  EmptyState,
  ResourceView,
  useFormat,
  useResource,
  type Column,
  displayName,
} from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';
import { useLocalModels } from './use-local-models.ts';

type Variant = VariantsBody['variants'][number];

/** Tags or quantizations of a model where it comes from. */
export function Variants(props: { readonly name: string; readonly onPull: (name: string) => void }): ReactNode {
  const { name, onPull } = props;
  const t = useModelsText();
  const variants = useResource({ path: `/gantry/variants?model=${encodeURIComponent(name)}`, schema: variantsBody });
  const local = useLocalModels().data;
  const here = useMemo(() => new Set(local?.map((model) => model.name)), [local]);
  const columns = useColumns({ here, onPull });
  return (
    <Stack spacing={1} sx={{ my: 2 }}>
      <Typography variant="subtitle1" component="h2">
        {t.variants}
      </Typography>
      <ResourceView resource={variants}>
        {({ variants: rows, is_cut: isCut }) => (
          <>
            <DataTable
              label={t.variants}
              rows={rows}
              columns={columns}
              rowKey={(row) => row.name}
              empty={<EmptyState title={t.noVariants} />}
            />
            {isCut && (
              <Typography variant="body2" color="text.secondary">
                {t.variantsCut}
              </Typography>
            )}
          </>
        )}
      </ResourceView>
    </Stack>
  );
}

function useColumns(options: {
  readonly here: ReadonlySet<string>;
  readonly onPull: (name: string) => void;
}): readonly Column<Variant>[] {
  const { here, onPull } = options;
  const t = useModelsText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t.variantName,
        value: ({ name }) => name,
        cell: ({ name, problem }) => (
          <>
            <CleanText text={name.slice(name.lastIndexOf(':') + 1)} sx={{ fontWeight: 600 }} />{' '}
            {here.has(displayName(name.replace(/^hf\.co\//, 'huggingface.co/'))) && (
              <Chip size="small" label={t.isHere} />
            )}
            {problem !== undefined && (
              <CleanText component="div" text={problem} sx={{ color: 'text.secondary', fontSize: 13 }} />
            )}
          </>
        ),
      },
      { id: 'quantization', header: t.quantization, value: (row) => row.quantization, cell: (row) => row.quantization },
      { id: 'parameters', header: t.parameters, value: (row) => row.parameters, cell: (row) => row.parameters },
      {
        id: 'size',
        header: t.size,
        align: 'right',
        value: (row) => row.size_bytes,
        cell: ({ size_bytes: bytes }) => bytes !== undefined && format.bytes(bytes),
      },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: ({ name, problem }) =>
          problem === undefined && (
            <Button size="small" variant="outlined" aria-label={t.pulling(name)} onClick={() => onPull(name)}>
              {t.pull}
            </Button>
          ),
      },
    ],
    [t, format, here, onPull],
  );
}
