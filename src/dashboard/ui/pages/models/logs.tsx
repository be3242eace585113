import { Box, Button, FormControlLabel, Stack, Switch, TextField, Typography } from '@mui/material';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { CommandHint, cutLine, useFormat, useKitText, useStream, VirtualList } from '../../kit/index.ts';
import { append, noLines, type LineBuffer } from './line-buffer.ts';
import { useModelsText } from './models-text.ts';

const mostLines = 100_000;

/** The log of the daemon and of what runs models, as it is written. */
export function Logs(): ReactNode {
  const t = useModelsText();
  const kit = useKitText();
  const format = useFormat();
  const [withRunners, setRunners] = useState(true);
  const [isPaused, setPaused] = useState(false);
  const [filter, setFilter] = useState('');
  const path = `/logs?follow=true${withRunners ? '' : '&no-engines=true'}`;
  const { buffer, push, clear } = useBuffer();
  useEffect(() => clear(), [path, clear]);
  const state = useStream(
    (api, signal) => {
      // Each time it is opened the log comes from its beginning.
      clear();
      return api.text({ path, signal });
    },
    push,
    { key: path, enabled: !isPaused },
  );
  const words = filter.toLocaleLowerCase();
  const lines = useMemo(
    () => (words === '' ? buffer.lines : buffer.lines.filter((line) => line.toLocaleLowerCase().includes(words))),
    [buffer.lines, words],
  );
  return (
    <Stack spacing={2}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <TextField
          size="small"
          type="search"
          label={kit.filter}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <FormControlLabel
          control={<Switch checked={withRunners} onChange={(_event, on) => setRunners(on)} />}
          label={t.withRunners}
        />
        <Button onClick={() => setPaused((before) => !before)}>{isPaused ? t.resume : t.pause}</Button>
        <Button onClick={clear}>{t.clear}</Button>
        <Typography variant="body2" color="text.secondary" role="status">
          {isPaused ? t.paused : state === 'waiting' ? t.reconnecting : t.live} ·{' '}
          {kit.rows(lines.length, buffer.lines.length)}
        </Typography>
      </Box>
      {buffer.dropped > 0 && (
        <Typography variant="body2" color="text.secondary">
          {t.dropped(format.number(buffer.dropped))}
        </Typography>
      )}
      <VirtualList
        items={lines}
        label={t.logLines}
        rowHeight={20}
        height="62vh"
        followEnd
        render={(line) => <LogLine line={line} />}
      />
      <CommandHint command={`gantry logs --follow${withRunners ? ' --runners' : ''}`} />
    </Stack>
  );
}

function LogLine({ line }: { readonly line: string }): ReactNode {
  const kit = useKitText();
  const { text, cutChars } = cutLine(line);
  return (
    <Box sx={{ fontFamily: 'monospace', fontSize: 13, px: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {text || ' '}
      {cutChars > 0 && ` ${kit.more(cutChars)}`}
    </Box>
  );
}

/** Pieces are taken together once a frame: a log may write thousands of lines between two. */
function useBuffer(): { buffer: LineBuffer; push: (piece: string) => void; clear: () => void } {
  const [buffer, setBuffer] = useState(noLines);
  const pending = useRef('');
  const frame = useRef(0);
  const actions = useMemo(
    () => ({
      push(piece: string) {
        pending.current += piece;
        frame.current ||= requestAnimationFrame(() => {
          frame.current = 0;
          const text = pending.current;
          pending.current = '';
          setBuffer((before) => append(before, text, mostLines));
        });
      },
      clear() {
        pending.current = '';
        setBuffer(noLines);
      },
    }),
    [],
  );
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return { buffer, ...actions };
}
