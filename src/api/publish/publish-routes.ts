import { sendError } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import type { ApiOptions } from '../types.ts';
import { exportModel, loadModel } from './archive.ts';
import { packageModel } from './package.ts';
import { pushModel } from './push.ts';
import { purgeModels, repackageModel } from './variants.ts';

/** Making models and giving them away (contract model-runner §2.5), and packaging, which docker/model-runner leaves to its CLI. */
export function createPublishRoutes(deps: ApiOptions): RouteSet {
  const exact: Readonly<Record<string, Handler>> = {
    'POST /models/load': (exchange) => loadModel(exchange, deps),
    'DELETE /models/purge': (exchange) => purgeModels(exchange, deps),
    'POST /gantry/package': (exchange) => packageModel(exchange, deps),
  };
  const actions: Readonly<Record<string, (name: string) => Handler>> = {
    'GET export': (name) => (exchange) => exportModel(exchange, name, deps),
    'POST push': (name) => (exchange) => pushModel(exchange, name, deps),
    'POST repackage': (name) => (exchange) => repackageModel(exchange, name, deps),
  };
  return {
    match(verb, path) {
      const key = `${verb} ${path}`;
      if (Object.hasOwn(exact, key)) return exact[key];
      const [, name, action = ''] = /^\/models\/(.+)\/([a-z]+)$/.exec(path) ?? [];
      const actionKey = `${verb} ${action}`;
      if (name === undefined || !Object.hasOwn(actions, actionKey)) return undefined;
      return actions[actionKey]?.(decodeURIComponent(name));
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}
