import { createModelRequest, type ModelBody } from '#contract';
import { AppError } from '#core';
import type { Model } from '#models';
import { isModelId } from '#registry';
import { parseJsonObject, readBody } from '../http/body.ts';
import { sendError, sendJson, sentence, type Exchange } from '../http/exchange.ts';
import type { ApiOptions } from '../types.ts';
import { pullLine } from './pull-line.ts';
import { streamProgress } from './progress-stream.ts';
import { parseValue } from '../http/parse-value.ts';

export function modelBodyOf(model: Model): ModelBody {
  return {
    id: model.id,
    ...(model.tags.length === 0 ? {} : { tags: [...model.tags] }),
    created: model.created,
    config: model.config as ModelBody['config'],
  };
}

export async function listModels(exchange: Exchange, { models }: ApiOptions): Promise<void> {
  sendJson(exchange, 200, (await models.list()).map(modelBodyOf));
}

/** Pull, or registration of a file of this machine. */
export async function createModel(exchange: Exchange, { models, daemon, clock }: ApiOptions): Promise<void> {
  const signal = AbortSignal.any([exchange.gone, daemon.stopping]);
  exchange.response.setHeader('cache-control', 'no-cache');
  try {
    const request = parseCreate(await readBody(exchange.request));
    const { from, source, gguf, 'bearer-token': bearerToken } = request;
    exchange.notes.model = from.slice(0, 200);
    const events =
      gguf === undefined
        ? models.pull(from, { signal, source, bearerToken })
        : models.importFile(gguf, { tag: from, signal });
    await streamProgress(exchange, untilStopping(events, daemon.stopping), { toLine: pullLine, clock });
  } catch (error) {
    if (exchange.gone.aborted) return;
    sendError(exchange, error, { shape: 'text', text: pullErrorText });
  }
}

/** An abort that the daemon's own end caused is said as such. */
export async function* untilStopping<Event>(events: AsyncIterable<Event>, stopping: AbortSignal): AsyncIterable<Event> {
  try {
    yield* events;
  } catch (cause) {
    if (!stopping.aborted) throw cause;
    throw new AppError('daemon.stopping', 'The daemon is stopping; the transfer was interrupted and can be resumed.', {
      hint: 'Run the same command again.',
      cause,
    });
  }
}

function parseCreate(body: Buffer): ReturnType<typeof createModelRequest.parse> {
  const fields = parseJsonObject(body);
  if (fields['from'] === undefined || fields['from'] === '') throw missingFrom();
  const result = parseValue(createModelRequest, fields);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const param = issue?.path.join('.') ?? '';
  throw new AppError('request.invalid', `"${param}" is not valid: ${issue?.message ?? 'wrong type'}.`, {
    params: { param },
  });
}

function missingFrom(): AppError {
  return new AppError('reference.invalid', '"from" must name a model.', {
    hint: 'For example: {"from": "ai/smollm2"}',
    params: { param: 'from' },
  });
}

// The sentences of contract §2.4, by what failed.
function pullErrorText(error: AppError): string {
  switch (error.code) {
    case 'request.invalid':
      return 'invalid request body';
    case 'reference.invalid':
      return 'Invalid model reference';
    case 'source.unauthorized':
      return 'Unauthorized';
    case 'source.not_found':
    case 'model.not_found':
      return 'Model not found';
    default:
      return `error while pulling model: ${sentence(error)}`;
  }
}

export async function getModel(exchange: Exchange, name: string, { models }: ApiOptions): Promise<void> {
  const remote = flag(exchange.query, 'remote');
  try {
    if (!remote) {
      sendJson(exchange, 200, modelBodyOf(await models.get(name)));
      return;
    }
    const { tags: _tags, ...model } = modelBodyOf(await models.getRemote(name, { signal: exchange.gone }));
    sendJson(exchange, 200, model);
  } catch (error) {
    const prefix = remote ? 'error while getting remote model: ' : '';
    sendError(exchange, notFoundWhenEmpty(error, name), {
      shape: 'text',
      text: (failure) => prefix + localText(failure),
    });
  }
}

/** Removes a model; what runs of it is stopped first, unless it is in use or only loses a tag. */
export async function removeModel(exchange: Exchange, name: string, { models, inference }: ApiOptions): Promise<void> {
  const force = flag(exchange.query, 'force');
  try {
    const model = await models.get(name);
    const byId = isModelId(name);
    const losesAll = model.tags.length <= 1 || (byId && force);
    if (losesAll) await inference.release(model.id);
    sendJson(exchange, 200, await models.remove(name, { force }));
  } catch (error) {
    sendError(exchange, notFoundWhenEmpty(error, name), {
      shape: 'text',
      text: (failure) => `error while deleting model: ${localText(failure)}`,
    });
  }
}

export async function tagModel(exchange: Exchange, name: string, { models }: ApiOptions): Promise<void> {
  const query = new URLSearchParams(exchange.query);
  const repository = query.get('repo');
  const tag = query.get('tag');
  if (!repository || !tag) {
    const error = new AppError('request.invalid', 'missing repo or tag query parameter');
    sendError(exchange, error, { shape: 'text' });
    return;
  }
  const target = `${repository}:${tag}`;
  try {
    await models.tag(name, target);
    sendJson(exchange, 201, { message: `Model tagged successfully with "${target}"`, target });
  } catch (error) {
    sendError(exchange, error, {
      shape: 'text',
      text: (failure) =>
        failure.code === 'model.not_found' ? 'model not found' : `error while tagging model: ${sentence(failure)}`,
    });
  }
}

function localText(error: AppError): string {
  return error.code === 'model.not_found' || error.code === 'source.not_found' ? 'model not found' : sentence(error);
}

// `/models/` names no model; docker/model-runner answers 404 (golden models-list-trailing-slash).
function notFoundWhenEmpty(error: unknown, name: string): unknown {
  if (name !== '') return error;
  return new AppError('model.not_found', 'The path names no model.', { cause: error });
}

/** A query flag: `?remote`, `?remote=true`. Anything but a boolean is an error, never a silent false. */
function flag(query: string, name: string): boolean {
  const value = new URLSearchParams(query).get(name);
  if (value === null || value === 'false' || value === '0') return false;
  if (value === '' || value === 'true' || value === '1') return true;
  throw new AppError('request.invalid', `"${name}" must be true or false, not "${value.slice(0, 50)}".`, {
    params: { param: name, value: value.slice(0, 50) },
  });
}
