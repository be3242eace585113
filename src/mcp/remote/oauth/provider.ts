import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { Clock } from '#core';
import type { KeptClient, OAuthVault } from './vault.ts';

/** A client that somebody registered by hand, for authorization servers that let nobody register by program. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly redirectUrl: string | undefined;
}

export interface OAuthProviderOptions {
  readonly server: string;
  readonly url: string;
  readonly vault: OAuthVault;
  readonly clock: Clock;
  readonly registered: RegisteredClient | undefined;
  readonly scopes: readonly string[];
  /** Undefined where nobody can be asked: then only what is kept is used and refreshed. */
  readonly interactive:
    | {
        readonly redirectUrl: string;
        readonly state: string;
        open(url: URL): void | Promise<void>;
      }
    | undefined;
}

/** The SDK's view of one server's authorization: it discovers, registers, exchanges and refreshes; this keeps. */
export function createOAuthProvider(options: OAuthProviderOptions): OAuthClientProvider {
  const { server, url, vault, clock, registered, interactive } = options;
  let verifier = '';
  let discovered: OAuthDiscoveryState | undefined;
  const redirectUrl = interactive?.redirectUrl ?? registered?.redirectUrl ?? fallbackRedirect;

  const metadata: OAuthClientMetadata = {
    client_name: `Gantry - ${server}`,
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: registered?.clientSecret === undefined ? 'none' : 'client_secret_basic',
    ...(options.scopes.length > 0 && { scope: options.scopes.join(' ') }),
  };

  const usableClient = (kept: KeptClient | undefined): KeptClient | undefined =>
    // A registration holds for one address to come back to.
    kept?.url === url && (interactive === undefined || kept.redirectUrl === redirectUrl) ? kept : undefined;

  return {
    redirectUrl,
    clientMetadata: metadata,
    ...(interactive && { state: () => interactive.state }),
    async clientInformation() {
      if (registered) {
        const { clientId, clientSecret } = registered;
        return { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
      }
      return usableClient(await vault.client(server))?.client;
    },
    // Without it the SDK registers nothing: a refresh must not make a client that has nowhere to come back to.
    ...(registered === undefined &&
      interactive && {
        saveClientInformation: async (client) => await vault.saveClient(server, { url, client, redirectUrl }),
      }),
    async tokens() {
      const kept = await vault.tokens(server);
      return kept?.url === url ? kept.tokens : undefined;
    },
    saveTokens: async (tokens) => await vault.saveTokens(server, { url, tokens, expiresAt: expiry(tokens, clock) }),
    async redirectToAuthorization(address) {
      await interactive?.open(address);
    },
    saveCodeVerifier(value) {
      verifier = value;
    },
    codeVerifier: () => verifier,
    saveDiscoveryState(state) {
      discovered = state;
    },
    discoveryState: () => discovered,
    async invalidateCredentials(scope) {
      if (scope === 'all' || scope === 'tokens') await vault.removeTokens(server);
      if ((scope === 'all' || scope === 'client') && registered === undefined) await vault.removeClient(server);
      if (scope === 'all' || scope === 'verifier') verifier = '';
      if (scope === 'all' || scope === 'discovery') discovered = undefined;
    },
  };
}

// Never listened on: a refresh names no address to come back to.
const fallbackRedirect = 'http://127.0.0.1/callback';

function expiry(tokens: StoredOAuthTokens, clock: Clock): number | undefined {
  return tokens.expires_in === undefined ? undefined : clock.now() + tokens.expires_in * 1000;
}
