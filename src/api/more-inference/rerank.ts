import { AppError } from '#core';
import { readBody } from '../http/body.ts';
import { sendJson, type Exchange } from '../http/exchange.ts';
import { isObject } from '../http/body.ts';
import type { JsonObject } from '../inference/json.ts';
import type { Asking } from './asking.ts';
import { readModelRequest, textField, textsField, wrong } from './read-fields.ts';

interface Ranked {
  readonly index: number;
  readonly relevance_score: number;
}

/** `POST /rerank`: documents by how well they answer a query, the best first; the shape that Jina's and Cohere's clients read. */
export async function rerank(exchange: Exchange, asking: Asking): Promise<void> {
  const { model, fields } = readModelRequest(await readBody(exchange.request));
  exchange.notes.model = model.slice(0, 200);
  const query = textField(fields, 'query');
  const documents = textsField(fields, 'documents');
  const { top_n: most = null, return_documents: echo = null } = fields;
  if (most !== null && (typeof most !== 'number' || !Number.isInteger(most) || most < 1)) {
    throw wrong('top_n', 'a whole number above 0');
  }
  if (echo !== null && typeof echo !== 'boolean') throw wrong('return_documents', 'true or false');
  const { ranked, usage } = await rank({ model, query, documents }, { exchange, ...asking });
  const results = ranked
    .toSorted((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, most ?? documents.length)
    .map((one) => (echo ? { ...one, document: { text: documents[one.index] } } : one));
  sendJson(exchange, 200, { model, object: 'list', usage, results });
}

/** `POST /score`: how well each text of `text_2` fits `text_1`, in their order; the shape of vLLM. */
export async function score(exchange: Exchange, asking: Asking): Promise<void> {
  const { model, fields } = readModelRequest(await readBody(exchange.request));
  exchange.notes.model = model.slice(0, 200);
  const query = textField(fields, 'text_1');
  const { text_2: second } = fields;
  const documents = typeof second === 'string' ? [second] : textsField(fields, 'text_2');
  const { ranked, usage } = await rank({ model, query, documents }, { exchange, ...asking });
  const data = ranked
    .toSorted((a, b) => a.index - b.index)
    .map((one) => ({ index: one.index, object: 'score', score: one.relevance_score }));
  sendJson(exchange, 200, { object: 'list', model, data, usage });
}

interface Question {
  readonly model: string;
  readonly query: string;
  readonly documents: readonly string[];
}

async function rank(
  { model, query, documents }: Question,
  { exchange, engine, backend }: Asking & { exchange: Exchange },
): Promise<{ readonly ranked: readonly Ranked[]; readonly usage: JsonObject }> {
  const { body } = await engine.ask({
    operation: 'rerank',
    mode: 'reranking',
    model,
    backend,
    body: { model, query, documents },
    signal: exchange.gone,
  });
  const results: readonly unknown[] = Array.isArray(body['results']) ? body['results'] : [];
  const ranked = results.filter((one): one is Ranked & JsonObject => isRanked(one, documents.length));
  if (ranked.length !== documents.length) {
    throw new AppError('backend.failed', "The model's server ranked other documents than it was asked to.");
  }
  const usage = isObject(body['usage']) ? body['usage'] : {};
  return { ranked: ranked.map(({ index, relevance_score }) => ({ index, relevance_score })), usage };
}

function isRanked(value: unknown, count: number): boolean {
  return (
    isObject(value) &&
    typeof value['index'] === 'number' &&
    value['index'] >= 0 &&
    value['index'] < count &&
    typeof value['relevance_score'] === 'number'
  );
}
