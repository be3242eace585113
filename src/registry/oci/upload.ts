import { createReadStream } from 'node:fs';
import { AppError, delay, type Clock } from '#core';
import { invalidResponse } from '../http/failures.ts';
import { statusError } from '../http/status-error.ts';
import { isTransient } from '../transfer/retry.ts';
import type { AddressScope, BlobUpload, Descriptor, HttpResponse } from '../types.ts';
import type { Endpoint } from './endpoint.ts';
import type { RegistryCall, SendToRegistry } from './session.ts';

export interface UploadTarget extends Pick<BlobUpload, 'descriptor' | 'path' | 'onProgress'> {
  readonly send: SendToRegistry;
  readonly call: RegistryCall;
  readonly endpoint: Endpoint;
  /** For messages. */
  readonly label: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A place that the registry opened for a blob. */
export interface UploadSession {
  readonly location: URL;
  readonly scope: AddressScope | undefined;
  /** Bytes it has taken. */
  readonly offset: number;
}

const readBytes = 1 << 20;
/** Failures in a row that brought no byte. */
const attempts = 5;
const firstPauseMs = 200;

type UploadStart = Pick<UploadTarget, 'send' | 'call' | 'endpoint' | 'label'> & {
  readonly descriptor: Pick<Descriptor, 'digest' | 'size'>;
};

/** Opens an upload, or has the registry take the blob from one of its other repositories. */
export async function startUpload(target: UploadStart, mountFrom?: string): Promise<UploadSession | 'mounted'> {
  const { send, call, descriptor, label } = target;
  const query = new URLSearchParams(mountFrom === undefined ? {} : { mount: descriptor.digest, from: mountFrom });
  const path = query.size === 0 ? 'blobs/uploads/' : `blobs/uploads/?${query.toString()}`;
  const started = await send(call, { method: 'POST', path, headers: { 'content-length': '0' } });
  await started.discard();
  if (started.status === 201 && mountFrom !== undefined) return 'mounted';
  if (started.status !== 202 && started.status !== 201) throw statusError(started, { label });
  return { location: uploadLocation(started, target.endpoint), scope: started.scope, offset: 0 };
}

/** Sends a file in one stream; one that breaks off is continued where the registry says it stopped. @throws AppError `source.*` */
export async function sendBlob(target: UploadTarget, started: UploadSession): Promise<void> {
  let session = started;
  for (let failures = 0; ;) {
    try {
      if (session.offset < target.descriptor.size) session = await sendRest(target, session);
      return await finish(target, session);
    } catch (error) {
      if (!(error instanceof AppError) || !isTransient(error) || target.signal.aborted) throw error;
      failures += 1;
      if (failures >= attempts) throw error;
      await delay(firstPauseMs * 2 ** (failures - 1), { clock: target.clock, signal: target.signal });
      const resumed = await resume(target, session);
      if (resumed === 'complete') return;
      if (resumed.offset > session.offset) failures = 0;
      session = resumed;
    }
  }
}

/** Sends a small blob in the request that ends its upload. */
export async function putBytes(
  { send, call, label, descriptor, bytes }: UploadStart & { readonly bytes: Uint8Array },
  { location, scope }: UploadSession,
): Promise<void> {
  const url = new URL(location);
  url.searchParams.set('digest', descriptor.digest);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(bytes.byteLength) };
  const answer = await send(call, { method: 'PUT', path: url.href, ledFrom: scope, headers, body: () => bytes });
  await answer.discard();
  if (answer.status !== 201) throw statusError(answer, { label });
}

async function sendRest(target: UploadTarget, { location, scope, offset }: UploadSession): Promise<UploadSession> {
  const { send, call, descriptor, path, label, onProgress, endpoint } = target;
  const answer = await send(call, {
    method: 'PATCH',
    path: location.href,
    ledFrom: scope,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(descriptor.size - offset),
      // A first stream goes without, as other clients send it: some registries take ranges of a few megabytes only.
      ...(offset > 0 && { 'content-range': `${offset}-${descriptor.size - 1}` }),
    },
    body: () => counted(createReadStream(path, { start: offset, highWaterMark: readBytes }), { offset, onProgress }),
  });
  await answer.discard();
  if (answer.status !== 202) throw statusError(answer, { label });
  const next = answer.headers['location'] === undefined ? location : uploadLocation(answer, endpoint);
  return { location: next, scope: answer.scope, offset: descriptor.size };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  { offset, onProgress }: { offset: number; onProgress: BlobUpload['onProgress'] },
): AsyncGenerator<Uint8Array, void, void> {
  let sent = offset;
  for await (const chunk of chunks) {
    yield chunk;
    sent += chunk.byteLength;
    onProgress?.(sent);
  }
}

async function finish(
  { send, call, descriptor, label, onProgress }: UploadTarget,
  { location, scope }: UploadSession,
): Promise<void> {
  const url = new URL(location);
  url.searchParams.set('digest', descriptor.digest);
  const headers = { 'content-length': '0' };
  const finished = await send(call, { method: 'PUT', path: url.href, ledFrom: scope, headers });
  await finished.discard();
  if (finished.status !== 201) throw statusError(finished, { label });
  onProgress?.(descriptor.size);
}

/** Asks where an upload stands; a registry that has forgotten it gets a new one, unless it has the blob by now. */
async function resume(target: UploadTarget, session: UploadSession): Promise<UploadSession | 'complete'> {
  const { send, call, endpoint, descriptor } = target;
  const stands = await send(call, { method: 'GET', path: session.location.href, ledFrom: session.scope });
  await stands.discard();
  const offset = stands.status === 204 ? takenBytes(stands.headers['range']) : undefined;
  if (offset !== undefined && offset <= descriptor.size) {
    const moved = stands.headers['location'] === undefined ? session.location : uploadLocation(stands, endpoint);
    return { location: moved, scope: stands.scope, offset };
  }
  const known = await send(call, { method: 'HEAD', path: `blobs/${descriptor.digest}` });
  await known.discard();
  if (known.status === 200) return 'complete';
  const anew = await startUpload(target);
  return anew === 'mounted' ? 'complete' : anew;
}

/** `0-99` is a hundred bytes; `0-0` is what registries say for none. */
function takenBytes(range: string | undefined): number | undefined {
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '') ?? [];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
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
