import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#core';
import type { DockerState, TakenOver } from '#mcp';
import { confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { profilesHere } from './state-here.ts';

export async function readDocker({ paths }: CliContext): Promise<DockerState> {
  const { readDockerState } = await import('#mcp');
  return await readDockerState({ dockerConfig: paths.dockerConfig });
}

/** Takes over what Docker's toolkit keeps; its files are only read. */
export async function takeOver(context: CliContext, found: DockerState): Promise<TakenOver> {
  const { takeOverDockerState } = await import('#mcp');
  const taken = await takeOverDockerState(found, {
    profiles: await profilesHere(context),
    catalogs: async () => (await context.toolkit()).catalogs,
    signal: context.signal,
  });
  await remember(context);
  return taken;
}

/**
 * Before the first command that works with profiles or catalogues: what Docker's toolkit keeps is taken over and that is said; somebody
 * at a terminal is asked. It happens once, whatever the answer is; `profile import-docker` does it again.
 */
export async function offerDockerState(context: CliContext): Promise<void> {
  const { t, notice } = context;
  if (!(await isOpen(context))) return;
  const found = await readDocker(context);
  if (found.profiles.length + found.catalogs.length === 0) {
    await remember(context);
    for (const note of found.notes) notice(t('warning.label', { message: printableLine(note) }));
    return;
  }
  const names = [...found.profiles.map(({ id }) => id), ...found.catalogs.map(({ ref }) => ref)];
  const shown = names.map(printableLine).join(', ');
  if (context.stdin.isTTY === true && context.stderr.isTTY === true) {
    if (!(await confirm(context, t('mcp.docker.ask', { names: shown })))) {
      await remember(context);
      notice(t('mcp.docker.later'));
      return;
    }
  }
  const taken = await takeOver(context, found);
  const fresh = [...taken.profiles, ...taken.catalogs];
  if (fresh.length > 0) notice(t('mcp.docker.taken', { names: fresh.map(printableLine).join(', ') }));
  for (const note of taken.notes) notice(t('warning.label', { message: printableLine(note) }));
}

/** Whether Docker keeps anything, and nothing was decided about it. */
async function isOpen(context: CliContext): Promise<boolean> {
  if (await isThere(markOf(context))) return false;
  const folder = join(context.paths.dockerConfig, 'mcp');
  const files = ['mcp-toolkit.db', 'registry.yaml', 'catalogs'].map((name) => isThere(join(folder, name)));
  return (await Promise.all(files)).includes(true);
}

async function remember(context: CliContext): Promise<void> {
  const path = markOf(context);
  await mkdir(join(context.paths.home, 'mcp'), { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, `${JSON.stringify({ version: 1, at: new Date(context.clock.now()).toISOString() })}\n`);
}

function markOf({ paths }: CliContext): string {
  return join(paths.home, 'mcp', 'docker-state-seen.json');
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
