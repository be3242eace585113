import { sendEmpty, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteDeps } from '../route-sets.ts';
import { modelNameOf, readRequest } from './request.ts';

/** `DELETE /api/delete`: takes a name away, and with the last one the model. */
export async function remove(exchange: Exchange, { models, inference }: RouteDeps): Promise<void> {
  const name = modelNameOf(await readRequest(exchange, 'delete'), exchange);
  const model = await models.get(name);
  if (model.tags.length <= 1) await inference.release(model.id);
  await models.remove(name, { force: false });
  sendJson(exchange, 200, {});
}

/** `POST /api/copy`: a second name for a model. */
export async function copy(exchange: Exchange, { models }: RouteDeps): Promise<void> {
  const { source, destination } = await readRequest(exchange, 'copy');
  exchange.notes.model = source.slice(0, 200);
  await models.tag(source, destination);
  sendJson(exchange, 200, {});
}

/** `HEAD /api/blobs/:digest`: whether a file needs not be sent. */
export async function hasBlob(exchange: Exchange, digest: string, { models }: RouteDeps): Promise<void> {
  sendEmpty(exchange, (await models.uploads.has(digest)) ? 200 : 404);
}

/** `POST /api/blobs/:digest`: takes in a file of a model that is about to be made. */
export async function sendBlob(exchange: Exchange, digest: string, { models, daemon }: RouteDeps): Promise<void> {
  const { request } = exchange;
  const announced = Number(request.headers['content-length']);
  await models.uploads.receive(digest, {
    bytes: request,
    sizeBytes: Number.isSafeInteger(announced) ? announced : undefined,
    signal: AbortSignal.any([exchange.gone, daemon.stopping]),
  });
  sendEmpty(exchange, 201);
}
