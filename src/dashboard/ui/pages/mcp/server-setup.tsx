import { mcpServerBody, type McpServerBody } from '#contract';
import { Alert, Box, Button, Paper, Stack, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { CleanText, CommandHint, useAction } from '../../kit/index.ts';
import { GrantForm, GrantList } from './grants.tsx';
import { concerned, paths } from './paths.ts';
import { fieldsOf } from './schema-fields.ts';
import { draftOf, valuesOf, type Filled } from './schema-values.ts';
import { SchemaForm } from './schema-form.tsx';
import { SecretForm } from './secret-form.tsx';
import { SecretPlace } from './secret-place.tsx';
import { SignIn } from './sign-in.tsx';
import { useMcpText } from './text.ts';

/** What a server has to be given: values, secrets, a sign-in, folders. */
export function ServerSetup({ server }: { readonly server: McpServerBody }): ReactNode {
  const t = useMcpText();
  const { config, secrets, oauth, grants, problems } = server;
  const wanted = problems.flatMap(({ params }) =>
    typeof params?.['path'] === 'string' && String(params['reason']).startsWith('bind_')
      ? [String(params['path'])]
      : [],
  );
  const isPlain = config.schemas.length === 0 && secrets.length === 0 && oauth.length === 0;
  return (
    <Stack spacing={2}>
      {isPlain && <Alert severity="info">{t.nothingToSetUp}</Alert>}
      {config.schemas.length > 0 && <Config server={server} />}
      {secrets.length > 0 && (
        <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.secrets}>
          <Typography variant="subtitle1" component="h3" sx={{ mb: 1 }}>
            {t.secrets}
          </Typography>
          <Stack spacing={2}>
            {secrets.map((secret) => (
              <Box key={secret.name}>
                <SecretForm {...secret} />
                <details>
                  <summary>{t.keptElsewhere}</summary>
                  <SecretPlace name={secret.name} />
                </details>
              </Box>
            ))}
          </Stack>
        </Paper>
      )}
      {(oauth.length > 0 || (server.type === 'remote' && server.state === 'needs_sign_in')) && (
        <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.signIn}>
          <Typography variant="subtitle1" component="h3" sx={{ mb: 1 }}>
            {t.signIn}
          </Typography>
          <SignIn server={server.name} isSignedIn={oauth.every(({ isSignedIn }) => isSignedIn)} />
        </Paper>
      )}
      <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.grants}>
        <Typography variant="subtitle1" component="h3">
          {t.grants}
        </Typography>
        <Typography color="text.secondary" sx={{ mb: 1 }}>
          {t.grantsText}
        </Typography>
        <Stack spacing={2}>
          <GrantList grants={grants.map((grant) => ({ ...grant, server: server.name }))} />
          <GrantForm server={server.name} path={wanted[0] ?? ''} />
        </Stack>
      </Paper>
    </Stack>
  );
}

function Config({ server }: { readonly server: McpServerBody }): ReactNode {
  const t = useMcpText();
  const fields = useMemo(() => fieldsOf(server.config.schemas), [server.config.schemas]);
  const [draft, setDraft] = useState(() => draftOf(fields, server.config.values));
  const [problems, setProblems] = useState<Filled['problems']>({});
  const save = useAction({
    run: (api, values: Filled['values']) =>
      api.json(
        { path: `${paths.server(server.profile, server.name)}/config`, method: 'PUT', body: { values } },
        mcpServerBody,
      ),
    changes: concerned['servers'],
    done: () => t.saved,
  });
  const submit = (): void => {
    const filled = valuesOf(fields, draft);
    setProblems(filled.problems);
    if (Object.keys(filled.problems).length === 0) void save.start(filled.values);
  };
  return (
    <Paper
      component="form"
      variant="outlined"
      sx={{ p: 2 }}
      aria-label={t.configuration}
      onSubmit={(event: { preventDefault(): void }) => {
        event.preventDefault();
        submit();
      }}
      noValidate
    >
      <Typography variant="subtitle1" component="h3" sx={{ mb: 2 }}>
        {t.configuration}
      </Typography>
      <Stack spacing={2}>
        {server.config.schemas.map((schema) =>
          typeof schema['description'] === 'string' ? (
            <CleanText key={schema['description']} component="div" text={schema['description']} />
          ) : null,
        )}
        <SchemaForm fields={fields} draft={draft} onChange={setDraft} problems={problems} />
        {server.config.problems.map((problem) => (
          <Alert key={problem} severity="warning">
            <CleanText text={problem} />
          </Alert>
        ))}
        <Button type="submit" variant="contained" loading={save.isRunning} sx={{ alignSelf: 'start' }}>
          {t.save}
        </Button>
        <CommandHint command={`gantry mcp profile config ${server.profile} --set ${server.name}.KEY=VALUE`} />
      </Stack>
    </Paper>
  );
}
