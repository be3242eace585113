import { Alert, Box, Stack, Typography } from '@mui/material';
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { CommandHint, cleanText, useIsAsking, VirtualList } from '../../kit/index.ts';
import type { TextLine } from './log-buffer.ts';
import { LogRow, rowHeightPx, rowStyles } from './log-row.tsx';
import { matching, readPattern } from './log-search.ts';
import { LogToolbar, type LogChoices } from './log-toolbar.tsx';
import { useText } from './text.ts';
import { useLog } from './use-log.ts';

/** More is for `docker logs`, not for a clipboard. */
const mostCopied = 10_000;

export function LogsTab({ name }: { readonly name: string }): ReactNode {
  const t = useText();
  const [choices, setChoices] = useState<LogChoices>({
    tail: 1000,
    sinceMinutes: undefined,
    follow: true,
    wrap: true,
    times: false,
    search: '',
    onlyMatches: false,
  });
  const { tail, sinceMinutes, follow, wrap, times } = choices;
  const isAsking = useIsAsking();
  const { log, clear } = useLog({ name, tail, follow, sinceMinutes });
  const search = useDeferredValue(choices.search);
  const pattern = useMemo(() => readPattern(search), [search]);
  const matches = useMemo(() => matching(log.lines, pattern), [log.lines, pattern]);
  const [current, setCurrent] = useState<{ readonly search: string; readonly match: number }>();
  const onlyMatches = choices.onlyMatches && pattern.state === 'ready';
  const shown = useMemo(
    () => (onlyMatches ? matches.flatMap((index) => log.lines[index] ?? []) : log.lines),
    [onlyMatches, matches, log.lines],
  );
  // Until somebody asks for another, the first match is the one in sight.
  const match = current?.search === search ? current.match : 0;
  const place = onlyMatches ? (match < matches.length ? match : undefined) : matches[match];
  const reveal = useMemo(
    () => (place === undefined ? undefined : { index: place }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- asking again for the same match brings it into sight again
    [place, current],
  );
  const go = (step: 1 | -1): void => {
    if (matches.length === 0) return;
    setCurrent({ search, match: (match + step + matches.length) % matches.length });
  };
  return (
    <Stack spacing={1.5}>
      <LogToolbar
        choices={choices}
        onChange={(changed) => setChoices((before) => ({ ...before, ...changed }))}
        onGo={go}
        onClear={clear}
        textToCopy={() => textOf(shown)}
        found={{ pattern, count: matches.length, match, lines: log.lines.length }}
      />
      {isAsking && log.error !== undefined && <Alert severity="error">{cleanText(log.error)}</Alert>}
      {log.isCut && <Alert severity="info">{t.limit}</Alert>}
      {log.dropped > 0 && <Alert severity="info">{t.dropped(log.dropped)}</Alert>}
      {isAsking && log.lines.length === 0 && log.error === undefined && (
        <Typography color="text.secondary">{t.logEmpty}</Typography>
      )}
      <Box sx={rowStyles}>
        <VirtualList
          label={t.logs}
          items={shown}
          rowHeight={rowHeightPx}
          height="60vh"
          followEnd={follow}
          reveal={reveal}
          render={(line, index) => (
            <LogRow line={line} options={{ pattern, wrap, times, isCurrent: index === place }} />
          )}
        />
      </Box>
      <CommandHint
        command={[
          `docker logs --tail ${tail}`,
          ...(sinceMinutes === undefined ? [] : [`--since ${sinceMinutes}m`]),
          ...(times ? ['--timestamps'] : []),
          ...(follow ? ['--follow'] : []),
          name,
        ].join(' ')}
      />
    </Stack>
  );
}

function textOf(lines: readonly TextLine[]): string {
  return lines
    .slice(-mostCopied)
    .map(({ text }) => cleanText(text))
    .join('\n');
}
