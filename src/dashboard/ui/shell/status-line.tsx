import type { DaemonStatusBody } from '#contract';
import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useEngineState, useFormat } from '../kit/index.ts';
import type { DaemonState } from './use-daemon.ts';
import { useShellText } from './shell-text.ts';

/** Below the list of pages: how the daemon's machine is. */
export function StatusLine(props: {
  readonly state: DaemonState;
  readonly status: DaemonStatusBody | undefined;
}): ReactNode {
  const { state, status } = props;
  const t = useShellText();
  const format = useFormat();
  const engine = useEngineState();
  const { machine } = status ?? {};
  // What it was before it left says nothing.
  if (state === 'away') return null;
  const lines = [
    engine === 'unknown' ? undefined : engine === 'up' ? t.statusEngineUp : t.statusEngineDown,
    machine && t.statusCpu(format.number(machine.load, 1), format.number(machine.cpus)),
    machine && t.statusMemory(format.bytes(machine.memory.usedBytes), format.bytes(machine.memory.totalBytes)),
    machine?.disk && t.statusDisk(format.bytes(machine.disk.freeBytes)),
  ].filter((line) => typeof line === 'string');
  return (
    <Box component="footer" aria-label={t.statusLine} sx={{ p: 2, color: 'text.secondary' }}>
      {lines.map((line) => (
        <Typography key={line} variant="caption" component="div">
          {line}
        </Typography>
      ))}
    </Box>
  );
}
