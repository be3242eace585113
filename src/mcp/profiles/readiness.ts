import type { CatalogServer } from '../types.ts';
import { configProblems } from './configure.ts';
import type { ProfileServer } from './types.ts';

/** How much of what a server needs is given, in the words of `docker mcp server ls`. */
export type Readiness = 'none' | 'required' | 'partial' | 'done';

export interface ServerReadiness {
  readonly secrets: Readiness;
  readonly config: Readiness;
  readonly oauth: Readiness;
}

/** `none` where a server needs nothing of a kind. `has` tells which secrets are there. */
export function readinessOf(
  server: ProfileServer,
  entry: CatalogServer,
  has: (secret: string) => boolean,
): ServerReadiness {
  const signedIn = entry.oauth?.providers.map(({ provider }) => has(`oauth/${provider}`) || has(`oauth/${entry.name}`));
  return {
    secrets: shareOf(entry.secrets.map(({ name }) => has(name))),
    config: configOf(server, entry),
    oauth: shareOf(signedIn ?? []),
  };
}

function shareOf(given: readonly boolean[]): Readiness {
  if (given.length === 0) return 'none';
  if (given.every(Boolean)) return 'done';
  return given.includes(true) ? 'partial' : 'required';
}

function configOf(server: ProfileServer, entry: CatalogServer): Readiness {
  if (entry.config.length === 0) return 'none';
  if (configProblems(server).length === 0) return 'done';
  return Object.keys(server.config).length > 0 ? 'partial' : 'required';
}
