import { daemonStatusBody } from '#contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { z } from 'zod';
import { useResource } from '../kit/index.ts';

export type DaemonState = 'answers' | 'away' | 'stopping';

const pollMs = 5000;

/** How the daemon is, asked every few seconds. When it is back, all that is shown is asked again. */
export function useDaemon(): {
  state: DaemonState;
  status: z.infer<typeof daemonStatusBody> | undefined;
  isUpdated: boolean;
} {
  const client = useQueryClient();
  const { data, error } = useResource({
    path: '/gantry/status',
    schema: daemonStatusBody,
    refreshMs: pollMs,
  });
  const wasAway = useRef(false);
  const firstVersion = useRef<string>(undefined);
  const isAway = error?.code === 'unreachable';
  useEffect(() => {
    if (!isAway && wasAway.current) void client.invalidateQueries();
    wasAway.current = isAway;
  }, [isAway, client]);
  if (data && firstVersion.current === undefined) firstVersion.current = data.version;
  return {
    state: isAway ? 'away' : data?.state === 'stopping' ? 'stopping' : 'answers',
    status: data,
    isUpdated: data !== undefined && firstVersion.current !== data.version,
  };
}
