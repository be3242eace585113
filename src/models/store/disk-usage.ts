import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '#core';

/** Bytes of all files below a folder, each inode counted once, so that bundles do not count their blobs again. */
export async function folderBytes(folder: string): Promise<number> {
  const seen = new Set<string>();
  let total = 0;
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of await listed(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) total += await countedOnce(path, seen);
    }
  }
  return total;
}

async function listed(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function countedOnce(path: string, seen: Set<string>): Promise<number> {
  try {
    const found = await lstat(path, { bigint: true });
    const inode = `${found.dev}:${found.ino}`;
    if (seen.has(inode)) return 0;
    seen.add(inode);
    // An unfinished transfer may have reserved its whole length: only what is written counts.
    const written = found.blocks * 512n;
    return Number(path.endsWith('.partial') && written < found.size ? written : found.size);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
