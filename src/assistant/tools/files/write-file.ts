import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { errorCodeOf } from '#core';
import type { Place, WorkingFolder } from './working-folder.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Replaces a file as a whole, or makes it with the folders that it needs; readers see the old or the new text. */
export async function writeContent(
  folder: WorkingFolder,
  place: Place,
  { bytes, mode }: { readonly bytes: Uint8Array; readonly mode: number },
): Promise<void> {
  await makeFolders(folder, place);
  await folder.inParent(place, async (parent, name) => {
    const temporary = `${parent}/.${name.slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await chmod(temporary, mode);
      // A link of this name is replaced, not followed.
      await rename(temporary, `${parent}/${name}`);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
}

/** One that is gone is fine. */
export async function deleteContent(folder: WorkingFolder, place: Place): Promise<void> {
  await folder.inParent(place, async (parent, name) => {
    const facts = await lstat(`${parent}/${name}`).catch(() => undefined);
    if (!facts) return;
    await unlink(`${parent}/${name}`);
  });
}

async function makeFolders(folder: WorkingFolder, { path }: Place): Promise<void> {
  const parts = path.split('/').slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    await folder.inParent({ path: parts.slice(0, depth).join('/'), exists: false }, async (parent, name) => {
      await mkdir(`${parent}/${name}`).catch((error: unknown) => {
        if (errorCodeOf(error) !== 'EEXIST') throw error;
      });
    });
  }
}
