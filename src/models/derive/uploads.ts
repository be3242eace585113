import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, statfs, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, digestFromHex, errorCodeOf, formatSize, isDigest, type Digest } from '#core';
import { sizeOf } from '../store/store.ts';
import type { StorePaths } from '../store/paths.ts';
import type { Upload, Uploads } from './types.ts';

// Room for manifests, the index and what others write meanwhile.
const spareBytes = 64 * 1024 * 1024;

export interface UploadsDeps {
  readonly paths: StorePaths;
  /** Where files wait for their model. */
  readonly directory: string;
}

export function createUploads({ paths, directory }: UploadsDeps): Uploads {
  const waiting = (digest: Digest): string => join(directory, `upload-${digest.slice('sha256:'.length)}`);

  async function find(digest: Digest): Promise<string | undefined> {
    for (const path of [waiting(digest), paths.blob(digest)]) if ((await sizeOf(path)) !== undefined) return path;
    return undefined;
  }

  return {
    has: async (digest) => (await find(checked(digest))) !== undefined,

    async receive(text, upload) {
      const digest = checked(text);
      await mkdir(directory, { recursive: true });
      await refuseFullDisk(directory, upload.sizeBytes ?? 0);
      const temporary = `${waiting(digest)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        const actual = await write(temporary, upload);
        if (actual !== digest) throw mismatch(digest, actual);
        await rename(temporary, waiting(digest));
      } finally {
        await rm(temporary, { force: true });
      }
    },

    async gather(files) {
      // The name says whose it is, so that a sweep can tell when it was left behind.
      const folder = join(paths.blobs, `create.${process.pid}.${randomBytes(8).toString('hex')}.tmp`);
      const dispose = () => rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      try {
        for (const [name, text] of Object.entries(files)) {
          const found = await find(checked(text));
          if (found === undefined) throw notSent(name, text);
          await giveName(found, join(folder, safeName(name)));
        }
      } catch (error) {
        await dispose();
        throw error;
      }
      return { folder, [Symbol.asyncDispose]: dispose };
    },

    async forget(digests) {
      for (const digest of digests) await rm(waiting(checked(digest)), { force: true });
    },
  };
}

async function write(path: string, { bytes, signal }: Upload): Promise<Digest> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    signal.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
  return digestFromHex(hash.digest('hex'));
}

/** Ollama's clients write `sha256:…` and, in older ones, `sha256-…`. @throws AppError `request.invalid` */
function checked(text: string): Digest {
  const digest = text.replace(/^sha256-/, 'sha256:');
  if (isDigest(digest)) return digest;
  throw new AppError('request.invalid', `"${text.slice(0, 100)}" is not a digest.`, {
    hint: 'Write sha256: and 64 hexadecimal digits.',
    params: { digest: text.slice(0, 100) },
  });
}

function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex
  if (name === '' || basename(name) !== name || /^\.|[\\\u0000-\u001f]/.test(name) || Buffer.byteLength(name) > 200) {
    throw new AppError('request.invalid', `"${name.slice(0, 100)}" is not the name of a file.`, {
      hint: 'Give the bare names of the files, without folders.',
      params: { name: name.slice(0, 100) },
    });
  }
  return name;
}

async function giveName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') throw error;
    await symlink(from, to);
  }
}

async function refuseFullDisk(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed + spareBytes) return;
  throw new AppError(
    'store.disk_full',
    `The file needs ${formatSize(needed)}, but ${folder} has only ${formatSize(free)} left.`,
    {
      hint: 'Free some space, for example with: gantry rm MODEL',
      params: { path: folder, needed: formatSize(needed), free: formatSize(free) },
    },
  );
}

function mismatch(expected: Digest, actual: Digest): AppError {
  return new AppError('request.invalid', `The file is ${actual}, not ${expected} as announced.`, {
    hint: 'Send it again.',
    params: { expected, actual },
  });
}

function notSent(name: string, digest: string): AppError {
  return new AppError('source.not_found', `The file ${name} (${digest}) was not sent.`, {
    hint: `Send it first: POST /api/blobs/${digest}`,
    params: { name, digest },
  });
}
