import { isAbort, toAppError } from '#core';
import type { Models } from '#models';
import type { Metrics, TransferKind } from '#observe';

type Event = { readonly type: string };

/** The same models, with what pulls and pushes move counted. */
export function countTransfers(models: Models, metrics: Metrics): Models {
  return {
    ...models,
    pull: (reference, options) => counted(models.pull(reference, options), { kind: 'pull', metrics }),
    push: (reference, options) => counted(models.push(reference, options), { kind: 'push', metrics }),
  };
}

async function* counted<E extends Event>(
  events: AsyncIterable<E>,
  { kind, metrics }: { kind: TransferKind; metrics: Metrics },
): AsyncGenerator<E, void> {
  const received = new Map<string, number>();
  let outcome: 'done' | 'cached' | 'failed' | 'aborted' = 'aborted';
  try {
    for await (const event of events) {
      const moved = bytesOf(event);
      if (moved !== undefined) {
        const before = received.get(moved.layer);
        // The first word about a layer tells what was there before.
        if (before !== undefined && moved.bytes > before) metrics.transferred(kind, moved.bytes - before);
        received.set(moved.layer, moved.bytes);
      }
      if (event.type === 'done') outcome = 'cached' in event && event.cached === true ? 'cached' : 'done';
      yield event;
    }
  } catch (error) {
    outcome = isAbort(error) || toAppError(error).code === 'request.aborted' ? 'aborted' : 'failed';
    throw error;
  } finally {
    metrics.transferEnded(kind, outcome);
  }
}

function bytesOf(event: object): { readonly layer: string; readonly bytes: number } | undefined {
  if (!('layer' in event) || typeof event.layer !== 'string') return undefined;
  for (const name of ['receivedBytes', 'sentBytes'] as const) {
    const bytes = name in event ? (event as Readonly<Record<string, unknown>>)[name] : undefined;
    if (typeof bytes === 'number') return { layer: event.layer, bytes };
  }
  return undefined;
}
