import { mcpAuthorizeRequest, mcpPasteRequest, type McpOAuthBody } from '#contract';
import { AppError } from '#core';
import { sendEmpty, sendJson, type Exchange } from '../http/exchange.ts';
import { withoutUndefined } from './catalog-bodies.ts';
import { streamEvents, type StreamDeps } from './event-stream.ts';
import type { McpManagement } from './management.ts';
import { bodyOf, type RouteTable } from './route-table.ts';

/** What the person reads in the browser when they come back from the service. */
const texts = {
  title: 'Gantry',
  done: 'Signed in. You can close this page. · 已登录，可以关闭此页面。',
  failed: 'Not signed in. · 登录未成功。',
};

/** Sign-in at servers that run elsewhere. The person's browser comes back to a port of this machine's loopback. */
export function createOAuthRoutes({ toolkit }: Pick<McpManagement, 'toolkit'>, deps: StreamDeps): RouteTable {
  /** Of sign-ins that wait for their person, by server. */
  const waiting = new Map<string, (address: string) => void>();

  const list = async (exchange: Exchange): Promise<void> => {
    const all = await (await toolkit()).oauth.list({ signal: exchange.gone });
    const body: McpOAuthBody = {
      servers: all.map(({ server, url, authorized, expiresAt, registeredByHand }) => ({
        server,
        url,
        authorized,
        ...withoutUndefined({ expiresAt }),
        registeredByHand,
      })),
    };
    sendJson(exchange, 200, body);
  };
  const authorize = async (exchange: Exchange, server = ''): Promise<void> => {
    const { scopes = [] } = await bodyOf(exchange, mcpAuthorizeRequest);
    const { oauth } = await toolkit();
    await streamEvents(
      exchange,
      async (send, signal) => {
        let own: ((address: string) => void) | undefined;
        try {
          await oauth.authorize(server, {
            scopes,
            texts,
            signal,
            show(url, paste) {
              own = paste;
              waiting.set(server, paste);
              send('open', { url: url.href });
            },
          });
        } finally {
          if (waiting.get(server) === own) waiting.delete(server);
        }
        send('done', { server });
      },
      deps,
    );
  };
  const paste = async (exchange: Exchange, server = ''): Promise<void> => {
    const { address } = await bodyOf(exchange, mcpPasteRequest);
    const take = waiting.get(server);
    if (!take) {
      throw new AppError('request.not_found', `Nobody is signing in at ${server}.`, {
        params: { reason: 'no_sign_in', server },
      });
    }
    take(address);
    sendEmpty(exchange, 204);
  };
  const revoke = async (exchange: Exchange, server = ''): Promise<void> => {
    const outcome = await (await toolkit()).oauth.revoke(server);
    if (outcome === 'nothing') {
      throw new AppError('secret.not_found', `Nothing is authorized for ${server}.`, {
        params: { reason: 'oauth', name: server },
      });
    }
    sendJson(exchange, 200, { server, outcome });
  };
  return {
    'GET /gantry/mcp/oauth': list,
    'POST /gantry/mcp/oauth/:server': authorize,
    'POST /gantry/mcp/oauth/:server/paste': paste,
    'DELETE /gantry/mcp/oauth/:server': revoke,
  };
}
