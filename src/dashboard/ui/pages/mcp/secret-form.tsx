import { mcpSecretChecked, mcpSecretStored } from '#contract';
import { Box, Button, Chip, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CleanText, CommandHint, cutLine, useAction, useToasts } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';

export interface SecretFormProps {
  readonly name: string;
  readonly description?: string | undefined;
  readonly example?: string | undefined;
  readonly isSet: boolean;
  /** Where it is kept. */
  readonly provider?: string | undefined;
}

/** Takes a secret and never shows it. */
export function SecretForm({ name, description, example, isSet, provider }: SecretFormProps): ReactNode {
  const t = useMcpText();
  const toasts = useToasts();
  const [value, setValue] = useState('');
  const changes = concerned['secrets'];
  const set = useAction({
    run: (api, given: string) =>
      api.json({ path: paths.secret(name), method: 'PUT', body: { value: given } }, mcpSecretStored),
    changes,
    done: (stored) => (stored.instead === undefined ? t.secretKept(name) : t.secretInFile(name, stored.instead)),
  });
  const remove = useAction({
    run: (api) => api.send({ path: paths.secret(name), method: 'DELETE' }),
    changes,
    done: () => t.removed(name),
  });
  const check = useAction({
    run: async (api) => {
      const { resolved, error } = await api.json(
        { path: `${paths.secret(name)}/check`, method: 'POST' },
        mcpSecretChecked,
      );
      toasts.say(
        resolved ? { kind: 'success', text: t.secretWorks(name) } : { kind: 'error', text: error?.message ?? name },
      );
    },
  });
  return (
    <Box
      component="form"
      noValidate
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== '') void set.start(value).then((ok) => ok && setValue(''));
      }}
    >
      <Stack spacing={1}>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
          <Typography sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>{cutLine(name, 256).text}</Typography>
          <Chip
            size="small"
            variant="outlined"
            color={isSet ? 'success' : 'warning'}
            label={isSet ? t.secretSet(provider ?? '') : t.secretMissing}
          />
        </Box>
        {description !== undefined && <CleanText text={description} />}
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'start', flexWrap: 'wrap' }}>
          <TextField
            size="small"
            type="password"
            autoComplete="new-password"
            label={isSet ? t.newValueOf(name) : t.valueOf(name)}
            placeholder={example === undefined ? undefined : cutLine(example, 100).text}
            value={value}
            onChange={(event) => setValue(event.target.value)}
            sx={{ minWidth: 320 }}
          />
          <Button type="submit" variant="outlined" disabled={value === ''} loading={set.isRunning}>
            {t.save}
          </Button>
          {isSet && (
            <>
              <Button loading={check.isRunning} onClick={() => void check.start()} aria-label={t.checkNamed(name)}>
                {t.check}
              </Button>
              <Button
                color="error"
                loading={remove.isRunning}
                onClick={() => void remove.start()}
                aria-label={t.removeNamed(name)}
              >
                {t.remove}
              </Button>
            </>
          )}
        </Box>
        <CommandHint command={`gantry mcp secret set ${name}`} />
        {isSet && <CommandHint command={`gantry mcp secret rm ${name}`} />}
        <Typography variant="body2" color="text.secondary">
          {t.referenceOf} <code>{cutLine(`se://docker/mcp/${name}`, 300).text}</code>
        </Typography>
      </Stack>
    </Box>
  );
}
