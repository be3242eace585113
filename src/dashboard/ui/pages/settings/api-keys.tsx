import { Alert, Box, Button, FormControlLabel, Checkbox, Stack, TextField, Typography } from '@mui/material';
import { apiKeyListBody, createdKeyBody, type ApiKeyBody } from '#contract';
import { Trash2 } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import {
  CleanText,
  CommandHint,
  ConfirmDialog,
  CopyButton,
  DataTable,
  ResourceView,
  RowButton,
  useAction,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { useSettingsText } from './settings-text.ts';

const path = '/gantry/keys';
type Scope = ApiKeyBody['scopes'][number];
const allScopes: readonly Scope[] = ['infer', 'models', 'mcp', 'admin'];

export function ApiKeys(): ReactNode {
  const t = useSettingsText();
  const keys = useResource({ path, schema: apiKeyListBody, refreshMs: 10_000 });
  const [asked, setAsked] = useState<string>();
  const remove = useAction({
    run: (api, name: string) => api.send({ path: `${path}/${encodeURIComponent(name)}`, method: 'DELETE' }),
    changes: [path],
    done: (_nothing, name) => t.keyRemoved(name),
  });
  const columns = useColumns(setAsked);
  return (
    <Stack spacing={2}>
      <Typography variant="subtitle1" component="h3">
        {t.keys}
      </Typography>
      <ResourceView resource={keys}>
        {(list) => (
          <DataTable
            label={t.keys}
            rows={list}
            columns={columns}
            rowKey={({ name }) => name}
            empty={<Typography color="text.secondary">{t.noKeys}</Typography>}
          />
        )}
      </ResourceView>
      <NewKey />
      <ConfirmDialog
        open={asked !== undefined}
        title={t.removeKey(asked ?? '')}
        text={t.removeKeyText}
        confirm={t.removeVerb}
        command={`gantry key rm ${asked ?? ''}`}
        isRunning={remove.isRunning}
        onClose={() => setAsked(undefined)}
        onConfirm={() => {
          if (asked !== undefined) void remove.start(asked).then(() => setAsked(undefined));
        }}
      />
    </Stack>
  );
}

function useColumns(ask: (name: string) => void): readonly Column<ApiKeyBody>[] {
  const t = useSettingsText();
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'name', header: t.key, value: ({ name }) => name, cell: ({ name }) => <CleanText text={name} /> },
      {
        id: 'scopes',
        header: t.scopes,
        value: ({ scopes }) => scopes.join(' '),
        cell: ({ scopes }) => scopes.join(', '),
      },
      {
        id: 'until',
        header: t.until,
        value: ({ expiresAt }) => expiresAt ?? undefined,
        cell: ({ expiresAt, expired }) =>
          expired ? t.expired : expiresAt === null ? t.forever : format.time(Date.parse(expiresAt)),
      },
      {
        id: 'used',
        header: t.used,
        value: ({ lastUsedAt }) => lastUsedAt ?? undefined,
        cell: ({ lastUsedAt }) => (lastUsedAt === null ? t.never : format.ago(Date.parse(lastUsedAt))),
      },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: ({ name }) => (
          <RowButton label={t.remove(name)} color="error" onClick={() => ask(name)}>
            <Trash2 size={18} />
          </RowButton>
        ),
      },
    ],
    [t, format, ask],
  );
}

const dayMs = 86_400_000;

function NewKey(): ReactNode {
  const t = useSettingsText();
  const [name, setName] = useState('');
  const [days, setDays] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['infer']);
  const [secret, setSecret] = useState<string>();
  const names = { infer: t.scopeInfer, models: t.scopeModels, mcp: t.scopeMcp, admin: t.scopeAdmin };
  const create = useAction({
    run: async (api) => {
      const made = await api.json(
        {
          path,
          method: 'POST',
          body: { name: name.trim(), scopes, ...(days !== '' && { expiresInMs: Math.round(Number(days) * dayMs) }) },
        },
        createdKeyBody,
      );
      setSecret(made.secret);
      setName('');
    },
    changes: [path],
  });
  const isBad = days !== '' && !(Number(days) > 0);
  return (
    <Stack
      component="form"
      spacing={1.5}
      onSubmit={(event) => {
        event.preventDefault();
        void create.start();
      }}
    >
      {secret !== undefined && (
        <Alert severity="success" onClose={() => setSecret(undefined)}>
          {t.keyMade}
          <Box sx={{ display: 'flex', alignItems: 'center', fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
            <span data-testid="secret">{secret}</span>
            <CopyButton text={secret} />
          </Box>
        </Alert>
      )}
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
        <TextField size="small" label={t.keyName} value={name} onChange={(event) => setName(event.target.value)} />
        <TextField
          size="small"
          label={t.expires}
          value={days}
          error={isBad}
          onChange={(event) => setDays(event.target.value)}
          sx={{ minWidth: 260 }}
        />
      </Box>
      <Box role="group" aria-label={t.scopes} sx={{ display: 'flex', flexWrap: 'wrap' }}>
        {allScopes.map((scope) => (
          <FormControlLabel
            key={scope}
            label={names[scope]}
            control={
              <Checkbox
                checked={scopes.includes(scope)}
                onChange={(_event, on) =>
                  setScopes((before) => (on ? [...before, scope] : before.filter((one) => one !== scope)))
                }
              />
            }
          />
        ))}
      </Box>
      <CommandHint
        command={`gantry key create ${name.trim() || 'NAME'} ${scopes.map((one) => `--scope ${one}`).join(' ')}`}
      />
      <Button
        type="submit"
        variant="outlined"
        loading={create.isRunning}
        disabled={name.trim() === '' || scopes.length === 0 || isBad}
        sx={{ alignSelf: 'flex-start' }}
      >
        {t.createKey}
      </Button>
    </Stack>
  );
}
