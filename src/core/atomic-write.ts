import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file so that readers see the old or the new content, never a part, also after a crash or power loss.
 * A writer that is surely alone may name the `temporary` file, so that a crash leaves at most that one.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  {
    mode = 0o644,
    temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`,
  }: { mode?: number; temporary?: string } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(temporary, 'w', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
