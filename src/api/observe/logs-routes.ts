import { AppError } from '#core';
import type { LogReader } from '#observe';
import { sendError, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import { drained } from '../inference/drained.ts';
import type { RouteDeps } from '../route-sets.ts';
import { readBool } from './read-bool.ts';

type Deps = Pick<RouteDeps, 'daemon'> & { readonly logs: LogReader };

/** `/logs`: what the daemon and its runners wrote, merged by time (contract model-runner §2.11). */
export function createLogsRoutes({ logs, daemon }: Deps): RouteSet {
  async function show(exchange: Exchange): Promise<void> {
    const { response, gone } = exchange;
    const query = new URLSearchParams(exchange.query);
    const [follow, withoutEngines] = [readBool(query, 'follow'), readBool(query, 'no-engines')];
    if (!(await logs.exists())) throw new AppError('request.not_found', 'There is no log yet.');
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
    response.flushHeaders();
    const signal = AbortSignal.any([gone, daemon.stopping]);
    for await (const text of logs.read({ engines: !withoutEngines, follow, signal })) {
      if (response.destroyed) return;
      if (!response.write(text)) await drained(exchange);
    }
    response.end();
  }
  return {
    match: (verb, path) => (path === '/logs' && verb === 'GET' ? show : undefined),
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}
