import { clearStorageRequest, type ClearablePart, type ClearedStorageBody, type StorageBody } from '#contract';
import { AppError } from '#core';
import { readBody } from '../http/body.ts';
import { checkJson } from '../http/check-json.ts';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { parseValue } from '../http/parse-value.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';

/** `GET /gantry/storage` and `POST /gantry/storage/clear`. */
export function createStorageUseRoutes({ storage }: Pick<RouteDeps, 'storage'>): RouteSet {
  return {
    match(verb, path) {
      if (!storage) return undefined;
      if (verb === 'GET' && path === '/gantry/storage') {
        return async (exchange) => {
          const body: StorageBody = { parts: [...(await storage.list())] };
          sendJson(exchange, 200, body);
        };
      }
      if (verb !== 'POST' || path !== '/gantry/storage/clear') return undefined;
      return async (exchange: Exchange) => {
        const parts: ClearedStorageBody['parts'] = [];
        for (const id of new Set(readParts(await readBody(exchange.request))))
          parts.push({ id, freedBytes: await storage.clear(id) });
        const body: ClearedStorageBody = { parts, freedBytes: parts.reduce((sum, one) => sum + one.freedBytes, 0) };
        sendJson(exchange, 200, body);
      };
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function readParts(body: Buffer): readonly ClearablePart[] {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    value = undefined;
  }
  checkJson(value);
  const parsed = parseValue(clearStorageRequest, value);
  if (parsed.success) return parsed.data.parts;
  throw new AppError('request.invalid', 'The body must name what is to be cleared.', {
    hint: 'For example: {"parts": ["logs", "requests"]}',
    params: { param: 'parts', expected: '{"parts": ["unfinished", "logs", "requests", "mcpCalls", "indexes"]}' },
  });
}
