import type { Clock, Env } from '#core';
import {
  createOAuth,
  createVault,
  enabledServers,
  readServer,
  type Catalogs,
  type OAuth,
  type RemotePlace,
} from '#mcp';
import type { HttpClient } from '#registry';
import type { McpState } from './mcp-state.ts';

export interface McpOAuthOptions {
  readonly state: McpState;
  readonly http: HttpClient;
  /** Undefined where only what is kept is used, and nobody is asked to sign in. */
  readonly catalogs: Catalogs | undefined;
  readonly env: Env;
  readonly clock: Clock;
}

/** Sign-in at remote servers: those of profiles first, then those of catalogues. */
export function createMcpOAuth({ state, http, catalogs, env, clock }: McpOAuthOptions): OAuth {
  return createOAuth({
    folder: state.folder,
    vault: createVault(state.secrets),
    http,
    clock,
    env,
    async places() {
      const { profiles } = await state.profiles.list();
      const enabled = profiles.flatMap((profile) =>
        enabledServers(profile, { readServer, onProblem: () => undefined }),
      );
      const listed = catalogs ? await Promise.all((await catalogs.list()).map(({ ref }) => catalogs.open(ref))) : [];
      const entries = [
        ...enabled.map(({ entry }) => entry),
        ...listed.flatMap((one) => one.entries.map(({ server }) => server)),
      ];
      const places = new Map<string, RemotePlace>();
      for (const { name, remote, oauth } of entries) {
        if (remote && !places.has(name)) places.set(name, { server: name, url: remote.url, oauth });
      }
      return [...places.values()];
    },
  });
}
