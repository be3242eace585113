import { mcpCallEvents, type McpServerTool } from '#contract';
import {
  Alert,
  Box,
  Button,
  FormControlLabel,
  LinearProgress,
  Stack,
  Switch,
  TextField,
  Typography,
} from '@mui/material';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { z } from 'zod';
import { CleanText, CommandHint, errorText, useApi, useKitText } from '../../kit/index.ts';
import { paths } from './paths.ts';
import { Question } from './question.tsx';
import { ResultView } from './result-view.tsx';
import { fieldsOf, valuesOf, type Draft, type Filled } from './schema-fields.ts';
import { SchemaForm } from './schema-form.tsx';
import { followEvents } from './stream.ts';
import { useMcpText } from './text.ts';
import { profileFlag } from './use-profile.ts';

type Result = z.infer<typeof mcpCallEvents.result>;
type Asked = z.infer<typeof mcpCallEvents.question>;

type State =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      readonly call: string;
      readonly progress: string;
      readonly share: number | undefined;
      readonly asked: Asked | undefined;
    }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly text: string };

/** A form for a tool's arguments, and what the call brings. The call goes through the profile's gateway like any other. */
export function TryTool({
  profile,
  server,
  tool,
}: {
  readonly profile: string;
  readonly server: string;
  readonly tool: McpServerTool;
}): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const api = useApi();
  const fields = useMemo(() => fieldsOf([tool.inputSchema]), [tool.inputSchema]);
  const [draft, setDraft] = useState<Draft>({});
  const [problems, setProblems] = useState<Filled['problems']>({});
  const [asJson, setAsJson] = useState(false);
  const [json, setJson] = useState('{}');
  const [state, setState] = useState<State>({ kind: 'idle' });
  const calling = useRef<AbortController>(undefined);
  useEffect(() => () => calling.current?.abort(), []);

  const run = async (args: unknown): Promise<void> => {
    calling.current = new AbortController();
    const { signal } = calling.current;
    let running = {
      kind: 'running' as const,
      call: '',
      progress: '',
      share: undefined as number | undefined,
      asked: undefined as Asked | undefined,
    };
    const show = (change: Partial<typeof running>): void => {
      running = { ...running, ...change };
      setState(running);
    };
    show({});
    try {
      const body = { profile, server, tool: tool.name, arguments: args };
      const result = await followEvents(
        api,
        { path: paths.calls, method: 'POST', body, signal },
        {
          last: 'result',
          on: {
            started: (data) => show({ call: mcpCallEvents.started.parse(data).call }),
            progress: (data) => {
              const { progress, total, message } = mcpCallEvents.progress.parse(data);
              show({
                progress: message ?? t.progressOf(progress, total),
                share: total === undefined ? undefined : (progress / total) * 100,
              });
            },
            question: (data) => show({ asked: mcpCallEvents.question.parse(data) }),
          },
        },
      );
      setState({ kind: 'done', result: mcpCallEvents.result.parse(result) });
    } catch (error) {
      setState({ kind: 'failed', text: signal.aborted ? t.cancelled : errorText(error, kit) });
    }
  };
  const submit = (): void => {
    if (asJson) {
      try {
        void run(JSON.parse(json));
      } catch {
        setState({ kind: 'failed', text: t.fieldProblem('json') });
      }
      return;
    }
    const filled = valuesOf(fields, draft);
    setProblems(filled.problems);
    if (Object.keys(filled.problems).length === 0) void run(filled.values);
  };
  const turnJson = (on: boolean): void => {
    if (on) setJson(JSON.stringify(valuesOf(fields, draft).values, undefined, 2));
    setAsJson(on);
  };
  return (
    <Box
      component="form"
      noValidate
      aria-label={t.tryNamed(tool.name)}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      sx={{ mt: 2, pl: { xs: 0, md: 7 } }}
    >
      <Stack spacing={2}>
        <FormControlLabel
          control={<Switch checked={asJson} onChange={(_event, on) => turnJson(on)} />}
          label={t.asJson}
        />
        {asJson ? (
          <TextField
            multiline
            minRows={3}
            label={t.arguments}
            value={json}
            onChange={(event) => setJson(event.target.value)}
            slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } }}
          />
        ) : fields.length === 0 ? (
          <Typography color="text.secondary">{t.noArguments}</Typography>
        ) : (
          <SchemaForm fields={fields} draft={draft} onChange={setDraft} problems={problems} />
        )}
        <Box sx={{ display: 'flex', gap: 1 }}>
          <Button type="submit" variant="contained" loading={state.kind === 'running'}>
            {t.run}
          </Button>
          {state.kind === 'running' && <Button onClick={() => calling.current?.abort()}>{kit.cancel}</Button>}
        </Box>
        <Box role="status">
          {state.kind === 'running' && (
            <>
              <CleanText text={state.progress} />
              <LinearProgress
                aria-label={t.running}
                {...(state.share !== undefined && {
                  variant: 'determinate',
                  value: Math.min(100, Math.max(0, state.share)),
                })}
              />
            </>
          )}
          {state.kind === 'failed' && (
            <Alert severity="error">
              <CleanText text={state.text} />
            </Alert>
          )}
        </Box>
        {state.kind === 'running' && state.asked && (
          <Question key={state.asked.question} call={state.call} asked={state.asked} />
        )}
        {state.kind === 'done' && <ResultView result={state.result.result} tookMs={state.result.tookMs} />}
        <CommandHint command={`gantry mcp tools call ${tool.name} KEY=VALUE${profileFlag(profile)}`} />
      </Stack>
    </Box>
  );
}
