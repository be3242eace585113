/** The beginning of a request, as far as it has to be understood to pass it on: whose it is, and where it ends. */
export interface RequestHead {
  readonly method: string;
  /** Without query, still percent-encoded. */
  readonly path: string;
  readonly framing: Framing;
}

export type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** What follows is no HTTP any more, or may be none: a terminal, a build session. */
  | { readonly kind: 'raw' };

export const maxHeadBytes = 64 * 1024;

/** Reads a head without the empty line that ends it; undefined when nobody could say where the request ends. */
export function parseRequestHead(text: string): RequestHead | undefined {
  const [requestLine = '', ...lines] = text.split(/\r?\n/);
  const [, method, target] = /^([!-~]+) (\S+) HTTP\/\d\.\d$/.exec(requestLine) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers = readHeaders(lines);
  const path = pathOf(target);
  const framing = headers && framingOf(headers, { method, path });
  return framing && { method, path, framing };
}

type Headers = ReadonlyMap<string, readonly string[]>;

function readHeaders(lines: readonly string[]): Headers | undefined {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

function pathOf(target: string): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
  return path === '' ? '/' : path;
}

function framingOf(headers: Headers, { method, path }: { method: string; path: string }): Framing | undefined {
  // `PRI` begins HTTP/2.
  if (headers.has('upgrade') || method === 'CONNECT' || method === 'PRI' || takesOver(method, path)) {
    return { kind: 'raw' };
  }
  const encodings = headers.get('transfer-encoding');
  const lengths = headers.get('content-length');
  if (encodings) {
    const chunked = encodings.length === 1 && encodings[0]?.toLowerCase() === 'chunked';
    return chunked && !lengths ? { kind: 'chunked' } : undefined;
  }
  if (!lengths) return { kind: 'length', bytes: 0 };
  const [length = ''] = lengths;
  const bytes = /^\d{1,15}$/.test(length) && lengths.every((one) => one === length) ? Number(length) : undefined;
  return bytes === undefined ? undefined : { kind: 'length', bytes };
}

/** Old clients take the connection over for a container's streams without asking for an upgrade. */
function takesOver(method: string, path: string): boolean {
  return (
    method === 'POST' && /^(?:\/v[\d.]+)?\/(?:containers\/[^/]+\/attach|exec\/[^/]+\/start|session|grpc)$/.test(path)
  );
}
