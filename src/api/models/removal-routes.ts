import type { RemovalBody } from '#contract';
import { AppError } from '#core';
import { sendError, sendJson } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { ApiOptions } from '../types.ts';

/** `GET /gantry/removal?model=NAME`: what removing it would do; nothing is removed. */
export function createRemovalRoutes({ models }: Pick<ApiOptions, 'models'>): RouteSet {
  return {
    match(verb, path) {
      if (verb !== 'GET' || path !== '/gantry/removal') return undefined;
      return async (exchange) => {
        const model = new URLSearchParams(exchange.query).get('model')?.trim() ?? '';
        if (model === '')
          throw new AppError('request.invalid', '"model" must name a model.', { params: { param: 'model' } });
        const { keptNames, sharedWith, freedBytes } = await models.removal(model);
        const body: RemovalBody = {
          kept_names: [...keptNames],
          shared_with: [...sharedWith],
          freed_bytes: freedBytes,
        };
        sendJson(exchange, 200, body);
      };
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}
