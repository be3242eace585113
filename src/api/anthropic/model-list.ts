import type { Model } from '#models';
import { invalid } from '../chat/read-request.ts';

export interface ModelPage {
  readonly data: readonly unknown[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

/** A model as Anthropic lists it. What is said of Claude's models alone is null, as the API has it for "not known". */
export function anthropicModel(model: Model): { readonly id: string } & Readonly<Record<string, unknown>> {
  const id = model.tags[0] ?? model.id;
  return {
    type: 'model',
    id,
    display_name: id.replace(/^docker\.io\//, ''),
    created_at: new Date(model.created * 1000).toISOString(),
    max_input_tokens: model.config.context_size ?? null,
    max_tokens: null,
    capabilities: null,
  };
}

/** One page of the list, by `limit`, `after_id` and `before_id`. @throws AppError `request.invalid` */
export function modelPage(models: readonly Model[], query: string): ModelPage {
  const asked = new URLSearchParams(query);
  const limit = readLimit(asked.get('limit'));
  const all = models.map(anthropicModel);
  const place = (name: string): number | undefined => {
    const id = asked.get(name);
    if (id === null || id === '') return undefined;
    const index = all.findIndex((model) => model.id === id);
    if (index === -1) throw invalid(name, `There is no model "${id.slice(0, 200)}" to list from.`);
    return index;
  };
  const [after, before] = [place('after_id'), place('before_id')];
  const start = before === undefined ? (after === undefined ? 0 : after + 1) : Math.max(0, before - limit);
  const end = before ?? Math.min(all.length, start + limit);
  const data = all.slice(start, end);
  return {
    data,
    has_more: before === undefined ? end < all.length : start > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function readLimit(text: string | null): number {
  if (text === null) return 20;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw invalid('limit', '"limit" must be a whole number from 1 to 1000.');
}
