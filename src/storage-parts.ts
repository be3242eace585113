import { lstat, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageUse } from '#api';
import type { ClearablePart, StoragePartId } from '#contract';
import { listLogFiles, type Clock, type Paths } from '#core';
import { createUnfinished } from '#models';
import type { Recorder } from '#observe';

export interface StoragePartsOptions {
  readonly paths: Paths;
  readonly clock: Clock;
  readonly recorder: Recorder;
}

interface Taken {
  readonly bytes: number;
  readonly files: number;
}

/** What the daemon has on its disk, and what of it goes without harm: nothing that is in use. */
export function createStorageParts({ paths, clock, recorder }: StoragePartsOptions): StorageUse {
  const unfinished = createUnfinished({ directory: paths.models, downloads: paths.downloads, clock });
  const requests = join(paths.home, 'requests');
  const calls = join(paths.home, 'mcp', 'calls');
  const indexes = join(paths.home, 'cache', 'indexes');
  const used: Readonly<Record<StoragePartId, () => Promise<Taken>>> = {
    models: async () => less(await folderUse(paths.models), await unfinished.all()),
    unfinished: () => unfinished.all(),
    runtimes: () => folderUse(paths.runtimes),
    logs: () => folderUse(paths.logs),
    requests: () => folderUse(requests),
    mcpCalls: () => folderUse(calls),
    mcpState: async () => less(await folderUse(join(paths.home, 'mcp')), await folderUse(calls)),
    sessions: () => folderUse(join(paths.home, 'assistant')),
    indexes: () => folderUse(indexes),
  };
  const clear: Readonly<Record<ClearablePart, () => Promise<unknown>>> = {
    unfinished: () => unfinished.clear(),
    logs: () => clearLogs(paths.logs),
    requests: () => recorder.clear(),
    mcpCalls: () => clearLogs(calls),
    indexes: () => rm(indexes, { recursive: true, force: true }),
  };
  return {
    list: async () =>
      await Promise.all(
        (Object.keys(used) as StoragePartId[]).map(async (id) => ({
          id,
          ...(await used[id]()),
          clearable: Object.hasOwn(clear, id),
        })),
      ),
    async clear(id) {
      const before = await used[id]();
      await clear[id]();
      return Math.max(0, before.bytes - (await used[id]()).bytes);
    },
  };
}

function less(one: Taken, other: Taken): Taken {
  return { bytes: Math.max(0, one.bytes - other.bytes), files: Math.max(0, one.files - other.files) };
}

/** Older files go; the one that is written to becomes empty, since whoever writes to it appends. */
async function clearLogs(folder: string): Promise<void> {
  for (const { path, older } of await listLogFiles(folder)) {
    for (const one of older) await rm(one, { force: true });
    await truncate(path, 0).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Bytes on the disk, each file once however many names it has. A link to a folder counts as what it leads to. */
async function folderUse(folder: string): Promise<Taken> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const seen = new Set<string>();
  let [bytes, files] = [0, 0];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const facts = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
    if (!facts || seen.has(`${facts.dev}:${facts.ino}`)) continue;
    seen.add(`${facts.dev}:${facts.ino}`);
    bytes += Math.min(facts.size, facts.blocks * 512);
    files += 1;
  }
  return { bytes, files };
}
