import { AppError, formatSize } from '#core';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { readInstalled, takeOut, writeInstalled } from '../plugin/installed-files.ts';
import { usageError } from '../usage-error.ts';
import { findOwnData, removeOwnData, type OwnData } from './own-data.ts';
import { stopDaemon } from './stop.ts';

export interface UninstallOptions {
  readonly purge?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface Done {
  readonly path: string;
  readonly action: 'removed' | 'restored' | 'left';
}

/** Takes out what install put in place, and nothing else; a file that somebody replaced since is left. */
export async function uninstall(context: CliContext, options: UninstallOptions): Promise<number> {
  const { t } = context;
  const { purge = false, force = false, json = false } = options;
  if (purge) return await uninstallAll(context, { force, json });
  const files = await takeOutAll(context, { json });
  if (json) context.printJson({ files });
  else if (files.length === 0) context.print(`${t('uninstall.nothing')}\n`);
  else context.notice(t('uninstall.kept', { home: context.paths.home }));
  return 0;
}

/** Models, settings and the relay go too; the daemon is stopped for it. */
async function uninstallAll(context: CliContext, { force, json }: { force: boolean; json: boolean }): Promise<number> {
  const { t, paths } = context;
  if (context.runningDaemon().address.kind === 'remote') throw usageError(t('uninstall.remote'));
  const listed = await findOwnData(paths, t);
  const installed = await readInstalled(paths);
  if (listed.length === 0 && installed.length === 0) {
    if (json) context.printJson({ files: [], deleted: [] });
    else context.print(`${t('uninstall.nothing')}\n`);
    return 0;
  }
  if (!force) {
    context.notice(t('uninstall.goes'));
    for (const { path } of installed) context.notice(`  ${path}`);
    for (const one of listed) context.notice(dataText(one));
    if (!(await confirm(context, t('purge.question')))) {
      context.notice(t('purge.cancelled'));
      return 0;
    }
  }
  await removeRelay(context);
  await stopDaemon(context);
  const files = await takeOutAll(context, { json });
  // Looked for again: the daemon wrote to its end.
  const deleted = await findOwnData(paths, t);
  await removeOwnData(deleted, paths);
  if (json) context.printJson({ files, deleted: deleted.map(({ path }) => path) });
  else context.print(`${t('uninstall.purged', { size: formatSize(sum(deleted)) })}\n`);
  return 0;
}

/** The relay is a container, which only the daemon can take away. */
async function removeRelay(context: CliContext): Promise<void> {
  try {
    const daemon = await context.daemon();
    await daemon.text({ method: 'DELETE', path: '/gantry/relay' });
  } catch (error) {
    context.signal.throwIfAborted();
    // Without an Engine there is none; nothing else keeps the rest from going.
    if (!(error instanceof AppError && error.code === 'docker.unavailable')) context.report(error);
  }
}

async function takeOutAll(context: CliContext, { json }: { json: boolean }): Promise<readonly Done[]> {
  const { paths } = context;
  const done: Done[] = [];
  let files = await readInstalled(paths);
  for (const file of files) {
    const one = { path: file.path, action: await takeOut(file) };
    done.push(one);
    files = files.filter((other) => other !== file);
    await writeInstalled(paths, files);
    if (!json) context.print(`${actionText(context, one)}\n`);
  }
  return done;
}

function actionText({ t }: CliContext, { path, action }: Done): string {
  if (action === 'removed') return t('uninstall.removed', { path });
  return action === 'restored' ? t('uninstall.restored', { path }) : t('uninstall.left', { path });
}

function dataText({ path, sizeBytes }: OwnData): string {
  return `  ${path} (${formatSize(sizeBytes)})`;
}

function sum(data: readonly OwnData[]): number {
  return data.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}
