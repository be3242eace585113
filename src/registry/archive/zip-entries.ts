import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { ArchiveEntry } from './entries.ts';
import { safeEntryName } from './entry-name.ts';
import { archiveError, invalidArchive } from './invalid-archive.ts';

interface Zip {
  readonly path: string;
  readonly file: ZipFile;
  readonly signal: AbortSignal;
}

const stored = 0;
const deflated = 8;

/** Walks the central directory; sizes and checksums it states are enforced while content is read. */
export async function* zipEntries(path: string, { signal }: { signal: AbortSignal }): AsyncIterable<ArchiveEntry> {
  let file: ZipFile | undefined;
  try {
    file = await openPromise(path, { autoClose: false, lazyEntries: true, strictFileNames: true });
    for await (const entry of file.eachEntry()) {
      signal.throwIfAborted();
      yield toEntry({ path, file, signal }, entry);
    }
  } catch (error) {
    throw archiveError(path, error);
  } finally {
    file?.close();
  }
}

function toEntry(zip: Zip, entry: Entry): ArchiveEntry {
  const mode = entry.externalFileAttributes >>> 16;
  return {
    name: safeEntryName(entry.fileName, zip.path),
    kind: kindOf(entry, mode),
    sizeBytes: entry.uncompressedSize,
    isExecutable: (mode & 0o111) !== 0,
    content: () => checkedContent(zip, entry),
  };
}

// The upper half of the attributes is a Unix mode; makers on other systems leave its type bits empty.
function kindOf(entry: Entry, mode: number): ArchiveEntry['kind'] {
  const type = mode & 0o170000;
  if (type === 0o120000) return 'link';
  if (entry.fileName.endsWith('/') || type === 0o040000) return 'directory';
  return type === 0 || type === 0o100000 ? 'file' : 'special';
}

async function* checkedContent(zip: Zip, entry: Entry): AsyncIterable<Uint8Array> {
  const { path, signal } = zip;
  const stream = await openContent(zip, entry);
  let sizeBytes = 0;
  let checksum = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted();
      sizeBytes += chunk.byteLength;
      if (sizeBytes > entry.uncompressedSize) break;
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    throw archiveError(path, error);
  }
  if (sizeBytes !== entry.uncompressedSize) throw invalidArchive(path, `${entry.fileName} lies about its size`);
  if (checksum !== entry.crc32) throw invalidArchive(path, `the checksum of ${entry.fileName} does not match`);
}

async function openContent({ path, file, signal }: Zip, entry: Entry): Promise<Readable> {
  if (entry.isEncrypted()) throw invalidArchive(path, `${entry.fileName} is encrypted`);
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated) {
    throw invalidArchive(path, `${entry.fileName} uses the unknown compression method ${entry.compressionMethod}`);
  }
  const { fileDataStart } = await file.readLocalFileHeaderPromise(entry, { minimal: true });
  if (fileDataStart + entry.compressedSize > file.fileSize) throw invalidArchive(path, 'it is cut off');
  if (entry.compressedSize === 0) return Readable.from([]);
  const chunkBytes = Math.min(1024 * 1024, Math.max(16 * 1024, entry.uncompressedSize));
  const raw = createReadStream(path, {
    start: fileDataStart,
    end: fileDataStart + entry.compressedSize - 1,
    highWaterMark: chunkBytes,
    signal,
  });
  if (entry.compressionMethod === stored) return raw;
  // An error on either side destroys both, and reaches the reader of `inflate`.
  const inflate = createInflateRaw({ chunkSize: chunkBytes });
  return pipeline(raw, inflate, () => undefined);
}
