import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GpuHost } from './gpu-options.ts';

/** The GPU devices below a folder such as `/dev`. */
export async function findDevices(folder = '/dev'): Promise<GpuHost['devices']> {
  const nodes = (await readdir(join(folder, 'dri')).catch(() => [])).filter((name) => /^renderD\d+$/.test(name));
  const paths = [join(folder, 'kfd'), ...nodes.toSorted().map((name) => join(folder, 'dri', name))];
  const found = await Promise.all(
    paths.map(async (path) => {
      const facts = await stat(path).catch(() => undefined);
      return facts ? [{ path, group: facts.gid }] : [];
    }),
  );
  return found.flat();
}
