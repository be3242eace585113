import { lstat, readdir, readlink, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { AppError, errorCodeOf, type Paths } from '#core';
import type { Translate } from '../messages/translate.ts';

/** Something of Gantry's on disk. */
export interface OwnData {
  readonly path: string;
  readonly sizeBytes: number;
}

// What a store holds (contract model-runner §4.4), where it is in a folder that was chosen for it: other things may be there too.
const storeNames = ['blobs', 'manifests', 'bundles', 'locks', 'models.json', 'layout.json'];
// One of these is in every home that a daemon or install has used.
const homeSigns = ['daemon.lock', 'installed.json', 'settings.yaml', 'run', 'logs'];

/** Everything that Gantry keeps for this user, the plugins aside. @throws AppError `settings.invalid` */
export async function findOwnData(paths: Paths, t: Translate): Promise<readonly OwnData[]> {
  const { home, userHome, models, run, dockerConfig, dockerSocket } = paths;
  if (isWithin(userHome, home)) {
    throw new AppError('settings.invalid', t('uninstall.homeTooWide', { home }), {
      hint: t('uninstall.homeTooWideHint'),
      params: { home },
    });
  }
  const inHome = await namesIn(home);
  const found = inHome.some((name) => homeSigns.includes(name)) ? inHome.map((name) => join(home, name)) : [];
  if (!isWithin(run, home)) found.push(run);
  if (!isWithin(models, home) && (await namesIn(models)).includes('layout.json')) {
    found.push(...storeNames.map((name) => join(models, name)));
  }
  const link = join(dockerConfig, 'run', 'docker.sock');
  if ((await readlink(link).catch(() => undefined)) === dockerSocket) found.push(link);
  const sizes = await Promise.all(found.map(async (path) => ({ path, sizeBytes: await sizeOf(path) })));
  return sizes.flatMap(({ path, sizeBytes }) => (sizeBytes === undefined ? [] : [{ path, sizeBytes }]));
}

/** Deletes it, and the folders around it that are empty then. */
export async function removeOwnData(data: readonly OwnData[], { home, models }: Paths): Promise<void> {
  for (const { path } of data) await rm(path, { recursive: true, force: true });
  for (const folder of [models, home]) {
    if (data.some(({ path }) => dirname(path) === folder)) await rmdir(folder).catch(() => undefined);
  }
}

/** Whether a path is a folder or in it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What deleting it frees, as far as it can be seen; undefined when it is not there. A link counts as itself. */
async function sizeOf(path: string): Promise<number | undefined> {
  const facts = await lstat(path).catch(() => undefined);
  if (!facts?.isDirectory()) return facts?.size;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => await sizeOf(join(path, name))));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}
