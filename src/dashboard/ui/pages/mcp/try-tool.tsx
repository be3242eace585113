import type { McpServerTool } from '#contract';
import { Box, Button, FormControlLabel, Stack, Switch, TextField, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { CommandHint, useKitText } from '../../kit/index.ts';
import { CallView } from './call-view.tsx';
import { fieldsOf } from './schema-fields.ts';
import { SchemaForm } from './schema-form.tsx';
import { valuesOf, type Draft, type Filled } from './schema-values.ts';
import { useMcpText } from './text.ts';
import { useCall } from './use-call.ts';
import { profileFlag } from './use-profile.ts';

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
  const fields = useMemo(() => fieldsOf([tool.inputSchema]), [tool.inputSchema]);
  const [draft, setDraft] = useState<Draft>({});
  const [problems, setProblems] = useState<Filled['problems']>({});
  const [asJson, setAsJson] = useState(false);
  const [json, setJson] = useState('{}');
  const call = useCall();
  const isRunning = call.state.kind === 'running';

  const run = (args: unknown): void => void call.run({ profile, server, tool: tool.name, arguments: args });
  const submit = (): void => {
    if (asJson) {
      try {
        run(JSON.parse(json));
      } catch {
        call.fail(t.fieldProblem('json', ''));
      }
      return;
    }
    const filled = valuesOf(fields, draft);
    setProblems(filled.problems);
    if (Object.keys(filled.problems).length === 0) run(filled.values);
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
          <Button type="submit" variant="contained" loading={isRunning}>
            {t.run}
          </Button>
          {isRunning && <Button onClick={call.stop}>{kit.cancel}</Button>}
        </Box>
        <CallView call={call} />
        <CommandHint command={`gantry mcp tools call ${tool.name} KEY=VALUE${profileFlag(profile)}`} />
      </Stack>
    </Box>
  );
}
