import { relayRequest, type RelayBody } from '#contract';
import { AppError } from '#core';
import type { RelayStatus } from '#docker';
import { parseJsonObject, readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { parseValue } from '../http/parse-value.ts';

/** `/gantry/relay`: whether containers find models at `http://model-runner.docker.internal`, and on which networks. */
export function createRelayRoutes({ relay }: Pick<RouteDeps, 'relay'>): RouteSet {
  const show = async (exchange: Exchange): Promise<void> => {
    sendJson(exchange, 200, toBody(await relay.status({ signal: exchange.gone })));
  };
  const enable = async (exchange: Exchange): Promise<void> => {
    const parsed = parseValue(relayRequest, parseJsonObject(await readBody(exchange.request)));
    if (!parsed.success) {
      throw new AppError('request.invalid', '"networks" must be "all" or a list of names.', {
        hint: 'For example: {"networks": ["my-app_default"]}',
        params: { param: 'networks', expected: '"all" or ["NAME"]' },
      });
    }
    // Half a relay helps nobody: it is put in place even when the client leaves.
    sendJson(exchange, 200, toBody(await relay.enable(parsed.data.networks)));
  };
  const disable = async (exchange: Exchange): Promise<void> => {
    await relay.disable();
    sendEmpty(exchange, 204);
  };
  return {
    match(verb, path) {
      if (path !== '/gantry/relay') return undefined;
      if (verb === 'GET') return show;
      if (verb === 'PUT') return enable;
      return verb === 'DELETE' ? disable : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function toBody({ state, networks, joined, container }: RelayStatus): RelayBody {
  return {
    state,
    networks: networks === 'all' ? networks : [...networks],
    joined: [...joined],
    container: container ?? null,
    url: 'http://model-runner.docker.internal',
  };
}
