import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCodeOf, writeFileAtomic, type Clock, type Log } from '#core';
import { withLock } from '../state/with-lock.ts';

/** Images that were found to need a writable root, by id: what is in one cannot change. */
export interface WritableRoots {
  has(imageId: string): boolean;
  add(imageId: string): void;
}

export interface KeptWritableRoots extends WritableRoots {
  /** Resolves once everything added is written, or could not be. */
  settled(): Promise<void>;
}

const fileName = 'writable-roots.json';
/** The oldest are found out again. */
const maxImages = 1000;
const imageId = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const schema = z.object({ images: z.array(imageId).max(10_000) });

/** Remembered in a folder, for later processes. A file that says nothing sensible counts as empty: it can be found out again. */
export function openWritableRoots(
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): KeptWritableRoots {
  const path = join(folder, fileName);
  const known = new Set(read(path));
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    try {
      await makeFolder(folder);
      await withLock(
        `${path}.lock`,
        async () => {
          // Others may have found out something meanwhile.
          const all = [...new Set([...read(path), ...known])].slice(-maxImages);
          await writeFileAtomic(path, `${JSON.stringify({ images: all })}\n`, { mode: 0o600 });
        },
        { clock },
      );
    } catch (error) {
      log.warn('which images need a writable root is not remembered', { path, error });
    }
  }

  return {
    has: (id) => known.has(id),
    add(id) {
      if (known.has(id)) return;
      known.add(id);
      if (imageId.safeParse(id).success) writing = writing.then(write);
    },
    settled: () => writing,
  };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  }
}

function read(path: string): readonly string[] {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8'))).images;
  } catch {
    return [];
  }
}
