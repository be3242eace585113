import { Alert, Box, Button, FormControlLabel, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import { logLine, type LogLine } from '#contract';
import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import {
  CommandHint,
  CopyButton,
  cleanText,
  cutLine,
  errorText,
  useApi,
  useFormat,
  useKitText,
  VirtualList,
} from '../../kit/index.ts';
import { addLines, emptyLog, matching, piecesOf, type LogState, type TextLine } from './log-buffer.ts';
import { useText } from './text.ts';

const choices = [1000, 10_000, 100_000];
const rowHeightPx = 20;
/** Once for all rows: a style for each would cost more than the row. */
const rowStyles = {
  '& .log-row': {
    fontFamily: 'monospace',
    fontSize: 13,
    lineHeight: `${rowHeightPx}px`,
    minHeight: rowHeightPx,
    px: 1,
    unicodeBidi: 'isolate',
    whiteSpace: 'pre',
  },
  '& .wraps': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '& .is-error': { color: 'error.main' },
  '& .log-aside': { color: 'text.secondary' },
} as const;

export function LogsTab({ name }: { readonly name: string }): ReactNode {
  const t = useText();
  const [tail, setTail] = useState(1000);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(true);
  const [times, setTimes] = useState(false);
  const [search, setSearch] = useState('');
  const { log, clear } = useLog({ name, tail, follow });
  const wanted = useDeferredValue(search);
  const shown = useMemo(() => matching(log.lines, wanted), [log.lines, wanted]);
  return (
    <Stack spacing={1.5}>
      <Stack direction="row" spacing={1.5} useFlexGap sx={{ flexWrap: 'wrap', alignItems: 'center' }}>
        <TextField
          size="small"
          type="search"
          label={t.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <TextField
          select
          size="small"
          label={t.tail}
          value={tail}
          onChange={(event) => setTail(Number(event.target.value))}
          sx={{ minWidth: 110 }}
        >
          {choices.map((choice) => (
            <MenuItem key={choice} value={choice}>
              {choice.toLocaleString()}
            </MenuItem>
          ))}
        </TextField>
        <Toggle label={t.follow} checked={follow} onChange={setFollow} />
        <Toggle label={t.wrap} checked={wrap} onChange={setWrap} />
        <Toggle label={t.times} checked={times} onChange={setTimes} />
        <Button size="small" onClick={clear}>
          {t.clear}
        </Button>
        <CopyButton label={t.copyLog} text={textOf(shown)} />
        <Typography variant="body2" color="text.secondary" role="status">
          {t.lines(shown.length, log.lines.length)}
        </Typography>
      </Stack>
      {log.error !== undefined && <Alert severity="error">{cleanText(log.error)}</Alert>}
      {log.isCut && <Alert severity="info">{t.limit}</Alert>}
      {log.dropped > 0 && <Alert severity="info">{t.dropped(log.dropped)}</Alert>}
      {log.lines.length === 0 && log.error === undefined && (
        <Typography color="text.secondary">{t.logEmpty}</Typography>
      )}
      <Box sx={rowStyles}>
        <VirtualList
          label={t.logs}
          items={shown}
          rowHeight={rowHeightPx}
          height="60vh"
          followEnd={follow}
          render={(line) => <LogRow line={line} options={{ search: wanted, wrap, times }} />}
        />
      </Box>
      <CommandHint command={`docker logs --tail ${tail}${follow ? ' --follow' : ''} ${name}`} />
    </Stack>
  );
}

function textOf(lines: readonly TextLine[]): string {
  return lines
    .slice(-10_000)
    .map(({ text }) => cleanText(text))
    .join('\n');
}

function Toggle(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactNode {
  const { label, checked, onChange } = props;
  return (
    <FormControlLabel
      control={<Switch size="small" checked={checked} onChange={(_event, on) => onChange(on)} />}
      label={label}
    />
  );
}

interface RowOptions {
  readonly search: string;
  readonly wrap: boolean;
  readonly times: boolean;
}

/** One line as text: whatever the program wrote to fool a terminal or a page is inert. */
function LogRow({ line, options }: { readonly line: TextLine; readonly options: RowOptions }): ReactNode {
  const t = useText();
  const format = useFormat();
  const { search, wrap, times } = options;
  const { text, cutChars } = cutLine(line.text);
  const lost = cutChars + (line.cutBytes ?? 0);
  return (
    <div
      dir="auto"
      className={`log-row${wrap ? ' wraps' : ''}${line.stream === 'stderr' ? ' is-error' : ''}`}
      title={line.stream === 'stderr' ? t.stderr : undefined}
    >
      {times && <span className="log-aside">{line.at.slice(0, 23)} </span>}
      {piecesOf(text, search).map((piece, index) =>
        piece.isMatch ? (
          // oxlint-disable-next-line react/no-array-index-key -- pieces have no name but their place
          <mark key={index}>{piece.text}</mark>
        ) : (
          piece.text
        ),
      )}
      {lost > 0 && <span className="log-aside"> {t.cut(format.bytes(lost))}</span>}
    </div>
  );
}

const flushMs = 100;
const [firstRetryMs, mostRetryMs] = [1000, 15_000];

/** The log as it comes. One that is followed and breaks off is taken up again where it was. */
function useLog({ name, tail, follow }: { name: string; tail: number; follow: boolean }): {
  readonly log: LogState;
  readonly clear: () => void;
} {
  const api = useApi();
  const kit = useKitText();
  const [log, setLog] = useState(emptyLog);
  const last = useRef('');
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    let waiting: LogLine[] = [];
    setLog(emptyLog);
    last.current = '';
    const flush = (): void => {
      const added = waiting;
      waiting = [];
      if (added.length > 0 && !signal.aborted) setLog((before) => addLines(before, added));
    };
    const timer = setInterval(flush, flushMs);
    const read = async (): Promise<void> => {
      const since = last.current === '' ? '' : `&since=${Math.floor(Date.parse(last.current) / 1000)}`;
      const seen = last.current;
      const path = `/gantry/containers/${encodeURIComponent(name)}/logs?tail=${tail}&follow=${follow}${since}`;
      for await (const line of api.lines({ path, signal }, logLine)) {
        // What came before the break comes again: times have seconds in the question and nanoseconds in the answer.
        if ('text' in line && seen !== '' && line.at <= seen) continue;
        waiting.push(line);
        if ('text' in line) last.current = line.at;
      }
    };
    const run = async (): Promise<void> => {
      let retryMs = firstRetryMs;
      while (!signal.aborted) {
        const before = last.current;
        try {
          await read();
          flush();
        } catch (error) {
          if (signal.aborted) return;
          flush();
          setLog((known) => ({ ...known, error: errorText(error, kit) }));
        }
        if (!follow) return;
        // A container that has ended writes no more until it is started again.
        retryMs = last.current === before ? Math.min(retryMs * 2, mostRetryMs) : firstRetryMs;
        await new Promise((resolve) => {
          const pause = setTimeout(resolve, retryMs);
          signal.addEventListener('abort', () => {
            clearTimeout(pause);
            resolve(undefined);
          });
        });
      }
    };
    void run();
    return () => {
      gone.abort();
      clearInterval(timer);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- texts may change without the log being read anew
  }, [api, name, tail, follow]);
  return { log, clear: () => setLog(emptyLog) };
}
