import { Box, Button, MenuItem, Stack, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useAction } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';

type Kind = 'env' | 'command' | 'path';

const examples: Readonly<Record<Kind, string>> = {
  env: 'GITHUB_TOKEN',
  command: 'op read op://vault/github/token',
  path: '/run/secrets/token',
};

/** Says where a secret is kept elsewhere: a variable of the daemon, what a program prints, a file. Its value is read when it is needed. */
export function SecretPlace({ name }: { readonly name: string }): ReactNode {
  const t = useMcpText();
  const [kind, setKind] = useState<Kind>('env');
  const [text, setText] = useState('');
  const given = text.trim();
  const refer = useAction({
    run: (api) => {
      const body = kind === 'env' ? { env: given } : kind === 'path' ? { path: given } : { command: wordsOf(given) };
      return api.send({ path: `${paths.secret(name)}/place`, method: 'PUT', body });
    },
    changes: concerned['secrets'],
    done: () => t.secretReferred(name),
  });
  return (
    <Stack
      spacing={1}
      component="form"
      noValidate
      aria-label={t.placeOfSecret(name)}
      onSubmit={(event: { preventDefault(): void }) => {
        event.preventDefault();
        if (given !== '') void refer.start().then((ok) => ok && setText(''));
      }}
    >
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <TextField
          select
          size="small"
          label={t.keptIn}
          value={kind}
          onChange={(event) => setKind(event.target.value as Kind)}
          sx={{ minWidth: 160 }}
        >
          {(['env', 'command', 'path'] as const).map((one) => (
            <MenuItem key={one} value={one}>
              {t.placeKind(one)}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          size="small"
          label={t.placeKind(kind)}
          placeholder={examples[kind]}
          value={text}
          onChange={(event) => setText(event.target.value)}
          sx={{ minWidth: 280 }}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
        <Button type="submit" variant="outlined" disabled={given === '' || name === ''} loading={refer.isRunning}>
          {t.refer}
        </Button>
      </Box>
      <CommandHint
        command={`gantry mcp secret set ${name || 'NAME'} --${kind} ${kind === 'command' ? JSON.stringify(given || 'COMMAND') : given || (kind === 'env' ? 'VARIABLE' : 'FILE')}`}
      />
    </Stack>
  );
}

/** As the command line reads it: quotes keep words together, and nothing is expanded. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}
