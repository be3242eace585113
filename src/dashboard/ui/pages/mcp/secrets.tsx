import { mcpOAuthBody, mcpSecretsBody, mcpSecretStored } from '#contract';
import { Box, Button, Chip, Paper, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, cutLine, EmptyState, ResourceView, useAction, useFormat, useResource } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { SecretForm } from './secret-form.tsx';
import { SecretPlace } from './secret-place.tsx';
import { SignIn } from './sign-in.tsx';
import { useMcpText } from './text.ts';

/** Secrets by name, and services that somebody signed in to. */
export function Secrets(): ReactNode {
  const t = useMcpText();
  const secrets = useResource({ path: paths.secrets, schema: mcpSecretsBody });
  const format = useFormat();
  const services = useResource({ path: paths.oauth, schema: mcpOAuthBody });
  return (
    <Stack spacing={2}>
      <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.secrets}>
        <Typography variant="subtitle1" component="h2">
          {t.secrets}
        </Typography>
        <Typography color="text.secondary" sx={{ mb: 2 }}>
          {t.secretsText}
        </Typography>
        <ResourceView resource={secrets}>
          {({ secrets: all }) => (
            <Stack spacing={3}>
              {all.length === 0 && <Typography color="text.secondary">{t.noSecrets}</Typography>}
              {all.map(({ name, provider, usedBy }) => (
                <SecretForm
                  key={name}
                  name={name}
                  isSet
                  provider={provider}
                  description={
                    usedBy.length === 0 ? t.usedByNobody : t.usedBy(usedBy.map(({ server }) => server).join(', '))
                  }
                />
              ))}
            </Stack>
          )}
        </ResourceView>
        <NewSecret />
      </Paper>
      <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.services}>
        <Typography variant="subtitle1" component="h2" sx={{ mb: 1 }}>
          {t.services}
        </Typography>
        <ResourceView resource={services}>
          {({ servers }) =>
            servers.length === 0 ? (
              <EmptyState title={t.noServices} />
            ) : (
              <Stack spacing={3}>
                {servers.map(({ server, url, authorized, expiresAt }) => (
                  <Box key={server} component="section" aria-label={server}>
                    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap', mb: 1 }}>
                      <Typography component="h3">{cutLine(`${server} · ${url}`, 300).text}</Typography>
                      <Chip
                        size="small"
                        variant="outlined"
                        color={authorized ? 'success' : 'default'}
                        label={authorized ? t.authorized : t.notAuthorized}
                      />
                      {expiresAt !== undefined && (
                        <Typography variant="body2" color="text.secondary">
                          {t.expires(format.time(Date.parse(expiresAt)))}
                        </Typography>
                      )}
                    </Box>
                    <SignIn server={server} isSignedIn={authorized} />
                  </Box>
                ))}
              </Stack>
            )
          }
        </ResourceView>
      </Paper>
    </Stack>
  );
}

function NewSecret(): ReactNode {
  const t = useMcpText();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const set = useAction({
    run: (api) => api.json({ path: paths.secret(name), method: 'PUT', body: { value } }, mcpSecretStored),
    changes: concerned['secrets'],
    done: (stored) =>
      stored.instead === undefined ? t.secretKept(stored.name) : t.secretInFile(stored.name, stored.instead),
  });
  const submit = async (): Promise<void> => {
    if (!(await set.start())) return;
    setName('');
    setValue('');
  };
  return (
    <Stack spacing={1} sx={{ mt: 3 }}>
      <Box
        component="form"
        noValidate
        aria-label={t.newSecret}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}
      >
        <TextField
          size="small"
          label={t.secretName}
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          size="small"
          type="password"
          label={t.secretValue}
          value={value}
          autoComplete="new-password"
          onChange={(event) => setValue(event.target.value)}
        />
        <Button type="submit" variant="outlined" disabled={name === '' || value === ''} loading={set.isRunning}>
          {t.newSecret}
        </Button>
      </Box>
      <CommandHint command={`gantry mcp secret set ${name || 'NAME'}`} />
      <details>
        <summary>{t.keptElsewhere}</summary>
        <SecretPlace name={name} />
      </details>
    </Stack>
  );
}
