import { AppError, type Digest } from '#core';
import type { ModelRequests, Recorder } from '#observe';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import { sseHeaders } from '../inference/patience.ts';
import type { RouteDeps } from '../route-sets.ts';
import { readBool } from './read-bool.ts';

const heartbeatMs = 15_000;
/** A reader further behind than this is let go. */
const maxBehindBytes = 1024 * 1024;

type Deps = Pick<RouteDeps, 'models' | 'clock' | 'daemon'> & { readonly recorder?: Recorder | undefined };

/** `/engines/requests`: what was asked and answered (contract model-runner §2.8). */
export function createRequestsRoutes({ models, clock, daemon, recorder }: Deps): RouteSet {
  /** `undefined` is every model, `none` one that is not here. */
  async function wanted(query: URLSearchParams): Promise<Digest | 'none' | undefined> {
    const name = query.get('model') ?? '';
    if (name === '') return undefined;
    return await models.get(name).then(
      ({ id }) => id,
      (error: unknown) => {
        if (error instanceof AppError && /^(model|reference)\./.test(error.code)) return 'none';
        throw error;
      },
    );
  }

  async function stored(id: Digest | 'none' | undefined): Promise<readonly ModelRequests[]> {
    return id === 'none' || recorder === undefined ? [] : await recorder.list(id);
  }

  async function show(exchange: Exchange): Promise<void> {
    const query = new URLSearchParams(exchange.query);
    const id = await wanted(query);
    if (exchange.request.headers.accept?.includes('text/event-stream')) {
      await follow(exchange, { id, existing: readBool(query, 'include_existing') });
    } else sendJson(exchange, 200, (await stored(id)).filter(({ records }) => records.length > 0).map(toBody));
  }

  async function follow(
    exchange: Exchange,
    { id, existing }: { id: Digest | 'none' | undefined; existing: boolean },
  ): Promise<void> {
    const { response } = exchange;
    const send = (event: string, data: string): void => {
      response.write(`event: ${event}\ndata: ${data}\n\n`);
      if (response.writableLength > maxBehindBytes) response.destroy();
    };
    const sendAll = (event: string, { modelId, records }: ModelRequests): void => {
      for (const record of records) send(event, JSON.stringify([toBody({ modelId, records: [record] })]));
    };
    const early: ModelRequests[] = [];
    let ready = false;
    const stopListening = recorder?.listen((record, modelId) => {
      if (id !== undefined && id !== modelId) return;
      const one = { modelId, records: [record] };
      if (ready) sendAll('new_request', one);
      else early.push(one);
    });
    try {
      const before = existing ? await stored(id) : [];
      response.writeHead(200, sseHeaders).flushHeaders();
      for (const one of before) sendAll('existing_request', one);
      send('connected', '{"status": "connected"}');
      const shown = new Set(before.flatMap(({ records }) => records.map((record) => record.id)));
      for (const one of early) if (!one.records.some((record) => shown.has(record.id))) sendAll('new_request', one);
      ready = true;
      await untilOver(exchange);
    } finally {
      stopListening?.();
      if (response.headersSent) response.end();
    }
  }

  /** The reader leaves or the daemon stops. */
  function untilOver({ response }: Exchange): Promise<void> {
    let cancel: (() => void) | undefined;
    const beat = (): void => {
      cancel = clock.schedule(heartbeatMs, () => {
        response.write(': \n\n');
        beat();
      });
    };
    beat();
    return new Promise((resolve) => {
      const over = (): void => {
        cancel?.();
        response.off('close', over);
        daemon.stopping.removeEventListener('abort', over);
        resolve();
      };
      response.once('close', over);
      daemon.stopping.addEventListener('abort', over);
      if (response.destroyed || daemon.stopping.aborted) over();
    });
  }

  async function clear(exchange: Exchange): Promise<void> {
    const id = await wanted(new URLSearchParams(exchange.query));
    if (id !== 'none') await recorder?.clear(id);
    sendEmpty(exchange, 204);
  }

  return {
    match(verb, path) {
      if (path !== '/engines/requests') return undefined;
      if (verb === 'GET') return show;
      return verb === 'DELETE' ? clear : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function toBody({ modelId, records }: ModelRequests): unknown {
  return { count: records.length, model: modelId, config: {}, records };
}
