import type { FetchLike } from '@modelcontextprotocol/client';
import type { RegisteredClient } from './provider.ts';
import type { OAuthVault } from './vault.ts';

export interface RevokeOptions {
  readonly server: string;
  readonly vault: OAuthVault;
  readonly fetchFn: FetchLike;
  readonly registered: RegisteredClient | undefined;
}

/** `revoked`: the authorization server was told; `forgotten`: it takes no revocations or did not answer, so only our copy is gone. */
export type Revocation = 'revoked' | 'forgotten' | 'nothing';

/** Takes an authorization back (RFC 7009). Our copy is removed whatever the authorization server says. */
export async function revoke({ server, vault, fetchFn, registered }: RevokeOptions): Promise<Revocation> {
  const kept = await vault.tokens(server);
  if (!kept) return 'nothing';
  const client = registered
    ? { client_id: registered.clientId, client_secret: registered.clientSecret }
    : (await vault.client(server))?.client;
  let told = false;
  try {
    const { assertSecureTokenEndpoint, discoverOAuthServerInfo } = await import('@modelcontextprotocol/client');
    const { authorizationServerMetadata: metadata } = await discoverOAuthServerInfo(kept.url, { fetchFn });
    const endpoint = metadata && 'revocation_endpoint' in metadata ? metadata.revocation_endpoint : undefined;
    // Tokens go to nobody but who gave them.
    const theirs = kept.tokens.issuer === undefined || kept.tokens.issuer === metadata?.issuer;
    if (endpoint !== undefined && theirs && client) {
      assertSecureTokenEndpoint(endpoint);
      const { refresh_token: refreshToken, access_token: accessToken } = kept.tokens;
      const tokens = [
        ...(refreshToken === undefined ? [] : [['refresh_token', refreshToken] as const]),
        ['access_token', accessToken] as const,
      ];
      const answers = [];
      for (const [hint, token] of tokens) answers.push(await tell(endpoint, { fetchFn, client, hint, token }));
      told = answers.every(Boolean);
    }
  } catch {
    told = false;
  }
  await vault.removeTokens(server);
  return told ? 'revoked' : 'forgotten';
}

interface Telling {
  readonly fetchFn: FetchLike;
  readonly client: { readonly client_id: string; readonly client_secret?: string | undefined };
  readonly hint: 'refresh_token' | 'access_token';
  readonly token: string;
}

async function tell(endpoint: string, { fetchFn, client, hint, token }: Telling): Promise<boolean> {
  const body = new URLSearchParams({ token, token_type_hint: hint });
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (client.client_secret === undefined) body.set('client_id', client.client_id);
  else {
    const pair = [client.client_id, client.client_secret].map(encodeURIComponent).join(':');
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const response = await fetchFn(endpoint, { method: 'POST', headers, body: body.toString() });
  await response.body?.cancel();
  return response.ok;
}
