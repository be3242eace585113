import { AppError } from '#core';
import type { Exchange } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { chat } from './chat.ts';
import { create } from './create.ts';
import { embed, embeddings } from './embed.ts';
import { generate } from './generate.ts';
import { sendOllamaError } from './lines.ts';
import { ps, tags, version } from './list.ts';
import { copy, hasBlob, remove, sendBlob } from './manage.ts';
import { show } from './show.ts';
import { pull, push } from './transfers.ts';

const routes: Readonly<Record<string, (exchange: Exchange, deps: RouteDeps) => Promise<void> | void>> = {
  'GET /api/version': version,
  'GET /api/tags': tags,
  'GET /api/ps': ps,
  'POST /api/show': show,
  'POST /api/chat': chat,
  'POST /api/generate': generate,
  'POST /api/embed': embed,
  'POST /api/embeddings': embeddings,
  'POST /api/pull': pull,
  'POST /api/push': push,
  'POST /api/copy': copy,
  'POST /api/create': create,
  'DELETE /api/delete': remove,
};

const blob = /^\/api\/blobs\/([^/]{1,200})$/;

/** Ollama's API (contract model-runner §2.10). All of `/api` is its own, so that its clients get errors they can read. */
export function createOllamaRoutes(deps: RouteDeps): RouteSet {
  return {
    match(verb, path) {
      if (!path.startsWith('/api/')) return undefined;
      const key = `${verb} ${path}`;
      const handler = Object.hasOwn(routes, key) ? routes[key] : undefined;
      if (handler) return (exchange) => handler(exchange, deps);
      return blobHandler(verb, path, deps) ?? unknown;
    },
    fail: sendOllamaError,
  };
}

function blobHandler(verb: string, path: string, deps: RouteDeps): Handler | undefined {
  const name = blob.exec(path)?.[1];
  if (name === undefined) return undefined;
  if (verb === 'POST') return (exchange) => sendBlob(exchange, decodeURIComponent(name), deps);
  // Only their presence is told; HEAD is matched as GET.
  if (verb !== 'GET') return undefined;
  return (exchange) =>
    exchange.request.method === 'HEAD' ? hasBlob(exchange, decodeURIComponent(name), deps) : unknown(exchange);
}

function unknown({ request }: Exchange): never {
  const [path = ''] = (request.url ?? '').split('?');
  const method = request.method ?? '';
  throw new AppError('request.not_found', `There is no ${method} ${path.slice(0, 200)}.`, {
    hint: 'See docs/compatibility.md for the routes.',
    params: { method, path: path.slice(0, 200) },
  });
}
