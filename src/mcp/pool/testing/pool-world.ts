import { AppError } from '#core';
import type { PoolPolicy } from '../../types.ts';
import { createPoolMachine } from '../pool-machine.ts';
import type { PoolEvent, PoolLimits } from '../types.ts';

/** Of tests. */
export const limits: PoolLimits = { maxInstances: 8, firstPauseMs: 500, longestPauseMs: 4000, provenMs: 5000 };
export const fresh = (fields: Partial<PoolPolicy> = {}): PoolPolicy => ({
  mode: 'fresh',
  warm: 0,
  revision: '1',
  maxInstances: 4,
  idleMs: 10_000,
  ...fields,
});
export const session = (fields: Partial<PoolPolicy> = {}): PoolPolicy => fresh({ mode: 'session', ...fields });
export const failed = new AppError('mcp.server_failed', 'It has no image.', { hint: 'Pull it.' });

export type Untimed<Event> = Event extends PoolEvent ? Omit<Event, 'time'> : never;

/** The machine and what it did, in words. */
export function poolWorld(servers: Readonly<Record<string, PoolPolicy>>, given: Partial<PoolLimits> = {}) {
  const said: string[] = [];
  let time = 0;
  let wake: number | undefined;
  const machine = createPoolMachine(
    { ...limits, ...given },
    {
      start: (instance, { server, session: owner }) =>
        said.push(`start ${instance} ${server}${owner ? ` ${owner}` : ''}`),
      stop: (instance) => said.push(`stop ${instance}`),
      grant: (use, instance) => said.push(`grant ${use} ${instance}`),
      refuse: (use, error) => said.push(`refuse ${use} ${error.code}`),
      wakeAt: (at) => (wake = at),
    },
  );
  const tell = (event: Untimed<PoolEvent>): string[] => {
    machine.handle({ ...event, time } as PoolEvent);
    return said.splice(0);
  };
  tell({ type: 'Configured', servers: new Map(Object.entries(servers)) });
  return {
    machine,
    tell,
    want: (use: number, server = 'a', owner = 's') => tell({ type: 'Wanted', use, server, session: owner }),
    leave: (use: number) => tell({ type: 'Left', use }),
    started: (instance: number) => tell({ type: 'Started', instance }),
    fails: (instance: number, error = failed) => tell({ type: 'StartFailed', instance, error }),
    gone: (instance: number, error = failed) => tell({ type: 'Gone', instance, error }),
    stopped: (instance: number) => tell({ type: 'Stopped', instance }),
    configure: (next: Readonly<Record<string, PoolPolicy>>) =>
      tell({ type: 'Configured', servers: new Map(Object.entries(next)) }),
    pass: (ms: number): string[] => {
      time += ms;
      return wake !== undefined && wake <= time ? tell({ type: 'Woke' }) : [];
    },
    wake: () => wake,
  };
}
