import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { OAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { OAuthClientInformationFull, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import express, { type Request, type Response } from 'express';

export interface RemoteServerOptions {
  /** Asks for tokens of its own authorization server. */
  readonly protected?: boolean;
  /** Seconds that an access token holds, as told to clients. */
  readonly expiresIn?: number;
  /** The scope that calls of a tool need, by its name. */
  readonly scopes?: Readonly<Record<string, string>>;
  /** Lets nobody register by program. */
  readonly clients?: readonly OAuthClientInformationFull[];
}

/** A server of the official SDK's first line, on this machine, with the SDK's own authorization server. */
export interface RemoteServer extends AsyncDisposable {
  readonly url: string;
  readonly sseUrl: string;
  /** Requests to it, without bodies, in order. */
  readonly seen: { readonly method: string; readonly path: string; readonly headers: Request['headers'] }[];
  readonly issued: {
    access: Set<string>;
    refresh: Set<string>;
    /** By access token. */
    scopes: Map<string, readonly string[]>;
    refreshes: number;
    registrations: number;
  };
  /** Makes all access tokens invalid; clients have to refresh. */
  expireTokens(): void;
  /** Forgets all sessions. */
  forgetSessions(): void;
}

export async function startRemoteServer(options: RemoteServerOptions = {}): Promise<RemoteServer> {
  const app = express();
  const seen: RemoteServer['seen'] = [];
  const streams = new Map<string, StreamableHTTPServerTransport>();
  const sse = new Map<string, SSEServerTransport>();
  const issued: RemoteServer['issued'] = {
    access: new Set(),
    refresh: new Set(),
    scopes: new Map(),
    refreshes: 0,
    registrations: 0,
  };
  app.use((request, _response, next) => {
    seen.push({ method: request.method, path: request.path, headers: request.headers });
    next();
  });
  const http = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const guard: express.RequestHandler[] = [];
  if (options.protected) {
    const provider = authorizationServer(issued, options);
    app.use(
      mcpAuthRouter({ provider, issuerUrl: new URL(base), resourceServerUrl: new URL(`${base}/mcp`), ...noLimits }),
    );
    guard.push(
      requireBearerAuth({
        verifier: provider,
        resourceMetadataUrl: `${base}/.well-known/oauth-protected-resource/mcp`,
      }),
    );
  }
  app.all('/mcp', ...guard, express.json(), async (request: Request, response: Response) => {
    const called = request.body as { method?: string; params?: { name?: string } } | undefined;
    const scope = called?.method === 'tools/call' ? options.scopes?.[called.params?.name ?? ''] : undefined;
    if (scope !== undefined && !request.auth?.scopes.includes(scope)) {
      const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
      response.status(403).set('www-authenticate', challenge).json({ error: 'insufficient_scope' });
      return;
    }
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? streams.get(id) : undefined;
    if (typeof id === 'string' && !known) {
      response.status(404).json({ jsonrpc: '2.0', id: null, error: { code: -32_001, message: 'Session not found' } });
      return;
    }
    const transport =
      known ??
      new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (session) => void streams.set(session, transport),
      });
    if (!known) await tools(request).connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  app.get('/sse', ...guard, async (request: Request, response: Response) => {
    const transport = new SSEServerTransport('/messages', response);
    sse.set(transport.sessionId, transport);
    await tools(request).connect(transport);
  });
  app.post('/messages', ...guard, express.json(), async (request: Request, response: Response) => {
    await sse.get(request.query['sessionId'] as string)?.handlePostMessage(request, response, request.body);
  });
  return {
    url: `${base}/mcp`,
    sseUrl: `${base}/sse`,
    seen,
    issued,
    expireTokens: () => issued.access.clear(),
    forgetSessions: () => streams.clear(),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

const noLimits = {
  authorizationOptions: { rateLimit: false },
  tokenOptions: { rateLimit: false },
  clientRegistrationOptions: { rateLimit: false },
  revocationOptions: { rateLimit: false },
} as const;

function tools(request: Request): McpServer {
  const server = new McpServer({ name: 'remote', version: '1.0.0' });
  server.registerTool('header', { description: 'A header of the first request' }, () => ({
    content: [{ type: 'text', text: String(request.headers['x-api-key'] ?? 'none') }],
  }));
  server.registerTool('large', { description: 'An answer of 4 MB' }, () => ({
    content: [{ type: 'text', text: 'x'.repeat(4_000_000) }],
  }));
  return server;
}

function authorizationServer(issued: RemoteServer['issued'], options: RemoteServerOptions): OAuthServerProvider {
  const clients = new Map(options.clients?.map((client) => [client.client_id, client]));
  const codes = new Map<string, { challenge: string; scopes: string[] }>();
  const tokens = (scopes: string[]): OAuthTokens => {
    const access = randomUUID();
    const refresh = randomUUID();
    issued.access.add(access);
    issued.scopes.set(access, scopes);
    issued.refresh.add(refresh);
    return {
      access_token: access,
      refresh_token: refresh,
      token_type: 'bearer',
      expires_in: options.expiresIn ?? 3600,
      scope: scopes.join(' '),
    };
  };
  return {
    clientsStore: {
      getClient: (id) => clients.get(id),
      ...(options.clients === undefined && {
        registerClient(client: OAuthClientInformationFull) {
          issued.registrations += 1;
          const known = { ...client, client_id: client.client_id ?? randomUUID() };
          clients.set(known.client_id, known);
          return known;
        },
      }),
    },
    async authorize(_client, { codeChallenge, redirectUri, state, scopes = [] }, response) {
      const code = randomUUID();
      codes.set(code, { challenge: codeChallenge, scopes });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      if (state !== undefined) back.searchParams.set('state', state);
      response.redirect(back.href);
    },
    async challengeForAuthorizationCode(_client, code) {
      return codes.get(code)?.challenge ?? '';
    },
    async exchangeAuthorizationCode(_client, code) {
      const given = codes.get(code);
      if (!given) throw new InvalidGrantError('unknown code');
      codes.delete(code);
      return tokens(given.scopes);
    },
    async exchangeRefreshToken(_client, refresh, scopes = []) {
      // A refresh token is good for one use, as OAuth 2.1 wants it for public clients.
      if (!issued.refresh.delete(refresh)) throw new InvalidGrantError('this refresh token was used');
      issued.refreshes += 1;
      return tokens(scopes);
    },
    async verifyAccessToken(token) {
      if (!issued.access.has(token)) throw new InvalidTokenError('expired');
      return {
        token,
        clientId: 'any',
        scopes: [...(issued.scopes.get(token) ?? [])],
        expiresAt: Math.floor(Date.now() / 1000) + 3600,
      };
    },
    async revokeToken(_client, { token }) {
      issued.access.delete(token);
      issued.refresh.delete(token);
    },
  };
}
