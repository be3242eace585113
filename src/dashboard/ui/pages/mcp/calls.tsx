import { mcpCallRecord, mcpCallsBody, type McpCallRecord } from '#contract';
import { Alert, Chip, Dialog, DialogContent, DialogTitle, Link as MuiLink, Stack } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import {
  CommandHint,
  cutLine,
  DataTable,
  EmptyState,
  ResourceView,
  useStream,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { Facts } from './facts.tsx';
import { LongText } from './long-text.tsx';
import { paths } from './paths.ts';
import { useMcpText, type McpText } from './text.ts';
import { useVisible } from './use-visible.ts';

const mostCalls = 1000;

export function Calls(): ReactNode {
  return <CallFeed server={undefined} />;
}

/** Calls of tools as they happen, whoever made them; those on record first. */
export function CallFeed({ server }: { readonly server: string | undefined }): ReactNode {
  const t = useMcpText();
  const [news, setNews] = useState<readonly McpCallRecord[]>([]);
  const [shown, setShown] = useState<McpCallRecord>();
  const filter = server === undefined ? '' : `&server=${encodeURIComponent(server)}`;
  const past = useResource({ path: `${paths.calls}?last=200${filter}`, schema: mcpCallsBody });
  useStream(
    async function* (api, signal): AsyncGenerator<McpCallRecord | 'anew'> {
      for await (const { event, data } of api.events({ path: `${paths.calls}?follow=true${filter}`, signal })) {
        yield event === 'call' ? mcpCallRecord.parse(JSON.parse(data)) : 'anew';
      }
    },
    (part) => {
      // What was recorded between the question for the past and this is in neither.
      if (part === 'anew') past.reload();
      else setNews((before) => [...before.slice(1 - mostCalls), part]);
    },
    { key: `calls ${filter}`, enabled: useVisible() },
  );
  const columns = useColumns(t, setShown);
  return (
    <Stack spacing={2}>
      <ResourceView resource={past}>
        {({ calls, recording }) => {
          const known = new Set(calls.map(({ id }) => id));
          const all = [...calls, ...news.filter(({ id }) => !known.has(id))];
          return (
            <>
              {recording === 'off' && <Alert severity="warning">{t.recordingOff}</Alert>}
              <DataTable
                label={t.calls}
                rows={all}
                columns={columns}
                rowKey={({ id }) => id}
                order={{ column: 'time', direction: 'desc' }}
                empty={<EmptyState title={t.noCalls} text={t.noCallsText} command="gantry mcp tools call TOOL" />}
              />
            </>
          );
        }}
      </ResourceView>
      <CommandHint command={`gantry mcp calls --follow${server === undefined ? '' : ` --server ${server}`}`} />
      {shown && (
        <Dialog open onClose={() => setShown(undefined)} fullWidth maxWidth="md" aria-labelledby="call-title">
          <DialogTitle id="call-title">{cutLine(`${shown.server} · ${shown.name}`, 200).text}</DialogTitle>
          <DialogContent>
            <Stack spacing={2}>
              <Facts
                facts={[
                  [t.time, shown.time],
                  [t.client, `${shown.client.name} ${shown.client.version}`],
                  [t.outcome, t.outcomeName(shown.outcome)],
                  [t.problem, shown.error],
                  [t.latency, `${Math.round(shown.durationMs)} ms`],
                  [t.sizes, t.bytesInOut(shown.argumentBytes, shown.resultBytes)],
                ]}
              />
              {shown.arguments !== undefined && (
                <LongText text={JSON.stringify(shown.arguments, undefined, 2)} label={t.arguments} />
              )}
              <CommandHint command={`gantry mcp calls replay ${shown.id}`} />
            </Stack>
          </DialogContent>
        </Dialog>
      )}
    </Stack>
  );
}

function useColumns(t: McpText, onShow: (call: McpCallRecord) => void): readonly Column<McpCallRecord>[] {
  return useMemo(
    () => [
      {
        id: 'time',
        header: t.time,
        value: ({ time }) => time,
        cell: ({ time }) => new Date(time).toLocaleTimeString(),
      },
      { id: 'server', header: t.server, value: ({ server }) => server, cell: ({ server }) => cutLine(server, 60).text },
      {
        id: 'name',
        header: t.what,
        value: ({ name }) => name,
        cell: (call) => (
          <MuiLink
            component="button"
            type="button"
            onClick={() => onShow(call)}
            sx={{ textAlign: 'left', fontFamily: 'monospace' }}
          >
            {cutLine(call.name, 80).text}
          </MuiLink>
        ),
      },
      {
        id: 'client',
        header: t.client,
        value: ({ client }) => client.name,
        cell: ({ client }) => cutLine(client.name, 60).text,
      },
      {
        id: 'outcome',
        header: t.outcome,
        value: ({ outcome, error }) => `${t.outcomeName(outcome)} ${error ?? ''}`,
        cell: ({ outcome }) => (
          <Chip
            size="small"
            variant="outlined"
            color={outcome === 'ok' ? 'success' : outcome === 'cancelled' ? 'default' : 'error'}
            label={t.outcomeName(outcome)}
          />
        ),
      },
      {
        id: 'took',
        header: t.latency,
        align: 'right',
        value: ({ durationMs }) => durationMs,
        cell: ({ durationMs }) => `${Math.round(durationMs)} ms`,
      },
    ],
    [t, onShow],
  );
}
