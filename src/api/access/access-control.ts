import type { IncomingHttpHeaders } from 'node:http';
import { keyPrefix, type ApiKey, type ApiKeys } from '#access';
import { AppError, type Clock, type Log } from '#core';
import type { Door } from '../types.ts';
import { needOf, satisfies } from './route-needs.ts';

export interface AccessRules {
  readonly access: 'auto' | 'keys' | 'open';
  readonly bridgeAccess: 'open' | 'keys';
}

/** A request, as far as access goes. */
export interface Visit {
  readonly door: Door;
  readonly verb: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
}

export interface AccessControl {
  /** Whose key was used, if any. @throws AppError `request.unauthorized`, `request.forbidden` */
  check(visit: Visit, rules: AccessRules): ApiKey | undefined;
}

/** Decides who may ask what. A key that is sent counts where none is needed, too: a wrong one is refused, its scopes hold. */
export function createAccessControl(keys: ApiKeys, { log, clock }: { log: Log; clock: Clock }): AccessControl {
  const logRefusal = seldom(log, clock);
  return {
    check(visit, rules) {
      const need = needOf(visit.verb, visit.path);
      if (need === 'public') return undefined;
      const token = tokenOf(visit.headers);
      const isNeeded = needsKey(visit, rules);
      // Clients that must send something send anything where no key is needed.
      if (token === undefined || (!isNeeded && !token.startsWith(keyPrefix))) {
        if (!isNeeded) return undefined;
        logRefusal({ reason: 'missing', door: visit.door, remote: visit.remoteAddress });
        throw missing();
      }
      const { state, key } = keys.check(token);
      if (state !== 'valid') {
        logRefusal({ reason: state, door: visit.door, remote: visit.remoteAddress, key: key?.name });
        throw state === 'expired' ? expired(key) : unknown();
      }
      if (satisfies(key.scopes, need)) return key;
      logRefusal({ reason: 'scope', door: visit.door, remote: visit.remoteAddress, key: key.name });
      throw lacksScope(key, need === 'list' ? 'infer' : need);
    },
  };
}

export function needsKey(
  { door, localAddress, remoteAddress }: Pick<Visit, 'door' | 'localAddress' | 'remoteAddress'>,
  { access, bridgeAccess }: AccessRules,
): boolean {
  if (door === 'socket') return false;
  if (door === 'bridge') return bridgeAccess === 'keys';
  if (access === 'auto') return !isLoopback(localAddress) || !isLoopback(remoteAddress);
  return access === 'keys';
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/.test(address);
}

/** `Authorization: Bearer`, as OpenAI's and Ollama's clients send it, or `x-api-key`, as Anthropic's do. */
function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const other = headers['x-api-key'];
  const tokens = [bearer, typeof other === 'string' ? other.trim() : undefined].filter((one) => one !== undefined);
  return tokens.find((token) => token.startsWith(keyPrefix)) ?? tokens.find((token) => token !== '');
}

const logEveryMs = 10_000;

/** Somebody who guesses must not fill the disk: one line at a time, with how many it stands for. */
function seldom(log: Log, clock: Clock): (fields: Readonly<Record<string, string | undefined>>) => void {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (fields) => {
    if (clock.monotonic() < quietUntil) {
      unsaid += 1;
      return;
    }
    log.warn('access refused', { ...fields, ...(unsaid > 0 ? { unsaid } : {}) });
    unsaid = 0;
    quietUntil = clock.monotonic() + logEveryMs;
  };
}

function missing(): AppError {
  return new AppError('request.unauthorized', 'This address needs an API key.', {
    hint: 'Send it as "Authorization: Bearer KEY", or set GANTRY_API_KEY.',
    params: { reason: 'missing' },
  });
}

function unknown(): AppError {
  return new AppError('request.unauthorized', 'There is no such API key.', {
    hint: "Check GANTRY_API_KEY, or make a key on the daemon's machine with: gantry key create",
    params: { reason: 'unknown' },
  });
}

function expired({ name }: ApiKey): AppError {
  return new AppError('request.unauthorized', `The API key ${name} has expired.`, {
    hint: "Make a new one on the daemon's machine with: gantry key create",
    params: { reason: 'expired', name },
  });
}

function lacksScope({ name }: ApiKey, scope: string): AppError {
  return new AppError('request.forbidden', `The API key ${name} does not have the scope ${scope}.`, {
    hint: `Use a key whose scopes include ${scope}.`,
    params: { reason: 'scope', name, scope },
  });
}
