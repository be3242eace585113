import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { AppError, digestFromHex, isDigest, type Clock, type Digest } from '#core';
import { statusError } from '../http/status-error.ts';
import type { BlobUpload, Descriptor, RegistryReference, RequestOptions } from '../types.ts';
import type { Endpoint } from './endpoint.ts';
import type { RegistryCall, SendToRegistry } from './session.ts';
import { sendBlob, startUpload, type UploadTarget } from './upload.ts';

interface PushTarget extends RequestOptions {
  readonly endpoint: Endpoint;
  readonly reference: RegistryReference;
}

export interface PushDeps {
  readonly send: SendToRegistry;
  readonly clock: Clock;
}

/**
 * Gives a registry a file: nothing is sent when it has the content already, or can take it from another repository of its own
 * (OCI distribution spec 1.1, "Pushing blobs").
 */
export async function pushBlob({ send, clock }: PushDeps, target: PushTarget & BlobUpload): Promise<void> {
  const { descriptor, path, reference, endpoint, signal, mountFrom, onProgress } = target;
  const call = callFor(target);
  const label = `${reference.registry}/${reference.repository}@${descriptor.digest}`;
  const known = await send(call, { method: 'HEAD', path: `blobs/${descriptor.digest}` });
  await known.discard();
  if (known.status === 200) return onProgress?.(descriptor.size);
  if (known.status !== 404) throw statusError(known, { label });
  await checkSize(path, descriptor);

  const upload: UploadTarget = { send, call, endpoint, label, clock, signal, descriptor, path, onProgress };
  const started = await startUpload(upload, mountFrom);
  if (started === 'mounted') return onProgress?.(descriptor.size);
  await sendBlob(upload, started);
}

export async function pushManifest(
  { send }: PushDeps,
  target: PushTarget & { bytes: Uint8Array; mediaType: string },
): Promise<Digest> {
  const { bytes, mediaType, reference } = target;
  const digest = digestFromHex(createHash('sha256').update(bytes).digest('hex'));
  const name = reference.tag ?? digest;
  const label = `${reference.registry}/${reference.repository}:${name}`;
  const headers = { 'content-type': mediaType, 'content-length': String(bytes.byteLength) };
  const answer = await send(callFor(target), { method: 'PUT', path: `manifests/${name}`, headers, body: () => bytes });
  await answer.discard();
  if (answer.status !== 201) throw statusError(answer, { label });
  const stated = answer.headers['docker-content-digest'];
  if (stated !== undefined && isDigest(stated) && stated !== digest) {
    throw new AppError('source.digest_mismatch', `${label} was stored as ${stated} instead of ${digest}.`, {
      params: { label, expected: digest, actual: stated },
    });
  }
  return digest;
}

export function callFor({ endpoint, reference, signal, bearerToken }: PushTarget): RegistryCall {
  return { endpoint, repository: reference.repository, actions: 'pull,push', signal, bearerToken };
}

async function checkSize(path: string, { size, digest }: Descriptor): Promise<void> {
  const actual = (await stat(path)).size;
  if (actual === size) return;
  throw new AppError('store.corrupt', `The stored file of ${digest} has ${actual} bytes instead of ${size}.`, {
    hint: 'Remove the model and pull it again.',
    params: { digest, actual, size },
  });
}
