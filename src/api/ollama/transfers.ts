import type { PullEvent } from '#models';
import type { Exchange } from '../http/exchange.ts';
import { untilStopping } from '../models/model-routes.ts';
import type { RouteDeps } from '../route-sets.ts';
import { progressLine, reportProgress, type ProgressLine } from './progress.ts';
import { modelNameOf, readRequest } from './request.ts';

/** `POST /api/pull` */
export async function pull(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const request = await readRequest(exchange, 'pull');
  const name = modelNameOf(request, exchange);
  const { signal, daemon, clock } = transfer(exchange, deps);
  const lines = pullLines(untilStopping(deps.models.pull(name, { signal }), daemon.stopping));
  await reportProgress(exchange, lines, { stream: request.stream !== false, clock });
}

/** `POST /api/push` */
export async function push(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const request = await readRequest(exchange, 'push');
  const name = modelNameOf(request, exchange);
  const { signal, daemon, clock } = transfer(exchange, deps);
  const lines = pushLines(untilStopping(deps.models.push(name, { signal }), daemon.stopping));
  await reportProgress(exchange, lines, { stream: request.stream !== false, clock });
}

function transfer(exchange: Exchange, { daemon, clock }: RouteDeps) {
  exchange.response.setHeader('cache-control', 'no-cache');
  return { signal: AbortSignal.any([exchange.gone, daemon.stopping]), daemon, clock };
}

/** A pull in Ollama's words. */
export async function* pullLines(events: AsyncIterable<PullEvent>): AsyncGenerator<ProgressLine> {
  yield { status: 'pulling manifest' };
  for await (const event of events) {
    const line = progressLine(event, 'pulling');
    if (line) yield line;
  }
  // Every file is checked while it comes in.
  yield { status: 'verifying sha256 digest' };
  yield { status: 'writing manifest' };
}

async function* pushLines(events: AsyncIterable<PullEvent>): AsyncGenerator<ProgressLine> {
  yield { status: 'retrieving manifest' };
  for await (const event of events) {
    const line = progressLine(event, 'pushing');
    if (line) yield line;
  }
  yield { status: 'pushing manifest' };
}
