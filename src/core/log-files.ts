import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from './errors.ts';

/** One log: the file being written, and how many older ones there are (`<path>.1` is the youngest of them). */
export interface LogFile {
  readonly path: string;
  readonly name: string;
  readonly kind: 'daemon' | 'runner';
  /** Rotated files, oldest first. */
  readonly older: readonly string[];
}

/** The logs of a folder; none when it does not exist yet. */
export async function listLogFiles(folder: string): Promise<readonly LogFile[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const current = new Set(names.filter((name) => name.endsWith('.log')));
  for (const name of names) {
    const base = /^(.+\.log)\.\d+$/.exec(name)?.[1];
    if (base !== undefined) current.add(base);
  }
  return [...current].toSorted().map((name) => ({
    path: join(folder, name),
    name: name.replace(/\.log$/, ''),
    kind: name.startsWith('runner') ? ('runner' as const) : ('daemon' as const),
    older: names
      .filter((other) => other.startsWith(`${name}.`) && /^\d+$/.test(other.slice(name.length + 1)))
      .toSorted((a, b) => Number(b.slice(name.length + 1)) - Number(a.slice(name.length + 1)))
      .map((other) => join(folder, other)),
  }));
}
