import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { createLogsRoutes } from './logs-routes.ts';
import { createMetricsRoutes } from './metrics-routes.ts';
import { createRequestsRoutes } from './requests-routes.ts';

/** What the daemon tells about itself: recorded requests, metrics, logs. Each is there when what it shows is. */
export function createObserveRoutes(deps: RouteDeps): readonly RouteSet[] {
  const { metrics, logs } = deps;
  return [
    createRequestsRoutes(deps),
    ...(metrics ? [createMetricsRoutes({ ...deps, metrics })] : []),
    ...(logs ? [createLogsRoutes({ ...deps, logs })] : []),
  ];
}
