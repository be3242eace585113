import { Box, Stack, Typography } from '@mui/material';
import type { UsageBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CommandHint, useFormat } from '../../kit/index.ts';
import { useText } from './text.ts';
import { useUsage } from './use-usage.ts';

/** Readings come every two seconds. */
const mostReadings = 60;

export function StatsTab({
  id,
  name,
  status,
}: {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}): ReactNode {
  const t = useText();
  const format = useFormat();
  const [readings, setReadings] = useState<readonly UsageBody[]>([]);
  useUsage({
    onNews: ({ containers }) => {
      const now = containers[id];
      if (now) setReadings((before) => [...before.slice(1 - mostReadings), now]);
    },
  });
  // What a container that ended used last is no news.
  const now = status === 'running' || status === 'paused' ? readings.at(-1) : undefined;
  return (
    <Stack spacing={2}>
      {status !== 'running' && <Typography color="text.secondary">{t.notRunning}</Typography>}
      {now && (
        <>
          <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fit, minmax(260px, 1fr))' }}>
            <Graph
              title={t.cpuNow}
              value={now.cpuPercent === null ? '…' : `${now.cpuPercent.toFixed(1)}%`}
              readings={readings.map(({ cpuPercent }) => cpuPercent ?? 0)}
            />
            <Graph
              title={t.memoryNow}
              value={`${format.bytes(now.memoryBytes)} / ${format.bytes(now.memoryLimitBytes)}`}
              readings={readings.map(({ memoryBytes }) => memoryBytes)}
            />
          </Box>
          <Box
            component="dl"
            sx={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', columnGap: 3, rowGap: 0.5, m: 0 }}
          >
            <Fact term={t.pids} text={String(now.pids)} />
            <Fact term={t.network} text={`${format.bytes(now.receivedBytes)} / ${format.bytes(now.sentBytes)}`} />
            <Fact term={t.disk} text={`${format.bytes(now.readBytes)} / ${format.bytes(now.writtenBytes)}`} />
          </Box>
        </>
      )}
      <CommandHint command={`docker stats ${name}`} />
    </Stack>
  );
}

function Fact({ term, text }: { readonly term: string; readonly text: string }): ReactNode {
  return (
    <>
      <Typography component="dt" color="text.secondary">
        {term}
      </Typography>
      <Typography component="dd" sx={{ m: 0 }}>
        {text}
      </Typography>
    </>
  );
}

const [widthPx, heightPx] = [300, 60];

function Graph(props: {
  readonly title: string;
  readonly value: string;
  readonly readings: readonly number[];
}): ReactNode {
  const { title, value, readings } = props;
  const t = useText();
  const most = Math.max(1, ...readings);
  const points = readings
    .map((reading, index) => {
      const x = (index / (mostReadings - 1)) * widthPx;
      return `${x.toFixed(1)},${(heightPx - (reading / most) * (heightPx - 4) - 2).toFixed(1)}`;
    })
    .join(' ');
  return (
    <Box>
      <Typography variant="subtitle2" component="h2">
        {title}
      </Typography>
      <Typography variant="h5" component="p">
        {value}
      </Typography>
      <svg
        viewBox={`0 0 ${widthPx} ${heightPx}`}
        width="100%"
        height={heightPx}
        role="img"
        aria-label={t.history(title)}
      >
        <polyline points={points} fill="none" stroke="currentColor" strokeWidth="2" />
      </svg>
    </Box>
  );
}
