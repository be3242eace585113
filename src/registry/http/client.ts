import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { version, type Clock, type Env } from '#core';
import type { AddressScope, HttpClient, HttpRequest, HttpResponse } from '../types.ts';
import { addressScope, isLoopbackHost } from './address-scope.ts';
import { createAgents, type Agents } from './agents.ts';
import { parseJson, readAll, watchedBody } from './body.ts';
import { aborted, connectionError, invalidResponse, isBrokenConnection, stalled } from './failures.ts';
import { defaultHttpLimits, type HttpLimits } from './limits.ts';
import { parseProxy, proxyFor, proxySettings, type DockerProxies } from './proxy.ts';
import { maxRedirects, nextHop, type Hop } from './redirects.ts';
import { proxyAuthorization } from './tunnel.ts';

export interface HttpClientOptions {
  readonly env: Env;
  readonly clock: Clock;
  readonly limits?: Partial<HttpLimits> | undefined;
  /** `proxies.default` of the Docker CLI's configuration, used when the environment names no proxy. */
  readonly dockerProxies?: DockerProxies | undefined;
  /** Name resolution; the system's by default. */
  readonly lookup?: LookupFunction | undefined;
  /** Where an address lies; by the standard ranges by default. */
  readonly scopeOf?: ((address: string) => AddressScope) | undefined;
}

/** A client that owns its connections. `close` breaks what is under way. */
export interface ClosableHttpClient extends HttpClient, AsyncDisposable {
  close(): Promise<void>;
}

export function createHttpClient(options: HttpClientOptions): ClosableHttpClient {
  const limits = { ...defaultHttpLimits, ...options.limits };
  const { env, clock, lookup, scopeOf } = options;
  const exchange: Exchange = {
    clock,
    limits,
    agents: createAgents({ env, clock, connectMs: limits.connectMs, lookup, scopeOf }),
    proxyFor: (url) => proxyFor(url, proxySettings(env, options.dockerProxies)),
    scopeOf: scopeOf ?? addressScope,
  };
  const close = (): Promise<void> => exchange.agents.close();
  return {
    request: (url, request) => followRedirects(exchange, url, request),
    close,
    [Symbol.asyncDispose]: close,
  };
}

// A short rest is read so that the connection can be used again; nobody waits long for that.
const discardMs = 2000;

interface Exchange {
  readonly clock: Clock;
  readonly limits: HttpLimits;
  readonly agents: Agents;
  readonly proxyFor: (url: URL) => URL | undefined;
  readonly scopeOf: (address: string) => AddressScope;
}

async function followRedirects(exchange: Exchange, address: string, request: HttpRequest): Promise<HttpResponse> {
  let hop = firstHop(address, request);
  let ledFrom = request.ledFrom;
  for (let redirects = 0; ; redirects += 1) {
    const response = await sendAgainIfBroken(exchange, { hop, request, ledFrom });
    const next = request.manualRedirect ? undefined : nextHop(hop, response.status, response.headers['location']);
    if (next === undefined) return response;
    await response.discard();
    if (next.follow === undefined) throw invalidResponse(hop.url.host, next.refused);
    if (redirects === maxRedirects) throw invalidResponse(hop.url.host, `it redirects more than ${maxRedirects} times`);
    ledFrom = response.scope;
    hop = next.follow;
  }
}

function firstHop(address: string, request: HttpRequest): Hop {
  if (!URL.canParse(address)) throw invalidResponse(address.slice(0, 100), 'its address is not a URL');
  const url = new URL(address);
  const headers: Record<string, string> = {
    'user-agent': `gantry/${version}`,
    accept: '*/*',
    'accept-encoding': 'identity',
  };
  if (url.username !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  return { url, method: request.method ?? 'GET', headers, body: request.body };
}

interface Sending {
  readonly hop: Hop;
  readonly request: HttpRequest;
  readonly ledFrom: AddressScope | undefined;
}

async function sendAgainIfBroken(exchange: Exchange, sending: Sending): Promise<HttpResponse> {
  const { hop } = sending;
  try {
    return await send(exchange, sending);
  } catch (error) {
    const repeatable = (hop.method === 'GET' || hop.method === 'HEAD') && hop.body === undefined;
    if (!repeatable || !isBrokenConnection(error instanceof Error ? error.cause : error)) throw error;
    return send(exchange, sending);
  }
}

async function send(exchange: Exchange, { hop, request, ledFrom }: Sending): Promise<HttpResponse> {
  const { clock, limits } = exchange;
  const { url } = hop;
  if (request.signal.aborted) throw aborted(request.signal);
  const proxy = request.proxy === undefined ? exchange.proxyFor(url) : parseProxy(request.proxy);
  const agent = exchange.agents.agentFor({ proxy, ledFrom, tls: request.tls });
  const cutoff = new AbortController();
  const timer = headerTimer(clock, limits.headerMs, () => cutoff.abort(stalled(url.host, limits.headerMs)));
  try {
    const answer = await agent.request({
      ...target(url, proxy),
      method: hop.method as Dispatcher.HttpMethod,
      headers: plainProxy(url, proxy) ? { host: url.host, ...hop.headers, ...proxyAuthorization(proxy) } : hop.headers,
      body: outgoing(hop.body, timer),
      signal: AbortSignal.any([request.signal, cutoff.signal]),
    });
    return respond(answer, { exchange, url, signal: request.signal, throughProxy: proxy !== undefined });
  } catch (error) {
    if (request.signal.aborted) throw aborted(request.signal);
    throw connectionError(url.host, error);
  } finally {
    timer.stop();
  }
}

function plainProxy(url: URL, proxy: URL | undefined): proxy is URL {
  return proxy !== undefined && url.protocol === 'http:' && proxy.protocol.startsWith('http');
}

// Plain http through an http proxy is a request to the proxy with the whole address as its target (RFC 9112 §3.2.2).
function target(url: URL, proxy: URL | undefined): { origin: string; path: string } {
  if (plainProxy(url, proxy)) return { origin: proxy.origin, path: `${url.origin}${url.pathname}${url.search}` };
  return { origin: url.origin, path: `${url.pathname}${url.search}` };
}

interface HeaderTimer {
  restart(): void;
  stop(): void;
}

function headerTimer(clock: Clock, limitMs: number, onLate: () => void): HeaderTimer {
  let cancel = clock.schedule(limitMs, onLate);
  return {
    restart() {
      cancel();
      cancel = clock.schedule(limitMs, onLate);
    },
    stop: () => cancel(),
  };
}

// While an upload moves, the answer is not late.
function outgoing(body: HttpRequest['body'], timer: HeaderTimer): Uint8Array | string | Readable | null {
  if (body === undefined) return null;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  async function* moving(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of parts) {
      timer.restart();
      yield part;
    }
    timer.restart();
  }
  return Readable.from(moving(body), { objectMode: false });
}

function respond(
  answer: Dispatcher.ResponseData,
  { exchange, url, signal, throughProxy }: { exchange: Exchange; url: URL; signal: AbortSignal; throughProxy: boolean },
): HttpResponse {
  const { clock, limits, agents, scopeOf } = exchange;
  const host = url.host;
  const address = throughProxy ? undefined : agents.addressOf(url.origin);
  const body = watchedBody(answer.body, { host, clock, idleMs: limits.idleMs, signal });
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
    url: url.href,
    scope: address === undefined ? (isLoopbackHost(url.hostname) ? 'loopback' : 'public') : scopeOf(address),
    body,
    bytes: (maxBytes) => readAll(body, { host, maxBytes }),
    json: async (maxBytes) => parseJson(await readAll(body, { host, maxBytes }), host),
    async discard() {
      answer.body.on('error', () => undefined);
      const giveUp = clock.schedule(discardMs, () => answer.body.destroy());
      await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
      giveUp();
    },
  };
}
