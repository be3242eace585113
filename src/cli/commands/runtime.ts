import type { RuntimeBody } from '#contract';
import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';
import { tableText } from '../output/table.ts';
import { followProgress } from '../progress/follow.ts';

export const defaultRuntime = 'xllamacpp';

interface JsonOption {
  readonly json?: boolean;
}

export async function listRuntimes(context: CliContext, { json = false }: JsonOption): Promise<number> {
  const { t } = context;
  const runtimes = await fetchRuntimes(await context.daemon());
  if (json) {
    context.printJson(runtimes);
    return 0;
  }
  const header = [t('column.name'), t('column.version'), t('column.origin'), t('column.selected'), t('column.path')];
  const rows = runtimes.map((runtime) => [
    runtime.name,
    runtime.version,
    originText(runtime, context),
    runtime.selected ? t('word.yes') : '',
    runtime.path,
  ]);
  context.print(tableText(header, rows));
  if (runtimes.length === 0) context.notice(t('runtime.empty'));
  return 0;
}

export async function installRuntime(context: CliContext, name: string, { json = false }: JsonOption): Promise<number> {
  const daemon = await context.daemon();
  await install(context, daemon, name);
  if (json) context.printJson(await fetchRuntimes(daemon));
  else context.print(`${context.t('runtime.installed', { name })}\n`);
  return 0;
}

export async function useRuntime(context: CliContext, name: string, { json = false }: JsonOption): Promise<number> {
  const daemon = await context.daemon();
  // An image may be large: it is fetched with progress before it is chosen.
  if (name.startsWith('container:')) await install(context, daemon, name);
  await daemon.text({ method: 'POST', path: '/gantry/runtimes/use', body: { name } });
  if (json) context.printJson(await fetchRuntimes(daemon));
  else context.print(`${context.t('runtime.using', { name })}\n`);
  return 0;
}

export async function removeRuntime(context: CliContext, name: string, { json = false }: JsonOption): Promise<number> {
  const daemon = await context.daemon();
  await daemon.text({ method: 'DELETE', path: `/gantry/runtimes/${encodeURIComponent(name)}` });
  if (json) context.printJson(await fetchRuntimes(daemon));
  else context.print(`${context.t('runtime.removed', { name })}\n`);
  return 0;
}

export async function fetchRuntimes(daemon: DaemonClient): Promise<readonly RuntimeBody[]> {
  return await daemon.json({ path: '/gantry/runtimes' }, (contract) => contract.runtimeListBody);
}

/** Installs with progress on standard error. */
export async function install(context: CliContext, daemon: DaemonClient, name: string): Promise<void> {
  const path = '/gantry/runtimes/install';
  const response = await daemon.stream({ method: 'POST', path, body: { name } });
  await followProgress(response, context, { path, label: name });
}

function originText({ origin }: RuntimeBody, { t }: CliContext): string {
  if (origin === 'settings') return t('runtime.origin.settings');
  if (origin === 'path') return t('runtime.origin.path');
  if (origin === 'engine') return t('runtime.origin.engine');
  return origin === 'installed' ? t('runtime.origin.installed') : origin;
}
