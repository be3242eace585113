import { createLogger, toAppError, type Clock, type Env, type Logger, type Paths } from '#core';
import { openSettings, settingsSchema, type Settings } from '#settings';
import type { ServeOptions } from '#cli';
import { startDaemon, type Daemon } from './daemon.ts';
import { logLevelFrom, variablesWithoutEffect } from './server-settings.ts';

export interface ServeDeps {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly dashboardFolder: string;
}

/** After this long an emergency stop no longer waits for runners to end. */
const emergencyMs = 5000;

/** Runs the daemon until a signal or a request stops it; resolves with the exit code. */
export async function serve({ host, port, background }: ServeOptions, deps: ServeDeps): Promise<number> {
  const { paths, env, clock, stdout, stderr, dashboardFolder } = deps;
  let log: Logger | undefined;
  // A failed start is said by the caller; only what goes wrong later is said here.
  let ready = false;
  const terminal = { write: (text: string): unknown => (ready && !background ? stderr.write(text) : undefined) };
  try {
    const settings = await openSettings(paths.settings, { adminFile: paths.adminSettings }).catch((error: unknown) => {
      log = openLog(settingsSchema.parse({}).log, { deps, terminal });
      throw error;
    });
    const logInForce = (): Settings['log'] => {
      const { log: logSettings } = settings.current();
      return { ...logSettings, level: logLevelFrom(env) ?? logSettings.level };
    };
    const opened = openLog(logInForce(), { deps, terminal });
    log = opened;
    const followLog = (): void => opened.configure(logInForce());
    const daemon = await startDaemon({ paths, env, clock, log, settings, host, port, dashboardFolder, followLog });
    ready = true;
    if (!background) stdout.write(`Gantry serves at ${daemon.addresses.join(' and ')}\n`);
    for (const { name, instead } of variablesWithoutEffect(env)) {
      log.warn('a variable has no effect', { name, instead });
    }
    if (!background && daemon.refused) stderr.write(`${daemon.refused.message} ${daemon.refused.hint ?? ''}\n`);
    return await untilStopped(daemon, log);
  } catch (thrown) {
    const error = toAppError(thrown);
    // Two commands may start the daemon at once; the one that comes second has what it wanted.
    if (background && error.code === 'daemon.already_running') {
      log?.info('not started', { reason: error.message });
      return 0;
    }
    log?.error('start failed', { error });
    throw error;
  } finally {
    log?.close();
  }
}

function openLog(
  { level, maxBytes, maxFiles }: Settings['log'],
  { deps, terminal }: { deps: ServeDeps; terminal: { write(text: string): unknown } },
): Logger {
  const { paths, clock } = deps;
  return createLogger({ directory: paths.logs, level, maxBytes, maxFiles, clock, alsoStderr: terminal });
}

/** The first signal drains, the second stops at once. A bug that nobody caught stops the daemon too, with exit code 1. */
async function untilStopped(daemon: Daemon, log: Logger): Promise<number> {
  let code = 0;
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals === 2) code = signal === 'SIGINT' ? 130 : 143;
    daemon.stop(signal);
  };
  const onBug = (error: unknown): void => {
    log.error('unexpected failure; stopping', { error });
    code = 1;
    daemon.stop('unexpected failure');
    daemon.stop('unexpected failure');
    setTimeout(() => process.exit(1), emergencyMs).unref();
  };
  const stopSignals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  for (const signal of stopSignals) process.on(signal, onSignal);
  process.on('uncaughtException', onBug);
  try {
    await daemon.stopped;
    return code;
  } finally {
    for (const signal of stopSignals) process.off(signal, onSignal);
    process.off('uncaughtException', onBug);
  }
}
