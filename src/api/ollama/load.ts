import { sendJson, type Exchange } from '../http/exchange.ts';
import type { JsonObject } from '../inference/engine.ts';
import type { RouteDeps } from '../route-sets.ts';
import { opening } from './deliver.ts';
import type { Prepared } from './prepare.ts';

/** A request without input only loads its model, or unloads it when it is to be kept for no time. */
export async function loadOrUnload(
  exchange: Exchange,
  { name, model, place, empty }: Pick<Prepared, 'name' | 'model' | 'place'> & { readonly empty: JsonObject },
  { inference, clock }: RouteDeps,
): Promise<void> {
  const unloads = place.keepAliveMs === 0;
  if (unloads) {
    await inference.unload({ models: [model.id] });
    // A busy runner goes when its answers are complete.
    const busy = inference.running().filter(({ modelId, state }) => modelId === model.id && state !== 'stopping');
    for (const { mode } of busy) (await inference.acquire({ ...place, mode })).release();
  } else {
    (await inference.acquire(place)).release();
  }
  sendJson(exchange, 200, {
    ...opening(name, clock),
    ...empty,
    done: true,
    done_reason: unloads ? 'unload' : 'load',
  });
}
