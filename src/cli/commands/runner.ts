import { resolve } from 'node:path';
import { changeSettings } from '../client/settings.ts';
import type { CliContext } from '../context.ts';
import { usageError } from '../usage-error.ts';
import { purge } from './purge.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';

/** The options of Docker's runner verbs (contract model-runner §1.3). */
export interface RunnerOptions {
  readonly port?: number;
  readonly host?: string;
  readonly gpu?: string;
  readonly backend?: string;
  readonly llamaServerVersion?: string;
  readonly debug?: boolean;
  readonly doNotTrack?: boolean;
  readonly proxyCert?: string;
  readonly tls?: boolean;
  readonly tlsPort?: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly models?: boolean;
  readonly images?: boolean;
  readonly force?: boolean;
}

const doesNotApply = {
  llamaServerVersion: ['--llama-server-version', 'runner.no.version'],
  proxyCert: ['--proxy-cert', 'runner.no.proxyCert'],
  images: ['--images', 'runner.no.images'],
} as const;

/** `install-runner`, `start-runner`: the daemon runs afterwards, as the options say. */
export async function startRunner(context: CliContext, options: RunnerOptions): Promise<number> {
  refuse(context, options);
  const daemon = await context.startedDaemon();
  const changes = [
    ...(options.port === undefined || options.port === 0 ? [] : [{ path: 'server.port', value: options.port }]),
    ...(options.host === undefined ? [] : [{ path: 'server.host', value: options.host }]),
    ...(options.gpu === undefined ? [] : [{ path: 'inference.gpu', value: gpuOf(context, options.gpu) }]),
    ...tlsChanges(options),
    ...(options.debug ? [{ path: 'log.level', value: 'debug' }] : []),
  ];
  if (changes.length > 0) {
    await changeSettings(daemon, changes);
    await stop(context, {});
    await context.startedDaemon();
  }
  if (options.backend !== undefined) {
    const body = { backend: options.backend };
    await (await context.startedDaemon()).text({ method: 'POST', path: '/engines/install-backend', body });
  }
  return await status(context, {});
}

export async function restartRunner(context: CliContext, options: RunnerOptions): Promise<number> {
  refuse(context, options);
  await stop(context, {});
  return await startRunner(context, options);
}

/** `stop-runner`, `uninstall-runner`: `--models` removes the models, `--backend` what runs them. */
export async function stopRunner(context: CliContext, options: RunnerOptions): Promise<number> {
  refuse(context, options);
  if (options.backend !== undefined) {
    const body = { backend: options.backend };
    await (await context.startedDaemon()).text({ method: 'POST', path: '/engines/uninstall-backend', body });
  }
  if (options.models) await purge(context, { force: true });
  return await stop(context, {});
}

const gpus = ['auto', 'none', 'cuda', 'rocm', 'musa', 'cann'];

function gpuOf({ t }: CliContext, choice: string): string {
  if (gpus.includes(choice)) return choice;
  throw usageError(t('runner.badGpu', { choice, known: gpus.join(', ') }));
}

/** Paths are those of the shell that named them. */
function tlsChanges({
  tls,
  tlsPort,
  tlsCert,
  tlsKey,
}: RunnerOptions): { path: string; value: string | number | boolean }[] {
  return [
    ...(tls === undefined ? [] : [{ path: 'server.tls.enabled', value: tls }]),
    ...(tlsPort === undefined || tlsPort === 0 ? [] : [{ path: 'server.tls.port', value: tlsPort }]),
    ...(tlsCert === undefined ? [] : [{ path: 'server.tls.certificate', value: resolve(tlsCert) }]),
    ...(tlsKey === undefined ? [] : [{ path: 'server.tls.key', value: resolve(tlsKey) }]),
  ];
}

/** What has no meaning here is refused: an option that does nothing would mislead. */
function refuse({ t }: CliContext, options: RunnerOptions): void {
  for (const [name, [option, reason]] of Object.entries(doesNotApply)) {
    if (Object.hasOwn(options, name)) throw usageError(t('runner.refused', { option, reason: t(reason) }));
  }
}
