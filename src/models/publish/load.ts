import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { AppError, digestFromHex, type Digest } from '#core';
import { temporaryBlob } from '../import/local-file.ts';
import { checkSupported, parseManifest } from '../manifest/parse-manifest.ts';
import { verifyGgufLayers } from '../pull/verify.ts';
import { unreferenced } from '../store/edit-index.ts';
import { missingLayers, sizeOf, type Store } from '../store/store.ts';
import { invalidTar } from '../tar/invalid-tar.ts';
import { readTar, type TarEntry } from '../tar/read-tar.ts';
import type { Model } from '../types.ts';

const largestManifestBytes = 4 * 1024 * 1024;
const largestConfigBytes = 8 * 1024 * 1024;
const contentName = /^(?:blobs|manifests)\/([a-z0-9+._-]+)\/([0-9a-zA-Z]+)$/;

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly tag: string | undefined;
}

/** Takes in an OCI tar (contract model-runner §4.6). What does not belong to the model, or comes before a failure, is deleted again. */
export async function loadModel(
  store: Store,
  tar: AsyncIterable<Uint8Array>,
  { signal, tag }: LoadOptions,
): Promise<Model> {
  const added: Digest[] = [];
  try {
    const manifest = await takeInTar(store, { tar, added }, signal);
    return await publishLoaded(store, manifest, tag);
  } catch (error) {
    if (signal.aborted) throw new AppError('request.aborted', 'The load was cancelled.', { cause: error });
    throw error;
  } finally {
    await dropUnneeded(store, added);
  }
}

async function takeInTar(
  store: Store,
  { tar, added }: { tar: AsyncIterable<Uint8Array>; added: Digest[] },
  signal: AbortSignal,
): Promise<Uint8Array> {
  let manifest: Uint8Array | undefined;
  for await (const entry of readTar(tar)) {
    signal.throwIfAborted();
    const name = entry.name.replace(/^\.\//, '');
    if (name.split('/').includes('..') || name.startsWith('/')) {
      throw invalidTar(`it names ${JSON.stringify(name.slice(0, 100))}, which leaves its folder`);
    }
    if (entry.kind !== 'file') continue;
    const [, algorithm, hex = ''] = contentName.exec(name) ?? [];
    if (name === 'manifest.json') {
      if (manifest) throw invalidTar('it has two manifests');
      manifest = await readSmall(entry, largestManifestBytes);
    } else if (algorithm !== undefined) {
      if (algorithm !== 'sha256' || !/^[0-9a-f]{64}$/.test(hex)) {
        throw invalidTar(`${JSON.stringify(name.slice(0, 100))} is not named by a sha256 digest`);
      }
      if (await takeInBlob(store, { entry, digest: digestFromHex(hex) }, signal)) added.push(digestFromHex(hex));
    }
  }
  if (!manifest) throw invalidTar('it has no manifest.json');
  return manifest;
}

/** Whether the blob is new. The content is checked in either case. */
async function takeInBlob(
  { paths }: Store,
  { entry, digest }: { entry: TarEntry; digest: Digest },
  signal: AbortSignal,
): Promise<boolean> {
  const isPresent = (await sizeOf(paths.blob(digest))) === entry.sizeBytes;
  const temporary = temporaryBlob({ paths }, 'load');
  const hash = createHash('sha256');
  const file = isPresent ? undefined : await open(temporary, 'wx', 0o644);
  try {
    for await (const chunk of entry.content) {
      signal.throwIfAborted();
      const writing = file?.writeFile(chunk);
      hash.update(chunk);
      await writing;
    }
    const actual = digestFromHex(hash.digest('hex'));
    if (actual !== digest) throw invalidTar(`the content of ${digest} is ${actual}`);
    await file?.datasync();
    await file?.close();
    if (file) await rename(temporary, paths.blob(digest));
    return !isPresent;
  } finally {
    await file?.close().catch(() => undefined);
    if (file) await rm(temporary, { force: true });
  }
}

async function readSmall({ name, sizeBytes, content }: TarEntry, limitBytes: number): Promise<Uint8Array> {
  if (sizeBytes > limitBytes) throw invalidTar(`${name} has ${sizeBytes} bytes`);
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

async function publishLoaded(store: Store, bytes: Uint8Array, tag: string | undefined): Promise<Model> {
  const manifest = parseManifest(bytes);
  if (!manifest) throw invalidTar('its manifest.json is not a manifest');
  checkSupported('The archive', manifest);
  const { digest, size } = manifest.config;
  const found = await sizeOf(store.paths.blob(digest));
  if (found !== size || size > largestConfigBytes) throw invalidTar(`its config ${digest} is missing`);
  refuseMissing(await missingLayers(store.paths, manifest.layers));
  await verifyGgufLayers(store, manifest);
  const published = await store.publish({ manifest: bytes, config: await readFile(store.paths.blob(digest)), tag });
  if ('model' in published) return published.model;
  refuseMissing(published.missing);
  throw new AppError('internal', 'The model was not stored, and nothing of it is missing.');
}

function refuseMissing([first]: readonly Digest[]): void {
  if (first !== undefined) throw invalidTar(`the file ${first} that its manifest names is missing`);
}

async function dropUnneeded(store: Store, added: readonly Digest[]): Promise<void> {
  if (added.length === 0) return;
  await store.locked(async (index) => {
    for (const digest of unreferenced(added, index)) await rm(store.paths.blob(digest), { force: true });
  });
}
