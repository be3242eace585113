import { randomBytes } from 'node:crypto';
import type { FetchLike } from '@modelcontextprotocol/client';
import { AppError, type Clock } from '#core';
import type { RemoteLaunch } from '../../types.ts';
import { listenForCallback, type CallbackOptions } from './callback.ts';
import { createOAuthProvider, type RegisteredClient } from './provider.ts';
import type { OAuthVault } from './vault.ts';

export interface AuthorizeOptions {
  readonly launch: Pick<RemoteLaunch, 'server' | 'url' | 'oauth'>;
  readonly vault: OAuthVault;
  readonly fetchFn: FetchLike;
  readonly clock: Clock;
  readonly registered: RegisteredClient | undefined;
  /** Besides those of the catalogue. */
  readonly scopes: readonly string[];
  /** Where the browser comes back to; 0 for any port that is free. */
  readonly port: number;
  readonly texts: CallbackOptions['texts'];
  /** Shows the address to the person or opens a browser there. `paste` takes the address a browser elsewhere ended at. */
  readonly show: (url: URL, paste: (address: string) => void) => void | Promise<void>;
  readonly signal: AbortSignal;
  readonly waitMs?: number | undefined;
}

const defaultWaitMs = 300_000;

/**
 * Asks the person, through their browser, and keeps the tokens (MCP authorization: RFC 9728, 8414, 7591, 7636, 8707, 9207).
 * @throws AppError `mcp.server_failed` with what the authorization server said, `mcp.oauth_required` when nobody answered in time
 */
export async function authorize(options: AuthorizeOptions): Promise<void> {
  const { launch, vault, clock, registered } = options;
  const { server, url } = launch;
  const sdk = await import('@modelcontextprotocol/client');
  const state = randomBytes(32).toString('base64url');
  const kept = registered === undefined ? await vault.client(server) : undefined;
  await using callback = await listen(options, state, kept?.url === url ? kept.redirectUrl : registered?.redirectUrl);
  const provider = createOAuthProvider({
    server,
    url,
    vault,
    clock,
    registered,
    scopes: [...new Set([...(launch.oauth?.scopes ?? []), ...options.scopes])],
    interactive: {
      redirectUrl: registered?.redirectUrl ?? callback.redirectUrl,
      state,
      open: async (address) => await options.show(address, (text) => callback.paste(text)),
    },
  });
  const tooLate = new AbortController();
  const waitMs = options.waitMs ?? defaultWaitMs;
  const cancel = clock.schedule(waitMs, () => tooLate.abort(unanswered(server, waitMs)));
  try {
    const asked = await challenge(options);
    const granted = (await vault.tokens(server))?.tokens.scope;
    const request = {
      serverUrl: url,
      fetchFn: options.fetchFn,
      ...asked,
      ...wider(options, asked.scope, granted),
    };
    const started = await explained(server, sdk.auth(provider, { ...request, forceReauthorization: true }));
    if (started === 'AUTHORIZED') return;
    const answer = await callback.received({ signal: AbortSignal.any([options.signal, tooLate.signal]) });
    const code = answer.get('code');
    if (code === null) throw refused(server, answer);
    const iss = answer.get('iss');
    await explained(server, sdk.auth(provider, { ...request, authorizationCode: code, ...(iss !== null && { iss }) }));
  } finally {
    cancel();
  }
}

// The port a client was registered with is taken again where it is free, so that the registration still holds.
async function listen({ port, texts }: AuthorizeOptions, state: string, known: string | undefined) {
  const wanted = port === 0 && known !== undefined ? Number(new URL(known).port) : port;
  try {
    return await listenForCallback({ port: wanted, state, texts });
  } catch (error) {
    if (port !== 0 || wanted === 0) throw error;
    return await listenForCallback({ port: 0, state, texts });
  }
}

/** What the server itself says about where to be authorized, as its refusal names it. */
async function challenge({
  launch,
  fetchFn,
  signal,
}: AuthorizeOptions): Promise<{ resourceMetadataUrl?: URL; scope?: string }> {
  const { extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client');
  const response = await fetchFn(launch.url, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
  await response.body?.cancel();
  const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
  return { ...(resourceMetadataUrl && { resourceMetadataUrl }), ...(scope !== undefined && { scope }) };
}

/** Who asks for more rights keeps those that the server wants anyway and those that were given before. */
function wider(
  { scopes, launch }: Pick<AuthorizeOptions, 'scopes' | 'launch'>,
  asked: string | undefined,
  granted: string | undefined,
): { readonly scope?: string } {
  if (scopes.length === 0) return {};
  const words = (text: string | undefined): readonly string[] => text?.split(' ').filter((word) => word !== '') ?? [];
  const all = [...words(granted), ...words(asked), ...(launch.oauth?.scopes ?? []), ...scopes];
  return { scope: [...new Set(all)].join(' ') };
}

async function explained<T>(server: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw authorizationFailed(server, detail, error);
  }
}

function refused(server: string, answer: URLSearchParams): AppError {
  const reason = answer.get('error') ?? 'it sent no code';
  const more = answer.get('error_description');
  return authorizationFailed(server, more === null ? reason : `${reason}: ${more}`, undefined);
}

function authorizationFailed(server: string, said: string, cause: unknown): AppError {
  const detail = said
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 300)
    .replace(/\.$/, '');
  return new AppError('mcp.server_failed', `The MCP server ${server} could not be authorized: ${detail}.`, {
    hint: 'Where clients must be registered by hand, name yours with: gantry mcp oauth client set SERVER --client-id ID',
    params: { server, detail },
    cause,
  });
}

function unanswered(server: string, waitMs: number): AppError {
  return new AppError(
    'mcp.oauth_required',
    `Nobody authorized the MCP server ${server} within ${waitMs / 1000} seconds.`,
    {
      hint: `Run again: gantry mcp oauth authorize ${server}`,
      params: { server },
    },
  );
}
