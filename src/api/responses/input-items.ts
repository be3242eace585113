import { invalid } from '../chat/read-request.ts';
import type { Item } from './items.ts';

export interface ItemPage {
  readonly object: 'list';
  readonly data: readonly Item[];
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly has_more: boolean;
}

/** One page of items, by `limit`, `order` (the newest first by default) and `after`. @throws AppError `request.invalid` */
export function itemPage(items: readonly Item[], query: string): ItemPage {
  const asked = new URLSearchParams(query);
  const limit = Number(asked.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalid('limit', '"limit" must be a whole number from 1 to 100.');
  }
  const order = asked.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw invalid('order', '"order" must be "asc" or "desc".');
  const all = order === 'asc' ? items : items.toReversed();
  const after = asked.get('after');
  const place = after === null ? -1 : all.findIndex(({ id }) => id === after);
  if (after !== null && place === -1) throw invalid('after', `There is no item "${after.slice(0, 100)}" to list from.`);
  const data = all.slice(place + 1, place + 1 + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: place + 1 + limit < all.length,
  };
}
