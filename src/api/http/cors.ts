import type { IncomingMessage, ServerResponse } from 'node:http';

const exposed = 'x-request-id, retry-after, x-gantry-queue-ms, x-gantry-ignored, mcp-session-id';

/**
 * Lets a page of an allowed origin read the answer. `Vary` always, so that no cache gives one page's answer to another; and no page takes it
 * for a picture, a script or a style of its own, which browsers load without asking.
 */
export function setCorsHeaders(response: ServerResponse, origin: string | undefined): void {
  response.setHeader('vary', 'Origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('x-content-type-options', 'nosniff');
  if (origin === undefined) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', exposed);
}

/** Answers OPTIONS, on every route alike. */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  { origin, anyOrigin }: { origin: string | undefined; anyOrigin: boolean },
): void {
  const methods = 'GET, HEAD, POST, DELETE, OPTIONS';
  if (origin === undefined) {
    response.writeHead(204, { allow: methods }).end();
    return;
  }
  const { headers } = request;
  response.setHeader('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  // With credentials `*` is no wildcard, and it never covers Authorization: the names asked for are repeated instead.
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-allow-methods', methods);
  if (!anyOrigin) response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-max-age', '600');
  if (headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
  response.writeHead(204).end();
}
