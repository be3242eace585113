import { AppError } from '#core';
import { sendError } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { McpDoor } from '../types.ts';

const transports: Readonly<Record<string, 'streaming' | 'sse'>> = { '/mcp': 'streaming', '/sse': 'sse' };
const profileId = /^[A-Za-z0-9_.-]{1,128}$/;

/** MCP, over streamable HTTP and server-sent events. `?profile=ID` names the servers; without it those of the default profile. */
export function createMcpRoutes({ mcp }: { mcp?: McpDoor | undefined }): RouteSet {
  return {
    match(verb, path) {
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
