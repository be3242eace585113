import { createKeyRequest, type ApiKeyBody, type TlsBody } from '#contract';
import type { ApiKey } from '#access';
import { AppError } from '#core';
import { parseJsonObject, readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { parseValue } from '../http/parse-value.ts';

type Deps = Pick<RouteDeps, 'access' | 'clock' | 'daemon'>;

/** `/gantry/keys` and `/gantry/tls`. */
export function createAccessRoutes({ access, clock, daemon }: Deps): RouteSet {
  const { keys, tls } = access;
  const bodyOf = (key: ApiKey): ApiKeyBody => toBody(key, clock.now());

  const create = async (exchange: Exchange): Promise<void> => {
    const parsed = parseValue(createKeyRequest, parseJsonObject(await readBody(exchange.request)));
    if (!parsed.success) {
      throw new AppError('request.invalid', 'The body must hold "name", "scopes" and perhaps "expiresInMs".', {
        hint: 'For example: {"name": "laptop", "scopes": ["infer"]}',
        params: { param: parsed.error.issues[0]?.path.join('.') ?? '', expected: '{"name", "scopes"}' },
      });
    }
    const { secret, key } = await keys.create(parsed.data);
    await access.keysChanged();
    exchange.response.setHeader('cache-control', 'no-store');
    sendJson(exchange, 201, { secret, key: bodyOf(key) });
  };
  const showTls = async (exchange: Exchange): Promise<void> => {
    const facts = tls.isEnabled() ? await tls.facts() : undefined;
    const body: TlsBody = {
      enabled: tls.isEnabled(),
      addresses: daemon.addresses().filter((address) => address.startsWith('https:')),
      authorityPath: facts?.authorityPath ?? null,
      names: [...(facts?.names ?? [])],
      validUntil: facts?.validUntil ?? null,
      fingerprint: facts?.fingerprint ?? null,
    };
    sendJson(exchange, 200, body);
  };
  const renew = async (exchange: Exchange): Promise<void> => {
    if (!tls.isEnabled()) {
      throw new AppError('request.invalid', 'TLS is off.', {
        hint: 'Turn it on with: gantry settings set server.tls.enabled true',
        params: { reason: 'tls_off' },
      });
    }
    await tls.renew();
    await showTls(exchange);
  };
  const routes: Readonly<Record<string, Handler>> = {
    'GET /gantry/keys': (exchange) => sendJson(exchange, 200, keys.list().map(bodyOf)),
    'POST /gantry/keys': create,
    'GET /gantry/tls': showTls,
    'POST /gantry/tls/renew': renew,
  };
  return {
    match(verb, path) {
      const route = `${verb} ${path}`;
      const [, name] = /^DELETE \/gantry\/keys\/([^/]+)$/.exec(route) ?? [];
      const handler = Object.hasOwn(routes, route) ? routes[route] : undefined;
      if (name === undefined) return handler;
      return async (exchange) => {
        await keys.remove(decodeURIComponent(name));
        await access.keysChanged();
        sendEmpty(exchange, 204);
      };
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function toBody({ name, scopes, createdAt, expiresAt, lastUsedAt }: ApiKey, nowMs: number): ApiKeyBody {
  const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    name,
    scopes: [...scopes],
    createdAt: iso(createdAt) ?? '',
    expiresAt: iso(expiresAt),
    lastUsedAt: iso(lastUsedAt),
    expired: expiresAt !== undefined && expiresAt <= nowMs,
  };
}
