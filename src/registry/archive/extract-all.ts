import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, errorCodeOf, toAppError } from '#core';
import { openArchive, type ArchiveEntry } from './entries.ts';
import { invalidArchive } from './invalid-archive.ts';
import { writeContent } from './write-content.ts';

export interface ExtractAllOptions {
  readonly archive: string;
  /** Appears complete or not at all. Must not exist, or be empty. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onProgress?: ((writtenBytes: number) => void) | undefined;
  readonly limits?: { readonly maxBytes?: number | undefined; readonly maxEntries?: number | undefined } | undefined;
}

export interface ExtractAllResult {
  readonly files: number;
  readonly sizeBytes: number;
}

const defaultMaxBytes = 8 * 1024 ** 3;
const defaultMaxEntries = 50_000;

/**
 * Unpacks a whole archive. Links, special files, encrypted entries, unsafe or repeated names and anything beyond the limits stop it, and
 * nothing is left behind. Files are 0644 or 0755, whatever the archive says.
 */
export async function extractAll(options: ExtractAllOptions): Promise<ExtractAllResult> {
  const { directory } = options;
  const staging = join(
    dirname(directory),
    `.${basename(directory)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`,
  );
  await mkdir(staging, { recursive: true, mode: 0o755 });
  try {
    const result = await unpack(options, staging);
    await rename(staging, directory);
    return result;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw toAppError(error);
  }
}

async function unpack(options: ExtractAllOptions, staging: string): Promise<ExtractAllResult> {
  const { archive: path, signal, onProgress, limits } = options;
  const archive = await openArchive(path, { signal });
  const maxBytes = Math.min(limits?.maxBytes ?? defaultMaxBytes, archive.inflationLimitBytes);
  const maxEntries = limits?.maxEntries ?? defaultMaxEntries;
  let entries = 0;
  let files = 0;
  let sizeBytes = 0;
  for await (const entry of archive.entries) {
    entries += 1;
    if (entries > maxEntries) throw invalidArchive(path, `it has more than ${maxEntries} entries`);
    if (sizeBytes + entry.sizeBytes > maxBytes) throw invalidArchive(path, `it holds more than ${maxBytes} bytes`);
    const before = sizeBytes;
    const onChunk = (written: number): void => onProgress?.(before + written);
    const written = await place(entry, { path, staging, onChunk });
    if (written === undefined) continue;
    files += 1;
    sizeBytes += written;
  }
  return { files, sizeBytes };
}

/** Bytes written, or undefined for a folder. */
async function place(
  entry: ArchiveEntry,
  { path, staging, onChunk }: { path: string; staging: string; onChunk: (bytes: number) => void },
): Promise<number | undefined> {
  const target = join(staging, entry.name);
  try {
    switch (entry.kind) {
      case 'directory':
        await mkdir(target, { recursive: true, mode: 0o755 });
        return undefined;
      case 'file': {
        await mkdir(dirname(target), { recursive: true, mode: 0o755 });
        const mode = entry.isExecutable ? 0o755 : 0o644;
        const { sizeBytes } = await writeContent(entry.content(), { path: target, mode, durable: false, onChunk });
        return sizeBytes;
      }
      case 'link':
        throw invalidArchive(path, `${entry.name} is a link`);
      case 'special':
        throw invalidArchive(path, `${entry.name} is neither a file nor a folder`);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const collides = ['EEXIST', 'ENOTDIR', 'EISDIR'].includes(errorCodeOf(error) ?? '');
    throw collides ? invalidArchive(path, `it has two entries named ${entry.name}`, error) : error;
  }
}
