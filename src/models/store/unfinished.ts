import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf, tryProcessLock, type Clock } from '#core';
import { storePaths } from './paths.ts';

export interface FilesTaken {
  readonly bytes: number;
  readonly files: number;
}

/** What transfers that did not come to their end have left; a new pull of the same would go on from there. */
export interface Unfinished {
  /** All of it, also of transfers that run. */
  all(): Promise<FilesTaken>;
  /** Removes what no process writes. */
  clear(): Promise<FilesTaken>;
}

const blobPart = /^([0-9a-f]{64})\.(?:partial|incomplete)(?:\.json)?(?:\.tmp)?$/;
const download = /^([0-9a-f]{64})\./;
/** A transfer that runs writes within this time, or has given up. */
const quietMs = 60 * 60_000;

export function createUnfinished(options: {
  readonly directory: string;
  readonly downloads: string;
  readonly clock: Clock;
}): Unfinished {
  const { directory, downloads, clock } = options;
  const paths = storePaths(directory);

  async function parts(): Promise<readonly { readonly path: string; readonly key: string | undefined }[]> {
    const [blobs, others] = await Promise.all([names(paths.blobs), names(downloads)]);
    return [
      ...blobs.flatMap((name) => {
        const key = blobPart.exec(name)?.[1];
        return key === undefined ? [] : [{ path: join(paths.blobs, name), key }];
      }),
      ...others.map((name) => ({ path: join(downloads, name), key: download.exec(name)?.[1] })),
    ];
  }

  /** Only while nobody else has its lock, which is held until the file is gone. */
  async function remove(path: string, key: string | undefined): Promise<FilesTaken> {
    const facts = await lstat(path).catch(() => undefined);
    if (!facts?.isFile()) return none;
    if (key === undefined) {
      if (clock.now() - facts.mtimeMs < quietMs) return none;
      await rm(path, { force: true });
      return taken(facts);
    }
    const attempt = await tryProcessLock(join(paths.locks, `${key}.lock`));
    if (!attempt.acquired) return none;
    try {
      await rm(path, { force: true });
      return taken(facts);
    } finally {
      await attempt.lock.release();
    }
  }

  return {
    async all() {
      let sum = none;
      for (const { path } of await parts()) {
        const facts = await lstat(path).catch(() => undefined);
        if (facts?.isFile()) sum = plus(sum, taken(facts));
      }
      return sum;
    },
    async clear() {
      let sum = none;
      for (const { path, key } of await parts()) sum = plus(sum, await remove(path, key));
      return sum;
    },
  };
}

const none: FilesTaken = { bytes: 0, files: 0 };

function plus(one: FilesTaken, other: FilesTaken): FilesTaken {
  return { bytes: one.bytes + other.bytes, files: one.files + other.files };
}

/** The whole length may be reserved before it is written. */
function taken({ size, blocks }: { readonly size: number; readonly blocks: number }): FilesTaken {
  return { bytes: Math.min(size, blocks * 512), files: 1 };
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
