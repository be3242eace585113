import { mcpCallRecord, mcpCallsBody, type McpCallRecord } from '#contract';
import { Alert, Button, Chip, Link as MuiLink, MenuItem, Stack, TextField } from '@mui/material';
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
import { CallDetails } from './call-details.tsx';
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
  const [isPaused, setPaused] = useState(false);
  const [outcome, setOutcome] = useState('');
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
    { key: `calls ${filter}`, enabled: useVisible() && !isPaused },
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
                rows={outcome === '' ? all : all.filter((call) => (call.outcome === 'ok') === (outcome === 'ok'))}
                columns={columns}
                rowKey={({ id }) => id}
                order={{ column: 'time', direction: 'desc' }}
                toolbar={
                  <>
                    <TextField
                      select
                      size="small"
                      label={t.outcome}
                      value={outcome}
                      onChange={(event) => setOutcome(event.target.value)}
                      sx={{ minWidth: 120 }}
                    >
                      <MenuItem value="">{t.any}</MenuItem>
                      <MenuItem value="ok">{t.outcomeName('ok')}</MenuItem>
                      <MenuItem value="bad">{t.notOk}</MenuItem>
                    </TextField>
                    <Button
                      variant={isPaused ? 'contained' : 'outlined'}
                      aria-pressed={isPaused}
                      onClick={() => setPaused(!isPaused)}
                    >
                      {isPaused ? t.resume : t.pause}
                    </Button>
                  </>
                }
                empty={<EmptyState title={t.noCalls} text={t.noCallsText} command="gantry mcp tools call TOOL" />}
              />
            </>
          );
        }}
      </ResourceView>
      <CommandHint command={`gantry mcp calls --follow${server === undefined ? '' : ` --server ${server}`}`} />
      {shown && <CallDetails key={shown.id} call={shown} onClose={() => setShown(undefined)} />}
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
