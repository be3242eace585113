import type { ApiKeys } from '#access';
import { AppError } from '#core';
import type { AccessPorts } from '../types.ts';

/** Real keys; no TLS and no network. */
export function fakeAccess(keys: ApiKeys): AccessPorts {
  return {
    keys,
    origins: [],
    hostName: 'gantry-host',
    keysChanged: async () => undefined,
    refused: () => undefined,
    tls: {
      isEnabled: () => false,
      facts: () => Promise.reject(new AppError('internal', 'There is no TLS here.')),
      renew: () => Promise.reject(new AppError('internal', 'There is no TLS here.')),
    },
  };
}
