import { posix, win32 } from 'node:path';
import type { Env } from '#core';

export type ClientPlatform = 'linux' | 'darwin' | 'win32';

export interface Machine {
  readonly platform: ClientPlatform;
  readonly env: Env;
  /** The user's home folder. */
  readonly home: string;
}

/** Files in order; `$NAME` at the beginning is a variable, and a file whose variable is not set does not count. */
export type PathTable = Readonly<Record<ClientPlatform, readonly string[]>>;

export function everywhere(...files: readonly string[]): PathTable {
  return { linux: files, darwin: files, win32: files };
}

/** Where a client of this machine may have its file, the likeliest first. */
export function candidatePaths(table: PathTable, { platform, env, home }: Machine): readonly string[] {
  const paths = platform === 'win32' ? win32 : posix;
  return table[platform].flatMap((file) => {
    const [first = '', ...rest] = file.split('/');
    if (!first.startsWith('$')) return [paths.join(home, first, ...rest)];
    const base = env[first.slice(1)];
    // A variable that is no absolute path would name another file in every folder.
    return base && paths.isAbsolute(base) ? [paths.join(base, ...rest)] : [];
  });
}

export function projectPath(file: string, root: string, platform: ClientPlatform): string {
  return (platform === 'win32' ? win32 : posix).join(root, ...file.split('/'));
}

/** Clients on Windows start servers with hardly any environment; Docker needs these. */
export function clientEnvironment({ platform, env }: Machine): Readonly<Record<string, string>> {
  if (platform !== 'win32') return {};
  const names = ['LOCALAPPDATA', 'ProgramFiles', 'ProgramData'];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
