import { AppError } from '#core';
import type { McpStatusBody } from '#contract';
import { sendError, sendJson } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { McpDoor } from '../types.ts';

const transports: Readonly<Record<string, 'streaming' | 'sse'>> = { '/mcp': 'streaming', '/sse': 'sse' };
type RunningGateway = Awaited<ReturnType<McpDoor['status']>>[number];

const profileId = /^[A-Za-z0-9_.-]{1,128}$/;

/**
 * MCP, over streamable HTTP and server-sent events. `?profile=ID` names the servers; without it those of the default profile. And
 * `GET /gantry/mcp/status`, which says how the servers are.
 */
export function createMcpRoutes({ mcp }: { mcp?: McpDoor | undefined }): RouteSet {
  return {
    match(verb, path) {
      if (mcp && verb === 'GET' && path === '/gantry/mcp/status') {
        return async (exchange) => {
          const body: McpStatusBody = { gateways: (await mcp.status()).map(bodyOf) };
          sendJson(exchange, 200, body);
        };
      }
      const transport = Object.hasOwn(transports, path) ? transports[path] : undefined;
      if (!transport || !mcp || !['GET', 'POST', 'DELETE'].includes(verb)) return undefined;
      return async ({ request, response, query, notes }) => {
        const profile = new URLSearchParams(query).get('profile') ?? undefined;
        if (profile !== undefined && !profileId.test(profile)) {
          throw new AppError('request.invalid', 'profile is not the id of a profile.', {
            params: { param: 'profile' },
          });
        }
        // Sessions of one key are nobody else's; those who need no key are the owner of this machine.
        await mcp.handle(request, response, { transport, profile, caller: notes.key ?? '' });
      };
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function bodyOf({ profile, servers, warnings }: RunningGateway): McpStatusBody['gateways'][number] {
  return {
    profile,
    servers: servers.map((server) => ({ ...server, error: server.error && { ...server.error } })),
    warnings: [...warnings],
  };
}
