import type { RemovedManyBody } from '#contract';
import { toAppError } from '#core';

interface Removal<Item> {
  readonly items: readonly Item[];
  readonly nameOf: (item: Item) => string;
  readonly remove: (item: Item) => Promise<void>;
}

/** Removes one after the other; one that is refused leaves the others to go. */
export async function removeListed<Item>({ items, nameOf, remove }: Removal<Item>): Promise<RemovedManyBody> {
  const body: RemovedManyBody = { removed: [], failed: [] };
  for (const item of items) {
    try {
      await remove(item);
      body.removed.push(nameOf(item));
    } catch (error) {
      const { code, message, hint, params } = toAppError(error);
      body.failed.push({ name: nameOf(item), code, message, params, ...(hint !== undefined && { hint }) });
    }
  }
  return body;
}
