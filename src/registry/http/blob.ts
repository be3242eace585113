import type { HttpClient, HttpRequest, HttpResponse, RemoteBlob } from '../types.ts';
import { invalidResponse } from './failures.ts';
import { statusError } from './status-error.ts';

export interface HttpBlobOptions {
  readonly http: HttpClient;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly label: string;
  readonly sizeBytes?: number | undefined;
  readonly acceptsRanges?: boolean | undefined;
  readonly tls?: HttpRequest['tls'];
  readonly proxy?: string | undefined;
}

/** The content behind a URL, read by ranges where the server takes them. */
export function httpBlob({
  http,
  url,
  headers,
  label,
  sizeBytes,
  acceptsRanges = true,
  tls,
  proxy,
}: HttpBlobOptions): RemoteBlob {
  return {
    label,
    sizeBytes,
    acceptsRanges,
    async open(range, { signal }) {
      const ranged = rangeHeader(range, sizeBytes);
      const response = await http.request(url, { signal, tls, proxy, headers: { ...headers, ...ranged } });
      return toRemoteBody(response, { label, range });
    },
  };
}

/** `range` for a request; none when the whole content is wanted, so that servers without ranges need not care. */
export function rangeHeader(
  { startByte, endByte }: { startByte: number; endByte?: number | undefined },
  sizeBytes: number | undefined,
): Record<string, string> {
  const whole = startByte === 0 && (endByte === undefined || endByte === sizeBytes);
  return whole ? {} : { range: `bytes=${startByte}-${endByte === undefined ? '' : endByte - 1}` };
}

/** Turns an answer to a ranged or plain GET into a body, or throws what its status means. */
export async function toRemoteBody(
  response: HttpResponse,
  { label, range }: { label: string; range: { startByte: number; endByte?: number | undefined } },
): Promise<RemoteBlobBody> {
  const { status, headers, body } = response;
  const etag = strongEtag(headers['etag']);
  if (status === 200) {
    return { startByte: 0, totalBytes: byteCount(headers['content-length']), chunks: body, etag, isWhole: true };
  }
  if (status === 206) {
    const part = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    if (part && Number(part[1]) === range.startByte) {
      return { startByte: range.startByte, totalBytes: byteCount(part[3]), chunks: body, etag };
    }
    await response.discard();
    throw invalidResponse(new URL(response.url).host, 'it is not the range that was asked for');
  }
  await response.discard();
  throw statusError(response, { label });
}

type RemoteBlobBody = Awaited<ReturnType<RemoteBlob['open']>>;

function byteCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

// A weak etag does not promise equal bytes.
function strongEtag(text: string | undefined): string | undefined {
  return text !== undefined && /^"[\x21\x23-\x7e]{1,256}"$/.test(text) ? text : undefined;
}
