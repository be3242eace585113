import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { Agent } from 'undici';
import { AppError, type Clock, type Env } from '#core';
import type { HttpRequest } from '../types.ts';
import type { AddressScope } from '../types.ts';
import { createConnector } from './connector.ts';

export interface AgentsOptions {
  readonly env: Env;
  readonly clock: Clock;
  readonly connectMs: number;
  readonly lookup?: LookupFunction | undefined;
  readonly scopeOf?: ((address: string) => AddressScope) | undefined;
}

export interface Route {
  readonly proxy: URL | undefined;
  readonly ledFrom: AddressScope | undefined;
  readonly tls: HttpRequest['tls'];
}

/** Connection pools, one per way out (proxy, certificates, address rules). */
export interface Agents {
  agentFor(route: Route): Agent;
  /** The address the newest direct connection to an origin reached. */
  addressOf(origin: string): string | undefined;
  close(): Promise<void>;
}

export function createAgents({ env, clock, connectMs, lookup, scopeOf }: AgentsOptions): Agents {
  const agents = new Map<string, Agent>();
  const addresses = new Map<string, string>();
  const contexts = new Map<string, SecureContext>();
  const closing = new AbortController();
  // One listener per connection attempt, however many there are.
  setMaxListeners(0, closing.signal);

  const contextFor = (ca: string): SecureContext => {
    const key = createHash('sha256').update(ca).digest('hex');
    const known = contexts.get(key);
    if (known) return known;
    const extra = [...environmentCertificates(env), ...(ca === '' ? [] : [ca])];
    const context = createSecureContext(extra.length > 0 ? { ca: [...rootCertificates, ...extra] } : {});
    contexts.set(key, context);
    return context;
  };

  return {
    agentFor({ proxy, ledFrom, tls }) {
      const ca = tls?.ca ?? '';
      const verifyPeer = tls?.insecure !== true;
      const key = JSON.stringify([proxy?.href, ledFrom, verifyPeer, createHash('sha256').update(ca).digest('hex')]);
      const known = agents.get(key);
      if (known) return known;
      const agent = new Agent({
        connect: createConnector({
          clock,
          connectMs,
          proxy,
          ledFrom,
          secureContext: contextFor(ca),
          verifyPeer,
          lookup,
          scopeOf,
          onConnected: (origin, address) => addresses.set(origin, address),
          signal: closing.signal,
        }),
        // Time limits are ours, on the injected clock.
        headersTimeout: 0,
        bodyTimeout: 0,
        pipelining: 1,
      });
      agents.set(key, agent);
      return agent;
    },
    addressOf: (origin) => addresses.get(origin),
    async close() {
      closing.abort(new AppError('request.aborted', 'The connection is being closed.'));
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
      agents.clear();
    },
  };
}

function environmentCertificates(env: Env): string[] {
  return ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'].flatMap((name, at) => {
    const path = env[name];
    if (!path || (at > 0 && path === env['SSL_CERT_FILE'])) return [];
    try {
      return [readFileSync(path, 'utf8')];
    } catch (cause) {
      throw new AppError('settings.invalid', `${name} names ${path}, which cannot be read.`, {
        hint: `Correct or unset ${name}.`,
        params: { name, path },
        cause,
      });
    }
  });
}
