import { randomBytes } from 'node:crypto';
import { fileHeaders, pageHeaders } from '#dashboard';
import { AppError } from '#core';
import { sendError, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';

/** `GET /dashboard/…`: the web page. Its paths are those of its own pages, so all that is no file is the page. */
export function createDashboardRoutes({ dashboard }: Pick<RouteDeps, 'dashboard'>): RouteSet {
  const page = async ({ response }: Exchange): Promise<void> => {
    if (!dashboard) throw notFound();
    const nonce = randomBytes(18).toString('base64');
    const body = Buffer.from(await dashboard.page(nonce));
    response.writeHead(200, { ...pageHeaders(nonce), 'content-length': body.length }).end(body);
  };
  const file = async ({ request, response }: Exchange, name: string): Promise<void> => {
    const accepted = request.headers['accept-encoding'];
    const found = await dashboard?.file(name, typeof accepted === 'string' ? accepted : '');
    if (!found) throw notFound();
    const { bytes, type, encoding, varies } = found;
    const etag = `"${name}${encoding ? `-${encoding}` : ''}"`;
    if (varies) response.setHeader('vary', 'Accept-Encoding');
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { ...fileHeaders(type), etag }).end();
      return;
    }
    response
      .writeHead(200, {
        ...fileHeaders(type),
        etag,
        'content-length': bytes.length,
        ...(encoding && { 'content-encoding': encoding }),
      })
      .end(bytes);
  };
  const redirect = ({ response }: Exchange): void => {
    response.writeHead(308, { location: '/dashboard/', 'content-length': 0 }).end();
  };
  return {
    match(verb, path) {
      if (verb !== 'GET') return undefined;
      if (path === '/dashboard') return redirect;
      const name = /^\/dashboard\/assets\/([\w.-]+)$/.exec(path)?.[1];
      if (name !== undefined) return (exchange) => file(exchange, name);
      return path.startsWith('/dashboard/') ? page : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function notFound(): AppError {
  return new AppError('request.not_found', 'The dashboard has no such file.', {
    hint: 'Load the page again.',
    params: { reason: 'dashboard' },
  });
}
