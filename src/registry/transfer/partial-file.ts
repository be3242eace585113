import { mkdir, open, rename, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, errorCodeOf, formatSize, type Clock, type Digest } from '#core';
import { createFrontierHash, type FrontierHash } from './frontier-hash.ts';
import { removeJournal, writeJournal } from './journal.ts';
import type { TransferLimits } from './limits.ts';
import type { Pieces } from './pieces.ts';

/** What the journal says about the content besides which bytes are there. */
export interface ContentIdentity {
  sizeBytes: number | undefined;
  etag: string | undefined;
  digest: Digest | undefined;
}

export interface PartialFileOptions {
  readonly path: string;
  readonly journalPath: string;
  readonly pieces: Pieces;
  readonly identity: ContentIdentity;
  readonly clock: Clock;
  readonly limits: TransferLimits;
  readonly onWritten: () => void;
}

/** An unfinished file: bytes at their place, hashed along the way, and a journal that never runs ahead of the disk. */
export interface PartialFile {
  write(start: number, buffers: readonly Uint8Array[]): Promise<void>;
  /** Writes the journal now. */
  save(): Promise<void>;
  /** Everything is here: its digest. */
  digest(sizeBytes: number): Promise<Digest>;
  /** Makes it durable under its final name and removes the journal. */
  publish(destination: string, sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

export async function openPartialFile(options: PartialFileOptions): Promise<PartialFile> {
  const { path, journalPath, pieces, identity, clock, limits } = options;
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, pieces.doneBytes > 0 ? 'r+' : 'w+');
  const hash: FrontierHash = createFrontierHash({
    frontier: () => pieces.frontier,
    read: async (buffer, position) => (await file.read(buffer, 0, buffer.byteLength, position)).bytesRead,
  });
  let savedBytes = pieces.doneBytes;
  let savedAt = clock.monotonic();
  let saving: Promise<void> | undefined;

  const saveOnce = async (): Promise<void> => {
    const done = pieces.done;
    savedBytes = pieces.doneBytes;
    savedAt = clock.monotonic();
    // The journal speaks only of what has reached the disk, so that a power cut cannot make it lie.
    await file.datasync();
    await writeJournal(journalPath, { ...identity, done });
  };
  const save = async (): Promise<void> => {
    await saving;
    await saveOnce();
  };
  const saveIfDue = (): void => {
    const isDue =
      pieces.doneBytes - savedBytes >= limits.journalBytes || clock.monotonic() - savedAt >= limits.journalMs;
    if (!isDue || saving !== undefined) return;
    // A journal that cannot be written costs a later resume, not this transfer; a full disk shows at the next write.
    saving = saveOnce()
      .catch(() => undefined)
      .finally(() => {
        saving = undefined;
      });
  };

  return {
    async write(start, buffers) {
      await writeFully(file, buffers, start).catch((error: unknown) => {
        throw writeFailure(path, error);
      });
      pieces.onDisk([start, start + buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)]);
      hash.written(start, buffers);
      saveIfDue();
      options.onWritten();
    },
    save,
    digest: (sizeBytes) => hash.finish(sizeBytes),
    async publish(destination, sizeBytes) {
      await saving;
      await file.truncate(sizeBytes);
      await file.sync();
      await file.close();
      await mkdir(dirname(destination), { recursive: true });
      await rename(path, destination);
      await removeJournal(journalPath);
      await syncFolder(dirname(destination));
    },
    async close() {
      await hash.stop();
      await saving;
      await file.close();
    },
  };
}

async function writeFully(file: FileHandle, buffers: readonly Uint8Array[], start: number): Promise<void> {
  let position = start;
  let rest = [...buffers];
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest, position);
    position += bytesWritten;
    while (rest[0] !== undefined && bytesWritten >= rest[0].byteLength) {
      bytesWritten -= rest[0].byteLength;
      rest = rest.slice(1);
    }
    if (rest[0] !== undefined && bytesWritten > 0) rest = [rest[0].subarray(bytesWritten), ...rest.slice(1)];
  }
}

function writeFailure(path: string, cause: unknown): unknown {
  const code = errorCodeOf(cause);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return cause;
  return new AppError('store.disk_full', `The disk is full; ${path} cannot grow.`, {
    hint: 'Free some space, for example with: gantry rm MODEL. The transfer then continues where it stopped.',
    params: { path },
    cause,
  });
}

/** Free bytes of the file system a path is or will be on. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** Refuses a transfer that cannot fit, before it starts. */
export async function checkSpace(
  path: string,
  { missingBytes, free }: { missingBytes: number; free: typeof freeBytes },
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const available = await free(folder);
  if (missingBytes <= available) return;
  throw new AppError(
    'store.disk_full',
    `The disk of ${folder} has ${formatSize(available)} free, and ${formatSize(missingBytes)} are missing.`,
    {
      hint: 'Free some space, for example with: gantry rm MODEL',
      params: { path: folder, freeBytes: available, missingBytes },
    },
  );
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
