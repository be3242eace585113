import { refuseOtherPages } from '../http/own-pages.ts';
import { sendError } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { createCallRoutes } from './call-routes.ts';
import { createCatalogRoutes } from './catalog-routes.ts';
import { createChangeRoutes } from './change-routes.ts';
import { createClientRoutes } from './client-routes.ts';
import { createGuardRoutes } from './guard-routes.ts';
import type { McpManagement } from './management.ts';
import { createOAuthRoutes } from './oauth-routes.ts';
import { createProfileRoutes } from './profile-routes.ts';
import { matcherOf, type RouteTable } from './route-table.ts';
import { createSecretRoutes } from './secret-routes.ts';
import { createServerRoutes } from './server-routes.ts';

type Deps = Pick<RouteDeps, 'clock' | 'daemon' | 'log'>;

/** All routes below `/gantry/mcp/` that change or show what people keep for MCP servers. */
export function managementTable(management: McpManagement, deps: Deps): RouteTable {
  return {
    ...createCatalogRoutes(management, deps),
    ...createProfileRoutes(management),
    ...createServerRoutes(management, deps),
    ...createSecretRoutes(management),
    ...createOAuthRoutes(management, deps),
    ...createGuardRoutes(management, deps),
    ...createClientRoutes(management),
    ...createCallRoutes(management, deps),
    ...createChangeRoutes(management, deps),
  };
}

/** For programs of this machine and the dashboard, never for other pages and never for containers. */
export function createManagementRoutes({
  mcpManagement,
  ...deps
}: Deps & { readonly mcpManagement?: McpManagement | undefined }): RouteSet {
  const match = mcpManagement ? matcherOf(managementTable(mcpManagement, deps)) : () => undefined;
  return {
    match(verb, path) {
      if (!path.startsWith('/gantry/mcp/')) return undefined;
      const handler = match(verb, path);
      return (
        handler &&
        ((exchange) => {
          refuseOtherPages(exchange.request);
          exchange.response.setHeader('cache-control', 'no-store');
          return handler(exchange);
        })
      );
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}
