import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError, digestFromHex, isDigest, type Digest } from '#core';
import { invalidResponse } from '../http/failures.ts';
import { statusError } from '../http/status-error.ts';
import type { Descriptor, HttpResponse, RegistryReference, RequestOptions } from '../types.ts';
import type { Endpoint } from './endpoint.ts';
import type { RegistryCall, SendToRegistry } from './session.ts';

interface PushTarget extends RequestOptions {
  readonly endpoint: Endpoint;
  readonly reference: RegistryReference;
}

const readBytes = 1 << 20;

/** Uploads one file in a single stream, unless the registry has its content already (OCI distribution spec 1.1, "Pushing blobs"). */
export async function pushBlob(
  send: SendToRegistry,
  target: PushTarget & { descriptor: Descriptor; path: string },
): Promise<void> {
  const { descriptor, path } = target;
  const call = callFor(target);
  const label = `${target.reference.registry}/${target.reference.repository}@${descriptor.digest}`;
  const known = await send(call, { method: 'HEAD', path: `blobs/${descriptor.digest}` });
  await known.discard();
  if (known.status === 200) return;
  if (known.status !== 404) throw statusError(known, { label });
  await checkSize(path, descriptor);

  const started = await send(call, { method: 'POST', path: 'blobs/uploads/', headers: { 'content-length': '0' } });
  await started.discard();
  if (started.status !== 202 && started.status !== 201) throw statusError(started, { label });
  const location = uploadLocation(started, target.endpoint);
  location.searchParams.set('digest', descriptor.digest);
  const finished = await send(call, {
    method: 'PUT',
    path: location.href,
    ledFrom: started.scope,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(descriptor.size) },
    body: () => createReadStream(path, { highWaterMark: readBytes }),
  });
  await finished.discard();
  if (finished.status !== 201) throw statusError(finished, { label });
}

export async function pushManifest(
  send: SendToRegistry,
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

function callFor({ endpoint, reference, signal, bearerToken }: PushTarget): RegistryCall {
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

function uploadLocation(started: HttpResponse, endpoint: Endpoint): URL {
  const text = started.headers['location'];
  if (text === undefined || !URL.canParse(text, started.url)) {
    throw invalidResponse(endpoint.registry, 'it does not say where to upload to');
  }
  const location = new URL(text, started.url);
  const base = new URL(endpoint.baseUrl);
  // Registries behind a TLS proxy often give their own address as plain http.
  if (base.protocol === 'https:' && location.protocol === 'http:') {
    if (location.hostname !== base.hostname)
      throw invalidResponse(endpoint.registry, 'it wants the upload without encryption');
    location.protocol = 'https:';
    location.port = base.port;
  }
  return location;
}
