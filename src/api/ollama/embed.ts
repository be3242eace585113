import { AppError } from '#core';
import { isObject } from '../http/body.ts';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { JsonObject } from '../inference/engine.ts';
import type { RouteDeps } from '../route-sets.ts';
import { nanoseconds } from './deliver.ts';
import { samplingOf } from './options.ts';
import { keepAliveOf, modelNameOf, readRequest, reportIgnored } from './request.ts';

interface EmbedFields {
  readonly name?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly keep_alive?: string | number | null | undefined;
  readonly options?: JsonObject | null | undefined;
}

type Place = ReturnType<typeof placeOf>;

/** `POST /api/embed` */
export async function embed(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const startedAt = deps.clock.monotonic();
  const request = await readRequest(exchange, 'embed');
  const place = placeOf(exchange, request);
  const input = typeof request.input === 'string' ? [request.input] : (request.input ?? []);
  const texts = input.filter((text) => text !== '');
  if (texts.length === 0) {
    // As without a prompt elsewhere: the model is loaded, and there is nothing to say.
    (await deps.inference.acquire(place)).release();
    sendJson(exchange, 200, { model: place.model, embeddings: [] });
    return;
  }
  if (texts.length < input.length) {
    throw new AppError('request.invalid', '"input" holds an empty text.', { params: { param: 'input' } });
  }
  const truncate = request.truncate !== false;
  const { vectors, queueMs, promptTokens } = await vectorsOf(texts, { place, truncate }, deps);
  sendJson(exchange, 200, {
    model: place.model,
    embeddings: vectors.map((vector) => shortened(vector, request.dimensions ?? 0)),
    total_duration: nanoseconds(deps.clock.monotonic() - startedAt),
    load_duration: nanoseconds(queueMs),
    prompt_eval_count: promptTokens,
  });
}

/** `POST /api/embeddings`, which takes one text. */
export async function embeddings(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const request = await readRequest(exchange, 'embeddings');
  const place = placeOf(exchange, request);
  if (!request.prompt) {
    (await deps.inference.acquire(place)).release();
    sendJson(exchange, 200, { embedding: [] });
    return;
  }
  const { vectors } = await vectorsOf([request.prompt], { place, truncate: true }, deps);
  sendJson(exchange, 200, { embedding: vectors[0] ?? [] });
}

function placeOf(exchange: Exchange, fields: EmbedFields) {
  const model = modelNameOf(fields, exchange);
  const { body, contextSize, ignored } = samplingOf(fields.options ?? {});
  // How text is sampled means nothing to embeddings.
  reportIgnored(exchange, [...Object.keys(body), ...ignored]);
  const keepAliveMs = keepAliveOf(fields.keep_alive);
  return { model, mode: 'embedding', keepAliveMs, contextSize, signal: exchange.gone } as const;
}

interface Vectors {
  readonly vectors: readonly (readonly number[])[];
  readonly queueMs: number;
  readonly promptTokens: number;
}

async function vectorsOf(
  input: readonly (string | readonly number[])[],
  { place, truncate }: { place: Place; truncate: boolean },
  deps: RouteDeps,
): Promise<Vectors> {
  try {
    const { body, queueMs } = await deps.engine.ask({ ...place, operation: 'embeddings', body: { input } });
    const { usage } = body;
    const promptTokens = isObject(usage) && typeof usage['prompt_tokens'] === 'number' ? usage['prompt_tokens'] : 0;
    return { vectors: readVectors(body, input.length), queueMs, promptTokens };
  } catch (error) {
    const tooLong = error instanceof AppError && error.code === 'inference.context_overflow';
    if (!tooLong || !truncate) throw error;
    const { contextSize } = error.params;
    const room = typeof contextSize === 'number' ? contextSize : await roomOf(place, deps);
    const shorter = await Promise.all(input.map((text) => cut(text, { place, room }, deps)));
    return await vectorsOf(shorter, { place, truncate: false }, deps);
  }
}

async function roomOf({ model }: Place, { inference }: RouteDeps): Promise<number> {
  return (await inference.effective(model, 'embedding')).contextSize.value;
}

/** The client asked for it by `truncate`, which is Ollama's default: what does not fit is left off at the end. */
async function cut(
  text: string | readonly number[],
  { place, room }: { place: Place; room: number },
  { engine }: RouteDeps,
): Promise<readonly number[]> {
  if (typeof text !== 'string') return text.slice(0, room);
  const body = { content: text, add_special: true, parse_special: false };
  const { tokens } = (await engine.ask({ ...place, operation: 'tokenize', body })).body;
  return Array.isArray(tokens) ? tokens.filter((token) => typeof token === 'number').slice(0, room) : [];
}

function readVectors(body: JsonObject, count: number): readonly (readonly number[])[] {
  const { data } = body;
  const vectors = (Array.isArray(data) ? data : []).flatMap((item: unknown) => {
    const vector: unknown = isObject(item) ? item['embedding'] : undefined;
    return Array.isArray(vector) ? [vector.filter((value) => typeof value === 'number')] : [];
  });
  if (vectors.length === count) return vectors;
  throw new AppError('backend.failed', `The model answered ${count} texts with ${vectors.length} embeddings.`);
}

/** The first numbers of a vector, brought back to length 1; 0 is all of them. */
export function shortened(vector: readonly number[], dimensions: number): readonly number[] {
  if (dimensions === 0 || dimensions >= vector.length) return vector;
  const kept = vector.slice(0, dimensions);
  const length = Math.hypot(...kept);
  return length === 0 ? kept : kept.map((value) => value / length);
}
