import { execFile } from 'node:child_process';
import { readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { hostLibraries, type HostFile } from '#docker';
import type { Env } from '#core';

const report = z.object({
  implementation: z.string(),
  version: z.tuple([z.number(), z.number()]),
  libc: z.string(),
  threads: z.boolean(),
  executable: z.string().startsWith('/'),
  library: z.string().startsWith('/'),
});

/** The Python of this machine: where it is and what belongs to it. */
export interface HostPython {
  /** `3.11` */
  readonly version: string;
  readonly executable: string;
  /** The folder of its standard library. */
  readonly library: string;
}

const question = `
import json, os, platform, sys, sysconfig
print(json.dumps({
    "implementation": sys.implementation.name,
    "version": list(sys.version_info[:2]),
    "libc": platform.libc_ver()[0],
    "threads": not sysconfig.get_config_var("Py_GIL_DISABLED"),
    "executable": os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable),
    "library": os.path.realpath(os.path.dirname(os.__file__)),
}))
`;
const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const askLimitMs = 15_000;

/** The first CPython on PATH that is as new as `oldest` and can be taken into an image. */
export async function findHostPython(env: Env, oldest: number): Promise<HostPython | undefined> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  for (const name of names) {
    for (const folder of folders) {
      const found = await describe(join(folder, name));
      if (found && Number(found.version.split('.')[1]) >= oldest) return found;
    }
  }
  return undefined;
}

async function describe(program: string): Promise<HostPython | undefined> {
  try {
    await stat(program);
    const { stdout } = await promisify(execFile)(program, ['-I', '-c', question], { timeout: askLimitMs });
    const { implementation, version, libc, threads, executable, library } = report.parse(JSON.parse(stdout));
    if (implementation !== 'cpython' || libc !== 'glibc' || !threads) return undefined;
    return { version: version.join('.'), executable, library };
  } catch {
    // Not a Python, or one that does not answer: another may.
    return undefined;
  }
}

/** What servers have no use for: tests, windows on a screen, installers, and what others put beside the standard library. */
const unwanted = new Set([
  'test',
  'tests',
  'idlelib',
  'tkinter',
  'turtledemo',
  'ensurepip',
  'lib2to3',
  'site-packages',
  'dist-packages',
]);
/** Wheels expect these of every Linux (PEP 600). */
const expected = ['libgcc_s.so.1', 'libstdc++.so.6', 'libz.so.1', 'librt.so.1', 'libpthread.so.0', 'libdl.so.2'];

/** The interpreter with its standard library and the libraries that they need, each at its own place. Rejects where there is no `ldd`. */
export async function hostPythonFiles({ executable, library, version }: HostPython): Promise<readonly HostFile[]> {
  const own = await filesBelow(library, `cpython-${version.replace('.', '')}`);
  const extensions = own.filter((path) => path.endsWith('.so'));
  const libraries = await hostLibraries([executable, ...extensions], { later: expected });
  const paths = [...new Set([executable, ...own, ...libraries])];
  return await Promise.all(paths.map(async (path) => ({ path, target: path, sizeBytes: (await stat(path)).size })));
}

async function filesBelow(folder: string, tag: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (unwanted.has(entry.name) || entry.name.startsWith('config-')) return [];
        return await filesBelow(path, tag);
      }
      if (/^(?:_tkinter|_test|_ctypes_test|xxlimited)/.test(entry.name) || entry.name.endsWith('.a')) return [];
      if (entry.name.endsWith('.pyc') && !entry.name.endsWith(`${tag}.pyc`)) return [];
      // Distributions link some files to places of their own, which need not be there.
      const isThere = await realpath(path)
        .then(async (real) => (await stat(real)).isFile())
        .catch(() => false);
      return isThere ? [path] : [];
    }),
  );
  return found.flat().toSorted();
}
