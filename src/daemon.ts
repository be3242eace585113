import { hostname } from 'node:os';
import { openKeys, type ApiKeys } from '#access';
import { createApi } from '#api';
import { createAssistantService } from './assistant-service.ts';
import {
  AppError,
  deferred,
  tryProcessLock,
  version,
  type Clock,
  type Env,
  type Log,
  type Paths,
  type ProcessLock,
} from '#core';
import { openDashboard } from '#dashboard';
import type { Settings, SettingsStore } from '#settings';
import { openDoors, type Doors } from './doors.ts';
import { followSettings } from './follow-settings.ts';
import { planListeners } from './listen-plan.ts';
import { ensurePrivateFolder } from './listeners.ts';
import { machineUse } from './machine-use.ts';
import { originsFrom, serverInForce } from './server-settings.ts';
import { createServices, type Services } from './services.ts';
import { createTls, watchCertificate, type CertificateWatch } from './tls.ts';

export interface DaemonOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: SettingsStore;
  /** Over the settings, for this run. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** What was built of the web page. */
  readonly dashboardFolder: string;
  /** How long answers under way may take once the daemon stops. */
  readonly drainMs?: number | undefined;
  /** Makes `log` fit the settings. */
  readonly followLog?: (() => void) | undefined;
}

export interface Daemon {
  readonly addresses: readonly string[];
  /** Why the network gets nothing although the settings name it. */
  readonly refused: AppError | undefined;
  /** Resolves when everything is stopped, and the socket and the lock are gone. */
  readonly stopped: Promise<void>;
  /** Ends new work, waits for answers under way, stops runners. A second call waits no longer. */
  stop(reason: string): void;
}

const defaultDrainMs = 30_000;

/** @throws AppError `daemon.already_running`, `daemon.port_in_use`, `daemon.start_failed`, `settings.invalid`, `store.*` */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { paths } = options;
  await ensurePrivateFolder(paths.home);
  const attempt = await tryProcessLock(paths.daemonLock);
  if (!attempt.acquired) throw alreadyRunning(attempt.owner.pid, paths);
  let services: Services | undefined;
  try {
    await ensurePrivateFolder(paths.run);
    services = await createServices(options);
    const keys = await openKeys(paths.keys, options);
    return await run(options, { lock: attempt.lock, services, keys });
  } catch (error) {
    await services?.close();
    await attempt.lock.release();
    throw error;
  }
}

interface Parts {
  readonly lock: ProcessLock;
  readonly services: Services;
  readonly keys: ApiKeys;
}

async function run(options: DaemonOptions, { lock, services, keys }: Parts): Promise<Daemon> {
  const { paths, clock, log, settings } = options;
  const stopping = new AbortController();
  const hurry = new AbortController();
  const stopped = deferred<void>();

  const stop = (reason: string): void => {
    if (stopping.signal.aborted) {
      log.warn('stopping at once', { reason });
      hurry.abort();
      return;
    }
    log.info('stopping', { reason });
    stopping.abort(new AppError('daemon.stopping', 'The daemon is stopping.', { hint: 'Send the request again.' }));
    finish().then(
      () => stopped.resolve(),
      (error: unknown) => stopped.reject(error),
    );
  };

  let doors: Doors | undefined;
  const server = (): Settings['server'] => serverInForce(settings.current().server, options);
  const tls = createTls({ folder: paths.tls, hostName: hostname(), clock, log, server });
  let watch: CertificateWatch | undefined;
  const followed = followSettings(settings, async () => {
    await doors?.follow();
    await services.inference.followSettings();
    services.mcp.followSettings();
    api.followSettings();
    services.followLogLimits();
    options.followLog?.();
  });
  const assistant = createAssistantService({ ...services, ...options, settings: followed });
  const api = createApi({
    ...services,
    assistant: () => assistant.get(),
    settings: followed,
    dashboard: openDashboard(options.dashboardFolder),
    access: {
      keys,
      origins: originsFrom(options.env),
      hostName: hostname(),
      keysChanged: async () => doors?.followKeys(),
      refused: () => doors?.refused(),
      tls: {
        isEnabled: () => server().tls.enabled,
        facts: () => tls.facts(),
        async renew() {
          await tls.renew();
          await doors?.refreshCertificate();
        },
      },
    },
    daemon: {
      pid: process.pid,
      home: paths.home,
      startedAt: new Date(clock.now()).toISOString(),
      addresses: () => doors?.addresses() ?? [],
      memory: () => services.memory(),
      machine: () => machineUse(paths.home),
      stopping: stopping.signal,
      stop,
      runtimesDiskUsage: () => services.runtimesDiskUsage(),
    },
    version,
    log,
    clock,
  });

  async function finish(): Promise<void> {
    // The socket answers to the end, so that whoever asks hears "stopping" and not "there is no daemon".
    doors?.stopAccepting();
    const cancelLimit = clock.schedule(options.drainMs ?? defaultDrainMs, () => hurry.abort());
    // Streams of MCP are open for as long as their clients like; they end now, and with them what they are for.
    // Its turns end, and with them what they started.
    await assistant.close();
    const withoutServers = services.mcp.close();
    const idle = services.inference.close({ signal: hurry.signal });
    await Promise.race([Promise.all([idle, api.drained()]), aborted(hurry.signal)]);
    cancelLimit();
    watch?.stop();
    await doors?.closeOthers();
    await idle;
    await withoutServers;
    api.close();
    await services.close();
    await keys.close();
    await doors?.close();
    await lock.release();
    log.info('stopped');
  }

  doors = await openDoors({
    paths,
    clock,
    log,
    docker: services.docker,
    settings: () => settings.current(),
    plan: () => planListeners(server(), { hasKeys: keys.hasValid() }),
    certificate: () => tls.material(),
    requestListener: (door) => api.listener(door),
  });
  watch = watchCertificate(async () => doors?.refreshCertificate(), { clock, log });
  const addresses = doors.apiAddresses();
  log.info('ready', { version, pid: process.pid, addresses });
  return { addresses, refused: doors.refused(), stopped: stopped.promise, stop };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function alreadyRunning(pid: number, { socket, home }: Paths): AppError {
  return new AppError('daemon.already_running', `A daemon already serves ${home}: process ${pid}, at ${socket}.`, {
    hint: 'Use it, stop it with: gantry stop, or set GANTRY_HOME to another folder.',
    params: { pid, socket, home },
  });
}
