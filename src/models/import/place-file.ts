import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { errorCodeOf } from '#core';

/** How a file got to its second place. */
export type Placement = 'reflink' | 'link' | 'copy';

/** The three ways, injected so that tests can play a disk that cannot. */
export interface PlaceFile {
  reflink(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  copy(from: string, to: string, options: { signal: AbortSignal }): Promise<void>;
}

export const placeOnDisk: PlaceFile = {
  reflink: (from, to) => copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL),
  link,
  copy: (from, to, { signal }) => pipeline(createReadStream(from), createWriteStream(to, { flags: 'wx' }), { signal }),
};

const impossible = new Set([
  'ENOTSUP',
  'EOPNOTSUPP',
  'EXDEV',
  'EPERM',
  'EACCES',
  'EMLINK',
  'ENOSYS',
  'EINVAL',
  'ENOTTY',
]);

/**
 * Puts a file at a second place without a second copy of its bytes where the disk can: a reflink, which later changes of
 * the original cannot reach, then a hard link. `onCopy` is told before bytes are copied.
 */
export async function placeFile(
  { from, to, files = placeOnDisk }: { from: string; to: string; files?: PlaceFile | undefined },
  { signal, onCopy }: { signal: AbortSignal; onCopy: () => void },
): Promise<Placement> {
  for (const way of ['reflink', 'link'] as const) {
    try {
      await files[way](from, to);
      return way;
    } catch (error) {
      if (!impossible.has(errorCodeOf(error) ?? '')) throw error;
    }
  }
  onCopy();
  await files.copy(from, to, { signal });
  return 'copy';
}
