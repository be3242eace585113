import { join } from 'node:path';
import { AppError, type Clock, type Env } from '#core';
import type { Cancel } from '#docker';
import type { HttpClient } from '#registry';
import { withLock } from '../../state/with-lock.ts';
import type { CatalogOAuth } from '../../types.ts';
import { fetchThrough } from '../fetch-through.ts';
import { checkRemoteUrl, type RemoteUrlRules } from '../remote-url.ts';
import { createAuthorization, type Authorize } from './authorization.ts';
import { authorize, type AuthorizeOptions } from './authorize.ts';
import { createRegisteredClients, type RegisteredClients } from './registered-clients.ts';
import { revoke, type Revocation } from './revoke.ts';
import { createOAuthVault, type SecretVault } from './vault.ts';

/** A server that runs elsewhere, as profiles and catalogues name it. */
export interface RemotePlace {
  readonly server: string;
  readonly url: string;
  readonly oauth: CatalogOAuth | undefined;
}

export interface OAuthDeps {
  /** `mcp` of the home. */
  readonly folder: string;
  readonly vault: SecretVault;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly env: Env;
  /** All that may be authorized, enabled ones first. */
  readonly places: (options: Cancel) => Promise<readonly RemotePlace[]>;
}

export interface OAuthStatus extends RemotePlace {
  readonly authorized: boolean;
  /** ISO 8601; undefined where the authorization server did not say, or nothing is kept. */
  readonly expiresAt: string | undefined;
  readonly registeredByHand: boolean;
}

/** Sign-in at servers that run elsewhere. */
export interface OAuth {
  list(options: Cancel): Promise<readonly OAuthStatus[]>;
  /** Resolves once the tokens are kept. @throws AppError `mcp.server_not_found`, `mcp.server_failed`, `mcp.oauth_required` */
  authorize(server: string, options: AuthorizeWish): Promise<void>;
  revoke(server: string): Promise<Revocation>;
  readonly clients: RegisteredClients;
  /** Tokens for the requests of a gateway. */
  readonly tokens: Authorize;
}

export type AuthorizeWish = Pick<AuthorizeOptions, 'scopes' | 'texts' | 'show' | 'signal'>;

const maxBytes = 2 * 1024 * 1024;

/** DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS, as Docker's toolkit reads it (contract mcp-toolkit §1.5). */
export function remoteUrlRules(env: Env): RemoteUrlRules {
  return { allowInsecure: /^(1|true)$/.test(env['DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS'] ?? '') };
}

export function createOAuth({ folder, vault: secrets, http, clock, env, places }: OAuthDeps): OAuth {
  const vault = createOAuthVault(secrets);
  const clients = createRegisteredClients({ path: join(folder, 'oauth-clients.yaml'), vault: secrets, clock });
  const rules = remoteUrlRules(env);
  const fetchFn = fetchThrough({ http, ledFrom: rules.allowInsecure ? undefined : 'public', maxBytes });
  const exclusively = async <T>(server: string, work: () => Promise<T>): Promise<T> =>
    await withLock(join(folder, 'locks', `oauth-${encodeURIComponent(server)}.lock`), work, { clock });
  return {
    clients,
    tokens: createAuthorization({ vault, clock, registered: (server) => clients.find(server), exclusively }),
    async list(options) {
      const [all, byHand] = await Promise.all([places(options), clients.list()]);
      return await Promise.all(
        all.map(async (place) => {
          const kept = await vault.tokens(place.server);
          const usable = kept?.url === place.url ? kept : undefined;
          return {
            ...place,
            authorized: usable !== undefined,
            expiresAt: usable?.expiresAt === undefined ? undefined : new Date(usable.expiresAt).toISOString(),
            registeredByHand: byHand.has(place.server),
          };
        }),
      );
    },
    async authorize(server, wish) {
      const place = (await places(wish)).find((one) => one.server === server);
      if (!place) {
        throw new AppError('mcp.server_not_found', `There is no remote MCP server named ${server}.`, {
          hint: 'List those there are with: gantry mcp oauth ls',
          params: { server },
        });
      }
      checkRemoteUrl(server, place.url, rules);
      const registered = await clients.find(server);
      const port = callbackPort(env, registered?.redirectUrl);
      await authorize({ launch: place, vault, fetchFn, clock, registered, port, ...wish });
    },
    revoke: async (server) => await revoke({ server, vault, fetchFn, registered: await clients.find(server) }),
  };
}

/** MCP_GATEWAY_OAUTH_PORT, else the port that a client was registered with, else any. @throws AppError `settings.invalid` */
function callbackPort(env: Env, redirectUrl: string | undefined): number {
  const text = env['MCP_GATEWAY_OAUTH_PORT'];
  if (text === undefined || text === '') return redirectUrl === undefined ? 0 : Number(new URL(redirectUrl).port || 80);
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('settings.invalid', `MCP_GATEWAY_OAUTH_PORT is "${text}", which is not a port.`, {
    hint: 'Set it to a number from 0 to 65535, or not at all.',
    params: { reason: 'oauth_port', value: text },
  });
}
