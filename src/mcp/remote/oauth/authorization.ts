import type { AuthProvider, FetchLike } from '@modelcontextprotocol/client';
import { AppError, createMutex, type Clock, type Mutex } from '#core';
import type { RemoteLaunch } from '../../types.ts';
import { createOAuthProvider, type RegisteredClient } from './provider.ts';
import type { KeptTokens, OAuthVault } from './vault.ts';

export interface AuthorizationDeps {
  readonly vault: OAuthVault;
  readonly clock: Clock;
  /** The client that somebody registered by hand for this server. */
  readonly registered: (server: string) => Promise<RegisteredClient | undefined>;
  /** Runs one at a time among all processes that share the vault: a refresh token is often good for one use. */
  readonly exclusively: <T>(server: string, work: () => Promise<T>) => Promise<T>;
}

/** Tokens for requests to one remote server. */
export type Authorize = (launch: RemoteLaunch, fetchFn: FetchLike) => AuthProvider;

const refreshBeforeMs = 30_000;

/** Tokens that are kept, refreshed when they run out or are refused. Nobody is asked here. */
export function createAuthorization(deps: AuthorizationDeps): Authorize {
  const turns = new Map<string, Mutex>();
  return (launch, fetchFn) => {
    const turn = turns.get(launch.server) ?? createMutex();
    turns.set(launch.server, turn);
    return keptTokens({ launch, fetchFn, turn, ...deps });
  };
}

interface Challenge {
  readonly resourceMetadataUrl?: URL | undefined;
  readonly scope?: string | undefined;
}

interface Parts extends AuthorizationDeps {
  readonly launch: RemoteLaunch;
  readonly fetchFn: FetchLike;
  readonly turn: Mutex;
}

function keptTokens(parts: Parts): AuthProvider {
  const { launch, vault, clock, turn } = parts;
  const { server, url } = launch;
  let lastSent: string | undefined;

  const current = async (): Promise<KeptTokens | undefined> => {
    const kept = await vault.tokens(server);
    return kept?.url === url ? kept : undefined;
  };

  /** Resolves when a token is kept that is not the rejected one. */
  const renew = async (rejected: string | undefined, challenge: Challenge): Promise<void> =>
    await turn.run(() =>
      parts.exclusively(server, async () => {
        const now = await current();
        // Somebody else was quicker.
        if (now && now.tokens.access_token !== rejected) return;
        if (now?.tokens.refresh_token === undefined) throw oauthRequired(server);
        if (!(await refresh(parts, challenge))) throw oauthRequired(server);
      }),
    );

  return {
    async token() {
      const kept = await current();
      lastSent = kept?.tokens.access_token;
      const due = kept?.expiresAt !== undefined && kept.expiresAt - clock.now() < refreshBeforeMs;
      if (!due || kept.tokens.refresh_token === undefined) return lastSent;
      // A token that could not be refreshed is sent all the same: the server decides whether it still holds.
      await renew(lastSent, {}).catch(() => undefined);
      lastSent = (await current())?.tokens.access_token;
      return lastSent;
    },
    async onUnauthorized({ response }) {
      const { extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client');
      await renew(lastSent, extractWWWAuthenticateParams(response));
    },
  };
}

async function refresh(
  { launch, fetchFn, ...deps }: Parts,
  { resourceMetadataUrl, scope }: Challenge,
): Promise<boolean> {
  const { auth } = await import('@modelcontextprotocol/client');
  const { server, url } = launch;
  const provider = createOAuthProvider({
    server,
    url,
    vault: deps.vault,
    clock: deps.clock,
    registered: await deps.registered(server),
    scopes: launch.oauth?.scopes ?? [],
    interactive: undefined,
  });
  const outcome = await auth(provider, {
    serverUrl: url,
    fetchFn,
    ...(resourceMetadataUrl && { resourceMetadataUrl }),
    ...(scope !== undefined && { scope }),
  });
  return outcome === 'AUTHORIZED';
}

export function oauthRequired(server: string): AppError {
  return new AppError('mcp.oauth_required', `The MCP server ${server} needs your authorization.`, {
    hint: `Run: gantry mcp oauth authorize ${server}`,
    params: { server },
  });
}
