import { chmod, cp, lstat, mkdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCodeOf, writeFileAtomic, type Paths } from '#core';
import { jsonText } from '../output/json.ts';
import { field } from '../client/read.ts';
import { isLauncher } from './launcher.ts';

/** A file that install put in place, and where the one that was there before is kept. */
export interface InstalledFile {
  readonly path: string;
  readonly backup?: string | undefined;
}

export type FileState = 'absent' | 'same' | 'older' | 'foreign';

function recordOf({ home }: Paths): string {
  return join(home, 'installed.json');
}

export async function readInstalled(paths: Paths): Promise<readonly InstalledFile[]> {
  const text = await readFile(recordOf(paths), 'utf8').catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') return '{}';
    throw error;
  });
  const files = field(JSON.parse(text), 'files');
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: unknown) => {
    const path = field(file, 'path');
    const backup = field(file, 'backup');
    if (typeof path !== 'string') return [];
    return [{ path, ...(typeof backup === 'string' ? { backup } : {}) }];
  });
}

export async function writeInstalled(paths: Paths, files: readonly InstalledFile[]): Promise<void> {
  if (files.length === 0) return await rm(recordOf(paths), { force: true });
  await mkdir(paths.home, { recursive: true, mode: 0o700 });
  await writeFileAtomic(recordOf(paths), jsonText({ files }), { mode: 0o600 });
}

/** What is at a path now, compared with what should be. `programs` are Gantry itself, which a link may lead to. */
export async function stateOf(
  path: string,
  { text, programs }: { text: string; programs: readonly string[] },
): Promise<FileState> {
  try {
    const facts = await lstat(path);
    if (facts.isSymbolicLink()) {
      const target = await realpath(path).catch(() => undefined);
      return target !== undefined && programs.includes(target) ? 'same' : 'foreign';
    }
    if (!facts.isFile()) return 'foreign';
    const present = await readFile(path, 'utf8');
    if (present === text) return 'same';
    return isLauncher(present) ? 'older' : 'foreign';
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return 'absent';
    throw error;
  }
}

export async function placeLauncher(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text, { mode: 0o755 });
  // Whatever the umask says, Docker must be able to run it.
  await chmod(path, 0o755);
}

/** Copies what is there, a link as a link, to where Docker does not look for plugins. */
export async function backUp(path: string, { paths, stamp }: { paths: Paths; stamp: string }): Promise<string> {
  const backup = join(paths.home, 'backup', `${basename(path)}-${stamp}`);
  await mkdir(dirname(backup), { recursive: true, mode: 0o700 });
  await cp(path, backup, { verbatimSymlinks: true, preserveTimestamps: true, recursive: true });
  await rm(path, { recursive: true });
  return backup;
}

/** Takes out what is ours and brings back what was there before. */
export async function takeOut({ path, backup }: InstalledFile): Promise<'removed' | 'restored' | 'left'> {
  const state = await stateOf(path, { text: '', programs: [] });
  if (state === 'foreign') return 'left';
  await rm(path, { force: true });
  if (backup === undefined) return 'removed';
  await cp(backup, `${path}.restored`, { verbatimSymlinks: true, preserveTimestamps: true, recursive: true });
  await rename(`${path}.restored`, path);
  await rm(backup, { recursive: true, force: true });
  return 'restored';
}
