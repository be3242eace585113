import { spawn } from 'node:child_process';
import { access, copyFile, mkdir, readFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { AppError, closest, errorCodeOf, writeFileAtomic, type Env } from '#core';
import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';
import { apps, type App } from '../launch/apps.ts';
import { withProvider } from '../launch/opencode.ts';
import { commandText, planLaunch, type LaunchPlan } from '../launch/plan.ts';
import { usageError } from '../usage-error.ts';

export interface LaunchOptions {
  readonly port?: number;
  readonly image?: string;
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly config?: boolean;
  readonly model?: string;
}

/** Starts an app that uses the models here; ends with its exit code. */
export async function launch(
  context: CliContext,
  { name, args }: { name: string | undefined; args: readonly string[] },
  options: LaunchOptions,
): Promise<number> {
  const { t, env } = context;
  if (name === undefined) {
    context.print(await appList(context));
    return 0;
  }
  const app = Object.hasOwn(apps, name) ? apps[name] : undefined;
  if (!app) {
    const suggestion = closest(name, Object.keys(apps));
    throw usageError(t('launch.unknown', { name, known: Object.keys(apps).join(', ') }), {
      hint: suggestion === undefined ? undefined : t('usage.suggestion', { name: suggestion }),
    });
  }
  refuseMeaningless(app, { name, options, t });
  const base = await baseAddress(await context.daemon(), t);
  const plan = planLaunch(app, { base, model: options.model }, { ...options, args });
  if (options.config) {
    context.print(configText(app, plan, t));
    return 0;
  }
  if (options.dryRun) {
    context.print(`${t('launch.wouldRun', { command: commandText(plan) })}\n`);
    return 0;
  }
  if (!(await isOnPath(plan.program, env))) {
    throw new AppError('request.not_found', t('launch.notInstalled', { program: plan.program }), {
      params: { program: plan.program },
    });
  }
  if (app.kind === 'host' && app.writesOpenCode && options.model !== undefined) {
    await addOpenCodeProvider(context, { base, model: options.model });
  }
  return await runToEnd(context, plan);
}

function refuseMeaningless(
  app: App,
  { name, options, t }: { name: string; options: LaunchOptions; t: CliContext['t'] },
): void {
  if (app.kind === 'container') return;
  const option = (['port', 'image', 'detach'] as const).find((one) => options[one] !== undefined);
  if (option !== undefined) throw usageError(t('launch.containerOnly', { option: `--${option}`, name }));
}

async function appList({ t, env }: CliContext): Promise<string> {
  const lines = await Promise.all(
    Object.entries(apps).map(async ([name, app]) => {
      const installed = await isOnPath(app.kind === 'container' ? 'docker' : app.program, env);
      return `  ${name}${installed ? '' : ` ${t('launch.missingMark')}`}\n`;
    }),
  );
  return `${t('launch.apps')}\n${lines.join('')}`;
}

function configText(app: App, plan: LaunchPlan, t: CliContext['t']): string {
  const title = t(app.kind === 'container' ? 'launch.configContainer' : 'launch.configHost', { title: app.title });
  const variables = Object.entries(plan.env).map(([name, value]) => `  ${name}=${value}\n`);
  return `${title}\n${variables.join('')}  ${commandText({ ...plan, env: {} })}\n`;
}

/** Where programs outside this one reach the daemon: over TCP. */
async function baseAddress(daemon: DaemonClient, t: CliContext['t']): Promise<string> {
  const { address } = daemon;
  if ('url' in address) return address.url.href.replace(/\/+$/, '');
  const status = await daemon.json({ path: '/gantry/status' }, (contract) => contract.daemonStatusBody);
  const tcp = status.addresses.find((one) => /^https?:/.test(one));
  if (tcp === undefined) throw new AppError('settings.invalid', t('launch.noTcp'), { hint: t('launch.noTcpHint') });
  return tcp.replace(/\/+$/, '');
}

async function addOpenCodeProvider(
  { env, t, notice }: CliContext,
  { base, model }: { base: string; model: string },
): Promise<void> {
  const folder = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? '', '.config');
  const file = join(folder, 'opencode', 'opencode.json');
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') return '';
    throw error;
  });
  const after = withProvider(before, { base, model });
  if (after === undefined)
    throw new AppError('settings.invalid', t('launch.badConfig', { file }), { params: { file } });
  if (after === before) return;
  await mkdir(dirname(file), { recursive: true });
  if (before !== '') await copyFile(file, `${file}.bak`);
  await writeFileAtomic(file, after);
  notice(before === '' ? t('launch.configWritten', { file }) : t('launch.configChanged', { file }));
}

async function isOnPath(program: string, env: Env): Promise<boolean> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const there = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && there) return true;
  }
  return false;
}

async function runToEnd({ interrupts, env }: CliContext, { program, args, env: added }: LaunchPlan): Promise<number> {
  // Ctrl-C reaches the program by itself, and is for it to answer.
  const release = interrupts.take(() => {});
  try {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...env, ...added } });
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
  } finally {
    release();
  }
}
