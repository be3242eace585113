import { Box, Button, Chip, Link as TextLink, Stack, Typography } from '@mui/material';
import { MessageSquare } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  CommandHint,
  CopyButton,
  cutLine,
  DataTable,
  EmptyState,
  ResourceView,
  RowButton,
  SparkleButton,
  useFormat,
  type Column,
} from '../../kit/index.ts';
import { chatPath, modelPath } from './addresses.ts';
import { ModelActions } from './model-actions.tsx';
import { useModelsText } from './models-text.ts';
import { PullByName } from './pull-by-name.tsx';
import { useLocalModels, type LocalModel } from './use-local-models.ts';

const mostNameChars = 300;
const mostFactChars = 60;

/** Twelve digits are enough to tell models apart. */
function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** Every model of the store by each of its names. */
export function LocalModels(): ReactNode {
  const t = useModelsText();
  const models = useLocalModels();
  const columns = useColumns();
  return (
    <Stack spacing={2}>
      <PullByName />
      <ResourceView resource={models}>
        {(rows) => (
          <DataTable
            label={t.title}
            rows={rows}
            columns={columns}
            rowKey={({ name }) => name}
            order={{ column: 'name', direction: 'asc' }}
            choice="models"
            empty={
              <EmptyState
                title={t.none}
                text={t.noneText}
                command="gantry pull ai/smollm2"
                action={
                  <Button component={Link} to="/models/search" variant="contained">
                    {t.findOne}
                  </Button>
                }
              />
            }
          />
        )}
      </ResourceView>
      <CommandHint command="gantry list" />
    </Stack>
  );
}

function useColumns(): readonly Column<LocalModel>[] {
  const t = useModelsText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t.model,
        value: ({ name }) => name,
        cell: ({ name }) => (
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
            <TextLink
              component={Link}
              to={modelPath(name)}
              sx={{ minWidth: 170, overflowWrap: 'anywhere', fontWeight: 600 }}
            >
              {cutLine(name, mostNameChars).text}
            </TextLink>
            <SparkleButton kind="model" name={name} />
          </Box>
        ),
      },
      {
        id: 'parameters',
        header: t.parameters,
        value: ({ parameters }) => parameters,
        cell: ({ parameters = '' }) => cutLine(parameters, mostFactChars).text,
      },
      {
        id: 'quantization',
        header: t.quantization,
        from: 'medium',
        value: (row) => row.quantization,
        cell: ({ quantization = '' }) => cutLine(quantization, mostFactChars).text,
      },
      {
        id: 'architecture',
        header: t.architecture,
        from: 'wide',
        value: (row) => row.architecture,
        cell: ({ architecture = '' }) => cutLine(architecture, mostFactChars).text,
      },
      {
        id: 'id',
        header: t.id,
        isExtra: true,
        value: ({ id }) => id,
        cell: ({ id }) => (
          <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', fontFamily: 'monospace' }}>
            {shortId(id)}
            <CopyButton text={id} />
          </Box>
        ),
      },
      {
        id: 'created',
        header: t.created,
        isExtra: true,
        value: ({ createdMs }) => createdMs,
        cell: ({ createdMs }) => format.time(createdMs),
      },
      {
        id: 'context',
        header: t.context,
        align: 'right',
        value: ({ contextSize }) => contextSize,
        cell: ({ contextSize }) => contextSize !== undefined && format.number(contextSize),
      },
      { id: 'size', header: t.size, align: 'right', value: ({ sizeBytes }) => sizeBytes, cell: ({ size }) => size },
      {
        id: 'state',
        header: t.state,
        value: ({ runner }) => (runner ? 1 : 0),
        cell: ({ runner }) => <State runner={runner} />,
      },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: (row) => (
          <Box sx={{ display: 'flex', justifyContent: 'flex-end' }}>
            <RowButton color="primary" label={t.chatWith(row.name)} to={chatPath(row.name)}>
              <MessageSquare size={18} />
            </RowButton>
            <ModelActions model={row} />
          </Box>
        ),
      },
    ],
    [t, format],
  );
}

function State({ runner }: { readonly runner: LocalModel['runner'] }): ReactNode {
  const t = useModelsText();
  const format = useFormat();
  if (!runner)
    return (
      <Typography variant="body2" color="text.secondary" noWrap>
        {t.notLoaded}
      </Typography>
    );
  const isBusy = (runner.active_requests ?? 0) > 0;
  const text = runner.loading ? t.loading : isBusy ? t.inUse : t.loaded;
  return (
    <Stack spacing={0.25} sx={{ alignItems: 'flex-start' }}>
      <Chip size="small" color={isBusy ? 'primary' : 'success'} variant="outlined" label={text} />
      <Typography variant="caption" color="text.secondary" sx={{ whiteSpace: 'nowrap' }}>
        {runner.backend_name} · {runner.mode}
      </Typography>
      <Typography variant="caption" color="text.secondary">
        {runner.expires_at !== undefined
          ? t.unloadsAt(format.ago(Date.parse(runner.expires_at)))
          : runner.keep_alive === '-1'
            ? t.staysLoaded
            : ''}
      </Typography>
    </Stack>
  );
}
