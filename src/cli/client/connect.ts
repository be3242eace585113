import { AppError, version, type Clock, type Paths } from '#core';
import type { Translate } from '../messages/translate.ts';
import { lastLoggedError } from '../logs/last-error.ts';
import type { DaemonAddress } from './address.ts';
import { createDaemonClient, type DaemonClient } from './daemon-client.ts';
import { createSend } from './http.ts';
import { field } from './read.ts';
import { ensureDaemon, type DaemonState } from './start-daemon.ts';

export interface ConnectDeps {
  readonly address: DaemonAddress;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly t: Translate;
  /** Who called us: goes into the user agent, after our own name. */
  readonly agent?: string | undefined;
  readonly startDaemon: () => Promise<void>;
  readonly notice: (line: string) => void;
}

/** A client that starts nothing. */
export function connectOnly({
  address,
  signal,
  t,
  agent,
}: Pick<ConnectDeps, 'address' | 'signal' | 't' | 'agent'>): DaemonClient {
  return createDaemonClient(createSend(address, { t, agent }), { address, signal, t });
}

/** A client of a daemon that answers; a local one is started when it does not. */
export async function connect(deps: ConnectDeps): Promise<DaemonClient> {
  const client = connectOnly(deps);
  const { address, t } = deps;
  // A remote daemon is asked directly by the command; asking whether it is there would only cost a round trip.
  if (address.kind === 'remote') return client;
  let answered: string | undefined;
  await ensureDaemon({
    probe: async (): Promise<DaemonState> => {
      try {
        const status: unknown = JSON.parse(await client.text({ path: '/gantry/status' }));
        const itsVersion = field(status, 'version');
        answered = typeof itsVersion === 'string' ? itsVersion : undefined;
        return field(status, 'state') === 'stopping' ? 'stopping' : 'running';
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.params['denied'] !== undefined) throw error;
        if (error.code === 'daemon.not_running') return 'down';
        if (error.code === 'daemon.stopping') return 'stopping';
        throw error;
      }
    },
    start: deps.startDaemon,
    lastError: (sinceMs) => lastLoggedError(deps.paths.logs, { sinceMs }),
    notice: deps.notice,
    clock: deps.clock,
    t,
    socket: address.socket,
    signal: deps.signal,
  });
  if (answered !== undefined && answered !== version) {
    deps.notice(t('daemon.otherVersion', { daemon: answered, cli: version }));
  }
  return client;
}
