import { mcpGrantsBody } from '#contract';
import { Box, Button, Checkbox, FormControlLabel, MenuItem, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, cutLine, useAction } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';

interface Grant {
  readonly server: string;
  readonly path: string;
  readonly mode: 'ro' | 'rw';
}

/** Folders that servers may have, each to be taken back. */
export function GrantList({ grants }: { readonly grants: readonly Grant[] }): ReactNode {
  const t = useMcpText();
  const remove = useAction({
    run: (api, { server, path }: Grant) =>
      api.json(
        {
          path: `${paths.grants}?server=${encodeURIComponent(server)}&path=${encodeURIComponent(path)}`,
          method: 'DELETE',
        },
        mcpGrantsBody,
      ),
    changes: concerned['grants'],
    done: (_body, { path }) => t.removed(path),
  });
  if (grants.length === 0) return <Typography color="text.secondary">{t.noGrants}</Typography>;
  const [{ server, path } = { server: 'SERVER', path: 'PATH' }] = grants;
  return (
    <Box>
      <Box component="ul" sx={{ m: 0, pl: 2 }}>
        {grants.map((grant) => (
          <li key={`${grant.server} ${grant.path}`}>
            <code>{cutLine(grant.path, 300).text}</code> · {cutLine(grant.server, 100).text} · {t.modeName(grant.mode)}{' '}
            <Button
              size="small"
              color="error"
              aria-label={t.removeNamed(grant.path)}
              onClick={() => void remove.start(grant)}
            >
              {t.remove}
            </Button>
          </li>
        ))}
      </Box>
      <CommandHint command={`gantry mcp grant rm ${server} ${path}`} />
    </Box>
  );
}

/** Gives a server a folder of the daemon's machine. */
export function GrantForm({
  server,
  path: first = '',
}: {
  readonly server?: string | undefined;
  readonly path?: string;
}): ReactNode {
  const t = useMcpText();
  const [name, setName] = useState(server ?? '');
  const [path, setPath] = useState(first);
  const [mode, setMode] = useState<'ro' | 'rw'>('ro');
  const [evenThoughSensitive, setSensitive] = useState(false);
  const add = useAction({
    run: (api) =>
      api.send({ path: paths.grants, method: 'POST', body: { server: name, path, mode, evenThoughSensitive } }),
    changes: concerned['grants'],
    done: () => t.granted(name, path),
  });
  return (
    <Box
      component="form"
      noValidate
      aria-label={t.giveFolder}
      onSubmit={(event) => {
        event.preventDefault();
        void add.start().then((ok) => ok && setPath(''));
      }}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}
    >
      {server === undefined && (
        <TextField size="small" label={t.server} value={name} onChange={(event) => setName(event.target.value)} />
      )}
      <TextField
        size="small"
        label={t.folder}
        placeholder="/home/me/project"
        value={path}
        onChange={(event) => setPath(event.target.value)}
        sx={{ minWidth: 260 }}
      />
      <TextField
        select
        size="small"
        label={t.mode}
        value={mode}
        onChange={(event) => setMode(event.target.value === 'rw' ? 'rw' : 'ro')}
      >
        <MenuItem value="ro">{t.modeName('ro')}</MenuItem>
        <MenuItem value="rw">{t.modeName('rw')}</MenuItem>
      </TextField>
      <FormControlLabel
        control={<Checkbox checked={evenThoughSensitive} onChange={(event) => setSensitive(event.target.checked)} />}
        label={t.evenThoughSensitive}
      />
      <Button type="submit" variant="outlined" disabled={path === '' || name === ''} loading={add.isRunning}>
        {t.giveFolder}
      </Button>
      <CommandHint
        command={`gantry mcp grant add ${name || 'SERVER'} ${path || 'PATH'}${mode === 'rw' ? ' --rw' : ''}${evenThoughSensitive ? ' --even-though-sensitive' : ''}`}
      />
    </Box>
  );
}
