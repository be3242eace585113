import type { Docker } from '#docker';
import { damaged } from './layers/read-tar.ts';
import { scanArchive } from './layers/scan-archive.ts';
import { makeInventory } from './report/inventory.ts';
import type { Inventory } from './types.ts';

export type ScanEvent =
  | { readonly type: 'reading'; readonly readBytes: number; readonly totalBytes: number }
  | { readonly type: 'done'; readonly inventory: Inventory; readonly digest: string };

const everyBytes = 4 * 1024 * 1024;

/**
 * Reads an image's layers as the Engine sends them; nothing is written and little is kept.
 * @throws AppError `docker.not_found` when the Engine does not have it
 */
export async function* scanImage(
  docker: Docker,
  name: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ScanEvent, void, void> {
  const { id, sizeBytes: totalBytes, os, architecture } = await docker.images.inspect(name, { signal });
  const { status, stream } = await docker.request({
    method: 'GET',
    path: `/images/${encodeURIComponent(name)}/get`,
    signal,
  });
  if (status >= 400) {
    stream.destroy();
    throw damaged(`the Engine answers ${status} when its layers are asked for`);
  }
  const progress = { readBytes: 0 };
  const counted = (async function* count() {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      progress.readBytes += chunk.length;
      yield chunk;
    }
  })();
  const work = scanArchive(counted, { platform: { os, architecture } });
  // Whoever draws hears of bytes while they pass; the work itself does not wait for them.
  let told = 0;
  let isDone = false;
  const finish = work.finally(() => {
    isDone = true;
  });
  finish.catch(() => undefined);
  while (!isDone) {
    await Promise.race([finish.catch(() => undefined), nextTurn()]);
    if (progress.readBytes - told >= everyBytes) {
      told = progress.readBytes;
      yield { type: 'reading', readBytes: told, totalBytes };
    }
  }
  yield { type: 'done', inventory: makeInventory(await finish), digest: id };
}

const turnMs = 50;

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, turnMs);
  });
}
