import { pipeline } from 'node:stream/promises';
import { AppError } from '#core';
import { discard } from '../http/body.ts';
import { sendError, sentence, type Exchange } from '../http/exchange.ts';
import type { ApiOptions } from '../types.ts';
import { loadedLine } from './lines.ts';

/** `POST /models/load[?tag=]`: takes in an OCI tar of any size as it comes. */
export async function loadModel(exchange: Exchange, { models, daemon }: ApiOptions): Promise<void> {
  const { request, response } = exchange;
  const signal = AbortSignal.any([exchange.gone, daemon.stopping]);
  const wanted = new URLSearchParams(exchange.query).get('tag') ?? undefined;
  try {
    refuseEncoded(request.headers['content-encoding']);
    // A request that is refused half way must stay open for its answer.
    const tar: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    const { model, tag } = await models.load(tar, { signal, tag: wanted });
    exchange.notes.model = model.id;
    const body = Buffer.from(`${JSON.stringify(loadedLine({ id: model.id, tag }))}\n`);
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length }).end(body);
  } catch (error) {
    if (exchange.gone.aborted) return;
    sendError(exchange, error, { shape: 'text', text: (failure) => `error while loading model: ${sentence(failure)}` });
    discard(request);
  }
}

/** `GET /models/{name}/export`: a model as a tar, its size said beforehand. */
export async function exportModel(exchange: Exchange, name: string, { models }: ApiOptions): Promise<void> {
  const { request, response } = exchange;
  exchange.notes.model = name.slice(0, 200);
  try {
    const { sizeBytes, chunks } = await models.exportTar(name);
    response.writeHead(200, {
      'content-type': 'application/x-tar',
      'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]+/g, '_').slice(0, 150)}.tar"`,
      'content-length': sizeBytes,
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(chunks, response);
  } catch (error) {
    if (exchange.gone.aborted) return;
    sendError(exchange, error, {
      shape: 'text',
      text: (failure) =>
        failure.code === 'model.not_found' ? 'model not found' : `error while exporting model: ${sentence(failure)}`,
    });
  }
}

function refuseEncoded(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity') return;
  throw new AppError('request.invalid', `A body with Content-Encoding ${encoding} is not supported.`, {
    hint: 'Send it uncompressed.',
    params: { encoding },
  });
}
