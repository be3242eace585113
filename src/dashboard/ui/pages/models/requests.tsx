import {
  Box,
  Button,
  Dialog,
  DialogContent,
  DialogTitle,
  IconButton,
  Stack,
  Tab,
  Tabs,
  Typography,
} from '@mui/material';
import { requestsBody } from '#contract';
import { Download, Trash2, X } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import {
  CleanText,
  CommandHint,
  ConfirmDialog,
  DataTable,
  EmptyState,
  Markdown,
  ResourceView,
  useAction,
  useEvents,
  useFormat,
  useKitText,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { JsonView } from './json-view.tsx';
import { useModelsText } from './models-text.ts';
import { factsOf, type RequestFacts, type RequestRecord } from './request-facts.ts';
import { saveFile } from './save-file.ts';

interface Row extends RequestFacts {
  readonly record: RequestRecord;
}

/** What was asked and answered, newest first; new ones appear by themselves. */
export function Requests({ model }: { readonly model?: string | undefined }): ReactNode {
  const t = useModelsText();
  const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`;
  const path = `/engines/requests${query}`;
  const requests = useResource({ path, schema: requestsBody });
  const state = useEvents({ path, schema: requestsBody }, () => requests.reload());
  const [shown, setShown] = useState<Row>();
  const [isForgetting, setForgetting] = useState(false);
  const forget = useAction({
    run: (api) => api.send({ path, method: 'DELETE' }),
    changes: ['/engines/requests'],
    done: () => t.forgotten,
  });
  const rows = useMemo(
    () =>
      (requests.data ?? [])
        .flatMap(({ records }) => records)
        .map((record) => ({ record, ...factsOf(record) }))
        .toSorted((one, other) => other.record.timestamp - one.record.timestamp),
    [requests.data],
  );
  const columns = useColumns(setShown);
  return (
    <Stack spacing={2}>
      <Typography variant="body2" color="text.secondary" role="status">
        {state === 'waiting' ? t.reconnecting : t.live}
      </Typography>
      <ResourceView resource={requests}>
        {() => (
          <DataTable
            label={t.requests}
            rows={rows}
            columns={columns}
            rowKey={({ record }) => record.id}
            toolbar={
              <>
                <Button
                  size="small"
                  color="inherit"
                  startIcon={<Download size={16} />}
                  onClick={() => saveFile('requests.json', JSON.stringify(requests.data, null, 2))}
                >
                  {t.download}
                </Button>
                <Button
                  size="small"
                  color="inherit"
                  startIcon={<Trash2 size={16} />}
                  onClick={() => setForgetting(true)}
                >
                  {t.forget}
                </Button>
              </>
            }
            empty={<EmptyState title={t.noRequests} text={t.noRequestsText} command="gantry run ai/smollm2 'Hello'" />}
          />
        )}
      </ResourceView>
      <CommandHint command={`gantry requests${model === undefined ? '' : ` --model ${model}`}`} />
      <ConfirmDialog
        open={isForgetting}
        title={model === undefined ? t.forgetTitle : t.forgetTitleOf(model)}
        text={t.forgetText}
        confirm={t.forget}
        isRunning={forget.isRunning}
        onClose={() => setForgetting(false)}
        onConfirm={() => void forget.start().then(() => setForgetting(false))}
      />
      {shown && <RequestDialog row={shown} onClose={() => setShown(undefined)} />}
    </Stack>
  );
}

function useColumns(show: (row: Row) => void): readonly Column<Row>[] {
  const t = useModelsText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'time',
        header: t.time,
        value: ({ record }) => record.timestamp,
        cell: (row) => (
          <Button
            size="small"
            onClick={() => show(row)}
            aria-label={t.openRequest(format.time(row.record.timestamp * 1000))}
            sx={{ whiteSpace: 'nowrap' }}
          >
            {format.time(row.record.timestamp * 1000)}
          </Button>
        ),
      },
      {
        id: 'model',
        header: t.model,
        value: ({ record }) => record.model,
        cell: ({ record }) => <CleanText text={record.model} />,
      },
      {
        id: 'question',
        header: t.prompt,
        value: ({ question }) => question.slice(0, 500),
        cell: ({ question }) => <CleanText text={question.slice(0, 160)} />,
      },
      {
        id: 'tokens',
        header: t.tokens,
        align: 'right',
        value: ({ tokens }) => tokens,
        cell: ({ tokens }) => tokens !== undefined && format.number(tokens),
      },
      {
        id: 'speed',
        header: t.speed,
        align: 'right',
        value: ({ tokensPerSecond }) => tokensPerSecond,
        cell: ({ tokensPerSecond: speed }) => speed !== undefined && t.perSecond(format.number(speed, 1)),
      },
      {
        id: 'duration',
        header: t.duration,
        align: 'right',
        value: ({ record }) => record.duration_ms,
        cell: ({ record: { duration_ms: ms } }) => ms !== undefined && format.duration(ms),
      },
      {
        id: 'status',
        header: t.status,
        value: ({ record }) => record.status_code,
        cell: ({ record }) => record.status_code,
      },
    ],
    [t, format, show],
  );
}

function RequestDialog({ row, onClose }: { readonly row: Row; readonly onClose: () => void }): ReactNode {
  const t = useModelsText();
  const kit = useKitText();
  const format = useFormat();
  const [part, setPart] = useState<'overview' | 'request' | 'response'>('overview');
  const { record, question, answer, tokens, tokensPerSecond: speed } = row;
  const facts = [
    `${record.method} ${record.url}`,
    `${t.status}: ${record.status_code}`,
    tokens !== undefined && `${t.tokens}: ${format.number(tokens)}`,
    speed !== undefined && t.perSecond(format.number(speed, 1)),
    record.duration_ms !== undefined && format.duration(record.duration_ms),
    record.user_agent && `${t.client}: ${record.user_agent.slice(0, 200)}`,
  ].filter((fact) => typeof fact === 'string');
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="request-title">
      <DialogTitle id="request-title" sx={{ pr: 7 }}>
        {record.model}
        <IconButton aria-label={kit.close} onClick={onClose} sx={{ position: 'absolute', top: 12, right: 12 }}>
          <X size={18} />
        </IconButton>
      </DialogTitle>
      <DialogContent>
        <Tabs value={part} onChange={(_event, next) => setPart(next)} sx={{ mb: 2 }} aria-label={t.tabs}>
          <Tab value="overview" label={t.overview} />
          <Tab value="request" label={t.request} />
          <Tab value="response" label={t.response} />
        </Tabs>
        {part === 'overview' && (
          <Stack spacing={1.5}>
            <CleanText component="div" text={facts.join(' · ')} sx={{ color: 'text.secondary' }} />
            {record.error !== undefined && (
              <CleanText component="div" text={record.error} sx={{ color: 'error.main' }} />
            )}
            <Typography variant="subtitle2">{t.prompt}</Typography>
            <CleanText component="div" text={question} sx={{ whiteSpace: 'pre-wrap' }} />
            <Typography variant="subtitle2">{t.answer}</Typography>
            <Box>
              <Markdown text={answer} />
            </Box>
          </Stack>
        )}
        {part === 'request' && (
          <JsonView value={record.request ?? ''} label={t.request} fileName={`request-${record.id}.json`} />
        )}
        {part === 'response' && (
          <JsonView
            value={record.response ?? record.error ?? ''}
            label={t.response}
            fileName={`response-${record.id}.json`}
          />
        )}
      </DialogContent>
    </Dialog>
  );
}
