import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { AppError, delay, digestHex, toAppError } from '#core';
import { invalidResponse } from '../http/failures.ts';
import { statusError } from '../http/status-error.ts';
import { isTransient } from '../transfer/retry.ts';
import type { HttpRequest, HttpResponse, HuggingFaceUpload } from '../types.ts';
import { branch, post, type HubAccess } from './hub-access.ts';

const lfsType = 'application/vnd.git-lfs+json';
const maxAnswerBytes = 16 * 1024 * 1024;
const objectsPerBatch = 100;
const readBytes = 1 << 20;
const attempts = 5;
const firstPauseMs = 200;

const action = z.object({ href: z.string(), header: z.record(z.string(), z.string()).optional() });
const batchAnswer = z.object({
  objects: z.array(
    z.object({
      oid: z.string(),
      actions: z.object({ upload: action.optional(), verify: action.optional() }).optional(),
      error: z.object({ code: z.number().optional(), message: z.string() }).optional(),
    }),
  ),
});

type Action = z.output<typeof action>;

export interface LfsFiles {
  readonly files: readonly HuggingFaceUpload[];
  /** Bytes of one file that the Hub has. */
  readonly onProgress?: ((file: HuggingFaceUpload, sentBytes: number) => void) | undefined;
}

interface Upload {
  readonly upload: HuggingFaceUpload;
  readonly scope: HttpResponse['scope'];
  readonly onSent: (bytes: number) => void;
}

/** Sends files by git LFS (batch API, transfers `basic` and the Hub's `multipart`); those the Hub has are left out. */
export async function uploadObjects(access: HubAccess, { files, onProgress }: LfsFiles): Promise<void> {
  for (let at = 0; at < files.length; at += objectsPerBatch) {
    const batch = files.slice(at, at + objectsPerBatch);
    const answer = await post(access, {
      url: `${access.endpoint.base}/${access.repository}.git/info/lfs/objects/batch`,
      contentType: lfsType,
      body: JSON.stringify({
        operation: 'upload',
        transfers: ['basic', 'multipart'],
        hash_algo: 'sha256',
        ref: { name: `refs/heads/${branch}` },
        objects: batch.map(({ digest, sizeBytes }) => ({ oid: digestHex(digest), size: sizeBytes })),
      }),
    });
    const parsed = batchAnswer.safeParse(await answer.json(maxAnswerBytes));
    if (!parsed.success) throw invalidResponse(access.endpoint.host, 'it does not say where to upload to');
    for (const upload of batch) {
      const object = parsed.data.objects.find(({ oid }) => oid === digestHex(upload.digest));
      if (!object || object.error)
        throw refused(access, { path: upload.path, reason: object?.error?.message ?? 'it does not say why' });
      const onSent = (bytes: number): void => onProgress?.(upload, bytes);
      const { upload: put, verify } = object.actions ?? {};
      if (put) await sendObject(access, put, { upload, scope: answer.scope, onSent });
      if (verify) await confirm(access, verify, { upload, scope: answer.scope, onSent });
      onSent(upload.sizeBytes);
    }
  }
}

async function sendObject(access: HubAccess, { href, header = {} }: Action, one: Upload): Promise<void> {
  const { upload, onSent } = one;
  const chunkBytes = Number(header['chunk_size']);
  if (header['chunk_size'] === undefined) {
    await sendPart(access, { url: href, headers: header, start: 0, end: upload.sizeBytes }, one);
    return;
  }
  const urls = partUrls(header);
  if (!Number.isSafeInteger(chunkBytes) || chunkBytes < 1 || urls.length !== Math.ceil(upload.sizeBytes / chunkBytes))
    throw invalidResponse(access.endpoint.host, `it cuts ${upload.path} into parts that do not fit`);
  const parts: { partNumber: number; etag: string }[] = [];
  for (const [index, url] of urls.entries()) {
    const start = index * chunkBytes;
    const end = Math.min(start + chunkBytes, upload.sizeBytes);
    const { headers } = await sendPart(access, { url, headers: {}, start, end }, one);
    const etag = headers['etag'];
    if (etag === undefined) throw invalidResponse(new URL(url).host, 'it does not confirm a part');
    parts.push({ partNumber: index + 1, etag });
    onSent(end);
  }
  await confirm(access, { href }, { ...one, body: { oid: digestHex(upload.digest), parts } });
}

/** Addresses of the parts: headers whose names are numbers, in their order. */
function partUrls(header: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(header)
    .filter(([name]) => /^\d+$/.test(name))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, url]) => url);
}

/** Storage is somebody else's: the login stays away, the action's own headers count. Tried again when the way breaks. */
async function sendPart(
  { http, clock, signal }: HubAccess,
  { url, headers, start, end }: { url: string; headers: Readonly<Record<string, string>>; start: number; end: number },
  { upload, scope, onSent }: Upload,
): Promise<HttpResponse> {
  const label = URL.canParse(url) ? new URL(url).host : 'its storage';
  async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
    let sent = start;
    const chunks: AsyncIterable<Uint8Array> = createReadStream(upload.file, {
      start,
      end: end - 1,
      highWaterMark: readBytes,
    });
    for await (const chunk of chunks) {
      yield chunk;
      sent += chunk.byteLength;
      onSent(sent);
    }
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      const body: HttpRequest['body'] = end > start ? bytes() : '';
      const response = await http.request(url, {
        signal,
        method: 'PUT',
        ledFrom: scope,
        headers: { ...headers, 'content-length': String(end - start) },
        body,
      });
      await response.discard();
      if (response.status >= 200 && response.status < 300) return response;
      throw statusError(response, { label: `${label} (${upload.path})` });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (signal.aborted || attempt === attempts || !isTransient(error)) throw error;
      await delay(firstPauseMs * 2 ** (attempt - 1), { clock, signal });
    }
  }
}

/** Tells the Hub that all is there: the last step of an upload in parts, and LFS's `verify`. */
async function confirm(
  { http, endpoint, headers, signal }: HubAccess,
  { href, header }: Action,
  { upload, scope, body }: Upload & { body?: unknown },
): Promise<void> {
  const isOwn = URL.canParse(href) && new URL(href).origin === new URL(endpoint.base).origin;
  const response = await http.request(href, {
    signal,
    method: 'POST',
    ledFrom: scope,
    headers: { accept: lfsType, 'content-type': lfsType, ...(isOwn && headers), ...header },
    body: JSON.stringify(body ?? { oid: digestHex(upload.digest), size: upload.sizeBytes }),
  });
  await response.discard();
  if (response.status < 200 || response.status >= 300)
    throw statusError(response, { label: `${endpoint.host} (${upload.path})` });
}

function refused({ endpoint }: HubAccess, { path, reason }: { path: string; reason: string }): AppError {
  const shown = reason.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
  return new AppError('source.invalid_response', `${endpoint.host} does not take ${path}: ${shown}.`, {
    params: { reason: 'not_taken', host: endpoint.host, path, detail: shown },
  });
}
