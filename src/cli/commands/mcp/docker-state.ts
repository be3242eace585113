import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toAppError, writeFileAtomic } from '#core';
import type { DockerState } from '#mcp';
import { confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { profilesHere } from './state-here.ts';

/** What came over, and what was here already and stays as it is. */
export interface TakenOver {
  readonly profiles: readonly string[];
  readonly keptProfiles: readonly string[];
  readonly catalogs: readonly string[];
  readonly keptCatalogs: readonly string[];
  readonly notes: readonly string[];
}

export async function readDocker({ paths }: CliContext): Promise<DockerState> {
  const { readDockerState } = await import('#mcp');
  return await readDockerState({ dockerConfig: paths.dockerConfig });
}

/** Takes over what Docker's toolkit keeps; its files are only read. Once is as good as twice. */
export async function takeOver(context: CliContext, found: DockerState): Promise<TakenOver> {
  const profiles = await profilesHere(context);
  const done = { profiles: [] as string[], keptProfiles: [] as string[] };
  for (const profile of found.profiles) {
    const isNew = await profiles.create(profile).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'mcp.profile_conflict') return false;
        throw error;
      },
    );
    (isNew ? done.profiles : done.keptProfiles).push(profile.id);
  }
  const notes = [...found.notes];
  const cats = { catalogs: [] as string[], keptCatalogs: [] as string[] };
  if (found.catalogs.length > 0) {
    const { catalogs } = await context.toolkit();
    const present = new Set((await catalogs.list()).map(({ ref }) => ref));
    for (const { ref, title, source, content } of found.catalogs) {
      if (present.has(ref)) {
        cats.keptCatalogs.push(ref);
        continue;
      }
      const origin = { kind: 'content', source, title, content } as const;
      try {
        await catalogs.create({ ref, origin, title, exclude: [] }, { signal: context.signal });
        cats.catalogs.push(ref);
      } catch (error) {
        context.signal.throwIfAborted();
        notes.push(toAppError(error).message);
      }
    }
  }
  await remember(context);
  return { ...done, ...cats, notes };
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
