import { AppError } from '#core';
import { readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import { createConfigurer, type ConfigureDeps } from './configure.ts';
import { readPatch } from './read-patch.ts';

/** `GET` and `POST /engines[/{backend}]/_configure` (contract model-runner §2.8). */
export function createConfigureRoutes(deps: ConfigureDeps): RouteSet {
  const configurer = createConfigurer(deps);

  async function configure(exchange: Exchange, backend: string | undefined): Promise<void> {
    const patch = readPatch(await readBody(exchange.request));
    exchange.notes.model = patch.model.slice(0, 200);
    try {
      await configurer.configure(patch, { backend });
    } catch (error) {
      throw asRequest(error);
    }
    sendEmpty(exchange, 202);
  }

  async function list(exchange: Exchange): Promise<void> {
    const reference = new URLSearchParams(exchange.query).get('model') ?? undefined;
    sendJson(exchange, 200, await configurer.list(reference === '' ? undefined : reference));
  }

  return {
    match(verb, path) {
      const [, backend, found] = /^\/engines\/(?:([^/]+)\/)?(_configure)$/.exec(path) ?? [];
      if (found === undefined) return undefined;
      if (verb === 'POST') {
        return (exchange) => configure(exchange, backend === undefined ? undefined : decodeURIComponent(backend));
      }
      return verb === 'GET' && backend === undefined ? list : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text', text: (failure) => textOf(failure) }),
  };
}

/** What these clients know word for word (golden configure-bad-json, configure-bad-flag); every other error says what to do, too. */
function textOf({ code, message, hint }: AppError): string {
  if (message.startsWith('The request body is not valid JSON')) return 'invalid request';
  const known = code === 'backend.not_found' || code === 'inference.busy' || hint === undefined;
  return known ? message : `${message} ${hint}`;
}

/** Settings that come with a request and cannot be are its fault, not the file's. */
function asRequest(thrown: unknown): unknown {
  if (!(thrown instanceof AppError && thrown.code === 'settings.invalid')) return thrown;
  const { message, hint, params } = thrown;
  const { detail, nearest } = params;
  if (typeof detail !== 'string') return new AppError('request.invalid', message, { hint, params, cause: thrown });
  return new AppError('request.invalid', detail, {
    hint: nearest === undefined ? undefined : `Did you mean ${nearest}?`,
    params,
    cause: thrown,
  });
}
