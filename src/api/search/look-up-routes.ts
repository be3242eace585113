import type { CardBody, VariantsBody } from '#contract';
import { AppError } from '#core';
import type { ModelLookUp } from '#models';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';

/** `GET /gantry/variants` and `GET /gantry/card`. A daemon that looks nothing up has no such routes. */
export function createLookUpRoutes({ lookUp }: { lookUp?: ModelLookUp | undefined }): RouteSet {
  return {
    match(verb, path) {
      if (verb !== 'GET' || !lookUp) return undefined;
      if (path === '/gantry/variants') return (exchange) => sendVariants(exchange, lookUp);
      if (path === '/gantry/card') return (exchange) => sendCard(exchange, lookUp);
      return undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

async function sendVariants(exchange: Exchange, lookUp: ModelLookUp): Promise<void> {
  const { variants, isCut } = await lookUp.variants(modelOf(exchange), { signal: exchange.gone });
  const body: VariantsBody = {
    variants: variants.map(({ name, quantization, parameters, sizeBytes, id, problem }) => ({
      name,
      quantization,
      parameters,
      size_bytes: sizeBytes,
      id,
      problem: problem?.message,
    })),
    is_cut: isCut,
  };
  sendJson(exchange, 200, body);
}

async function sendCard(exchange: Exchange, lookUp: ModelLookUp): Promise<void> {
  const { text, origin } = await lookUp.card(modelOf(exchange), { signal: exchange.gone });
  const body: CardBody = { text, origin };
  sendJson(exchange, 200, body);
}

function modelOf({ query }: Exchange): string {
  const model = new URLSearchParams(query).get('model')?.trim() ?? '';
  if (model !== '') return model;
  throw new AppError('request.invalid', '"model" must name a model.', { params: { param: 'model' } });
}
