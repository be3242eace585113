import { lookup as systemLookup } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { AppError } from '#core';
import { addressScope, mayLeadTo } from './address-scope.ts';
import type { AddressScope } from '../types.ts';
import { connectionError } from './failures.ts';

export interface DialRules {
  /** How far from the open internet the party is that named the target; undefined when the user did. */
  readonly ledFrom: AddressScope | undefined;
  readonly lookup?: LookupFunction | undefined;
  readonly scopeOf?: ((address: string) => AddressScope) | undefined;
}

// Without its own limit Node gives each address but the last 250 ms, too short between continents.
const perAddressMs = 1000;

/** Opens a TCP connection. The rules are applied to the very addresses that are dialled, so a name cannot change in between. */
export function dial(target: { host: string; port: number }, rules: DialRules, signal: AbortSignal): Promise<Socket> {
  const host = target.host.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    if (isIP(host) !== 0 && !allowed(host, rules)) {
      reject(notAllowed(host));
      return;
    }
    const socket = connectTcp({
      host,
      port: target.port,
      lookup: guardedLookup(rules),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: perAddressMs,
      noDelay: true,
      keepAlive: true,
      signal,
    });
    const onError = (error: Error): void => reject(signal.aborted ? signal.reason : connectionError(host, error));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

function allowed(address: string, { ledFrom, scopeOf = addressScope }: DialRules): boolean {
  return ledFrom === undefined || mayLeadTo(ledFrom, scopeOf(address));
}

function guardedLookup(rules: DialRules): LookupFunction {
  const lookup = rules.lookup ?? systemLookup;
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error) {
        callback(error, '');
        return;
      }
      const all = typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
      const usable = all.filter(({ address }) => allowed(address, rules));
      const [first] = usable;
      if (first === undefined) callback(notAllowed(hostname), '');
      else if (options.all) callback(null, usable);
      else callback(null, first.address, first.family);
    });
  };
}

function notAllowed(host: string): AppError {
  return new AppError(
    'source.not_allowed',
    `A server on the internet tried to send us to ${host}, inside this network; refused.`,
    {
      hint: 'If this registry is yours, address it by a name or number of your own network.',
      params: { host },
    },
  );
}
