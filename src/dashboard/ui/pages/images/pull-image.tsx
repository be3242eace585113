import { Alert, Box, Button, LinearProgress, Stack, TextField, Typography } from '@mui/material';
import { pullImageLine } from '#contract';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { CleanText, CommandHint, errorText, useApi, useFormat, useInvalidate, useKitText } from '../../kit/index.ts';
import { useText } from './text.ts';

interface Layer {
  readonly status: string;
  readonly current: number;
  readonly total: number;
}

interface Pull {
  readonly name: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly layers: ReadonlyMap<string, Layer>;
  readonly said: string;
}

const finished = /complete|exists/i;

/** A name, and how far its layers are. Leaving the page ends the pull. */
export function PullImage(): ReactNode {
  const t = useText();
  const kit = useKitText();
  const api = useApi();
  const format = useFormat();
  const invalidate = useInvalidate();
  const [name, setName] = useState('');
  const [pull, setPull] = useState<Pull>();
  const leaving = useRef(new AbortController());
  useEffect(() => {
    leaving.current = new AbortController();
    const gone = leaving.current;
    return () => gone.abort();
  }, []);
  const start = async (wanted: string): Promise<void> => {
    const { signal } = leaving.current;
    let layers = new Map<string, Layer>();
    setPull({ name: wanted, state: 'running', layers, said: '' });
    const end = (state: Pull['state'], said: string): void => setPull({ name: wanted, state, layers, said });
    try {
      const request = { path: '/gantry/images/pull', method: 'POST', body: { name: wanted }, signal } as const;
      for await (const line of api.lines(request, pullImageLine)) {
        if (line.type === 'error') return end('failed', line.message);
        if (line.type === 'done') return end('done', '');
        if (line.layer !== null) {
          const before = layers.get(line.layer);
          layers = new Map(layers).set(line.layer, {
            status: line.status,
            current: line.currentBytes ?? before?.current ?? 0,
            total: line.totalBytes ?? before?.total ?? 0,
          });
        }
        setPull({ name: wanted, state: 'running', layers, said: line.status });
      }
    } catch (error) {
      if (!signal.aborted) end('failed', errorText(error, kit));
    } finally {
      await invalidate(['/gantry/images']);
    }
  };
  const all = [...(pull?.layers.values() ?? [])];
  const done = all.filter(({ status }) => finished.test(status)).length;
  const [current, total] = [
    all.reduce((sum, one) => sum + one.current, 0),
    all.reduce((sum, one) => sum + one.total, 0),
  ];
  const isRunning = pull?.state === 'running';
  return (
    <Stack spacing={1}>
      <Box
        component="form"
        aria-label={t.pull}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (name.trim() !== '') void start(name.trim());
        }}
        sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center' }}
      >
        <TextField size="small" label={t.pullName} value={name} onChange={(event) => setName(event.target.value)} />
        <Button type="submit" variant="outlined" disabled={isRunning || name.trim() === ''}>
          {t.pullStart}
        </Button>
        <CommandHint command={`docker pull ${name.trim() || 'IMAGE'}`} />
      </Box>
      {pull?.state === 'running' && (
        <Box role="status">
          <Typography variant="body2">
            {t.pullRunning(pull.name)} · {t.layersAt(done, all.length)} · {format.bytes(current)} /{' '}
            {format.bytes(total)} · <CleanText text={pull.said} />
          </Typography>
          <LinearProgress
            aria-label={t.pullRunning(pull.name)}
            variant={total > 0 ? 'determinate' : 'indeterminate'}
            value={total > 0 ? Math.min(100, (100 * current) / total) : 0}
          />
        </Box>
      )}
      {pull?.state === 'done' && <Alert severity="success">{t.pulled(pull.name)}</Alert>}
      {pull?.state === 'failed' && (
        <Alert severity="error">
          <CleanText text={pull.said} />
        </Alert>
      )}
    </Stack>
  );
}
