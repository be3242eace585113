import { open } from 'node:fs/promises';
import { invalidArchive } from './invalid-archive.ts';
import { tarEntries } from './tar-entries.ts';
import { zipEntries } from './zip-entries.ts';

/** One entry while the archive is being walked; `content` may be read once, before the next entry is asked for. */
export interface ArchiveEntry {
  /** Checked: relative, forward slashes, no climbing. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'special';
  /** As the archive states it; `content` fails unless it is true. */
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
  content(): AsyncIterable<Uint8Array>;
}

export interface Archive {
  readonly format: 'zip' | 'tar.gz';
  readonly entries: AsyncIterable<ArchiveEntry>;
  /** More than honest content of this archive can inflate to. */
  readonly inflationLimitBytes: number;
}

/** Weights, text and code shrink far less than 200 times; a bomb shrinks a thousand times. */
const honestRatio = 200;
const smallArchiveAllowanceBytes = 64 * 1024 * 1024;

/** Opens a zip (wheel) or tar.gz (npm) by what it is, not by what it is called. */
export async function openArchive(path: string, { signal }: { signal: AbortSignal }): Promise<Archive> {
  const { magic, sizeBytes } = await inspect(path);
  const inflationLimitBytes = sizeBytes * honestRatio + smallArchiveAllowanceBytes;
  if (magic.startsWith('504b0304') || magic.startsWith('504b0506')) {
    return { format: 'zip', entries: zipEntries(path, { signal }), inflationLimitBytes };
  }
  if (magic.startsWith('1f8b')) {
    const entries = tarEntries(path, { signal, inflationLimitBytes });
    return { format: 'tar.gz', entries, inflationLimitBytes };
  }
  throw invalidArchive(path, 'it is neither a zip nor a tar.gz');
}

async function inspect(path: string): Promise<{ magic: string; sizeBytes: number }> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return { magic: buffer.subarray(0, bytesRead).toString('hex'), sizeBytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}
