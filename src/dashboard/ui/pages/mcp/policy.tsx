import { mcpGrantsBody, mcpPolicyBody, mcpVerdictBody, type McpPolicyBody, type McpVerdictBody } from '#contract';
import { Alert, Box, Button, Chip, Paper, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import {
  CleanText,
  CommandHint,
  errorText,
  ResourceView,
  useAction,
  useKitText,
  useResource,
  useToasts,
} from '../../kit/index.ts';
import { GrantForm, GrantList } from './grants.tsx';
import { Guards } from './guards.tsx';
import { LongText } from './long-text.tsx';
import { concerned, paths } from './paths.ts';
import { PolicyRules } from './policy-rules.tsx';
import { useMcpText } from './text.ts';

/** What servers may do: rules for their calls, and folders. */
export function Policy(): ReactNode {
  const t = useMcpText();
  const policy = useResource({ path: paths.policy, schema: mcpPolicyBody });
  const grants = useResource({ path: paths.grants, schema: mcpGrantsBody });
  return (
    <Stack spacing={2}>
      <ResourceView resource={policy}>{(body) => <Editor key={body.digest} policy={body} />}</ResourceView>
      <Guards />
      <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.grants}>
        <Typography variant="subtitle1" component="h2">
          {t.grants}
        </Typography>
        <Typography color="text.secondary" sx={{ mb: 1 }}>
          {t.grantsText}
        </Typography>
        <Stack spacing={2}>
          <ResourceView resource={grants}>{({ grants: all }) => <GrantList grants={all} />}</ResourceView>
          <GrantForm />
        </Stack>
      </Paper>
    </Stack>
  );
}

function Editor({ policy }: { readonly policy: McpPolicyBody }): ReactNode {
  const t = useMcpText();
  const [text, setText] = useState(policy.text);
  const kit = useKitText();
  const toasts = useToasts();
  const [refusal, setRefusal] = useState<string>();
  const save = useAction({
    // What is wrong with the text is said beside it, where it is put right.
    run: async (api) => {
      try {
        const body = { text, expects: policy.digest };
        await api.json({ path: paths.policy, method: 'PUT', body }, mcpPolicyBody);
        setRefusal(undefined);
        toasts.say({ kind: 'success', text: t.saved });
      } catch (error) {
        setRefusal(errorText(error, kit));
      }
    },
    changes: concerned['policy'],
  });
  return (
    <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.policy}>
      <Stack spacing={2}>
        <Typography variant="subtitle1" component="h2">
          {t.policy}
        </Typography>
        <Typography color="text.secondary">{t.policyText}</Typography>
        {policy.error && (
          <Alert severity="error">
            <CleanText text={policy.error.message} /> {t.nothingAllowed}
          </Alert>
        )}
        <TextField
          multiline
          minRows={8}
          maxRows={30}
          label={policy.path}
          value={text}
          placeholder={'rules:\n  - { effect: deny, server: filesystem, tool: "write_*" }\n'}
          onChange={(event) => setText(event.target.value)}
          slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } }}
        />
        {refusal !== undefined && (
          <Alert severity="error">
            <CleanText text={refusal} />
          </Alert>
        )}
        <Box>
          <Button
            variant="contained"
            disabled={text === policy.text}
            loading={save.isRunning}
            onClick={() => void save.start()}
          >
            {t.save}
          </Button>
        </Box>
        {policy.policy && <PolicyRules policy={policy.policy} />}
        {policy.policy && (
          <details>
            <summary>{t.understood}</summary>
            <LongText text={JSON.stringify(policy.policy, undefined, 2)} label={t.understood} />
          </details>
        )}
        <Test text={text} />
        <CommandHint command="gantry mcp policy check" />
      </Stack>
    </Paper>
  );
}

/** What the text in the editor would decide; nothing is called. */
function Test({ text }: { readonly text: string }): ReactNode {
  const t = useMcpText();
  const [server, setServer] = useState('');
  const [tool, setTool] = useState('');
  const [verdict, setVerdict] = useState<McpVerdictBody>();
  const test = useAction({
    run: async (api) => {
      const body = { server, name: tool, text };
      setVerdict(await api.json({ path: `${paths.policy}/test`, method: 'POST', body }, mcpVerdictBody));
    },
  });
  return (
    <Box
      component="form"
      noValidate
      aria-label={t.testPolicy}
      onSubmit={(event) => {
        event.preventDefault();
        void test.start();
      }}
      sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center' }}
    >
      <TextField size="small" label={t.server} value={server} onChange={(event) => setServer(event.target.value)} />
      <TextField size="small" label={t.tool} value={tool} onChange={(event) => setTool(event.target.value)} />
      <Button type="submit" disabled={server === '' || tool === ''} loading={test.isRunning}>
        {t.testPolicy}
      </Button>
      <Box role="status">
        {verdict && (
          <>
            <Chip
              size="small"
              color={verdict.effect === 'allow' ? 'success' : verdict.effect === 'deny' ? 'error' : 'warning'}
              label={t.effectName(verdict.effect)}
            />{' '}
            <CleanText text={verdict.reason} />
          </>
        )}
      </Box>
    </Box>
  );
}
