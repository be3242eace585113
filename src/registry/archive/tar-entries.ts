import { createReadStream } from 'node:fs';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import type { ArchiveEntry } from './entries.ts';
import { safeEntryName } from './entry-name.ts';
import { archiveError, invalidArchive } from './invalid-archive.ts';

const chunkBytes = 256 * 1024;

/** Walks a tar.gz from its beginning; what the caller does not read is skipped. */
export async function* tarEntries(
  path: string,
  { signal, inflationLimitBytes }: { signal: AbortSignal; inflationLimitBytes: number },
): AsyncIterable<ArchiveEntry> {
  const unpacked = extract();
  pipeline(
    createReadStream(path, { highWaterMark: chunkBytes, signal }),
    createGunzip({ chunkSize: chunkBytes }),
    inflationLimit(path, inflationLimitBytes),
    unpacked,
    () => undefined,
  );
  try {
    for await (const entry of unpacked) {
      signal.throwIfAborted();
      const { header } = entry;
      const sizeBytes = header.size ?? 0;
      yield {
        name: safeEntryName(header.name, path),
        kind: kindOf(header),
        sizeBytes,
        isExecutable: ((header.mode ?? 0) & 0o111) !== 0,
        content: () => checkedContent(entry, { path, name: header.name, sizeBytes, signal }),
      };
      entry.resume();
    }
  } catch (error) {
    throw archiveError(path, error);
  }
}

function kindOf({ type }: Header): ArchiveEntry['kind'] {
  if (type === 'file' || type === 'contiguous-file' || type === null || type === undefined) return 'file';
  if (type === 'directory') return 'directory';
  return type === 'symlink' || type === 'link' ? 'link' : 'special';
}

async function* checkedContent(
  entry: AsyncIterable<unknown>,
  { path, name, sizeBytes, signal }: { path: string; name: string; sizeBytes: number; signal: AbortSignal },
): AsyncIterable<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of entry as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted();
      received += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    throw archiveError(path, error);
  }
  if (received !== sizeBytes) throw invalidArchive(path, `${name} lies about its size`);
}

function inflationLimit(path: string, limitBytes: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Uint8Array, _, done) {
      total += chunk.byteLength;
      if (total > limitBytes) done(invalidArchive(path, 'it inflates to more than honest content does'));
      else done(null, chunk);
    },
  });
}
