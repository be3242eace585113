import { AppError } from '#core';
import type { BackendName } from '#inference';
import { answerParts } from '../chat/chat-parts.ts';
import { countTokens } from '../chat/count-tokens.ts';
import { readJsonRequest, reportIgnored } from '../chat/read-request.ts';
import { sseFrame, streamChat } from '../chat/stream-chat.ts';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import { checkBackend } from '../inference/backends.ts';
import type { EngineCall } from '../inference/engine.ts';
import { instruct } from '../inference/instruct.ts';
import { runnerWishes, type RunnerWishes } from '../inference/runner-wishes.ts';
import type { RouteDeps } from '../route-sets.ts';
import { anthropicError, sendAnthropicError } from './errors.ts';
import { createMessageBuilder, type MessageEvent } from './message-builder.ts';
import { anthropicModel, modelPage } from './model-list.ts';
import { readMessageRequest, type MessageRequest } from './read-message-request.ts';

// The second form is where docker/model-runner passes Anthropic's requests on to llama.cpp (contract model-runner §2.2).
const messagesPath = /^(?:\/anthropic\/v1|\/v1|\/engines\/v1|\/engines\/([^/]+)\/v1)\/messages(\/count_tokens)?$/;

type MessageCall = MessageRequest & RunnerWishes & { readonly backend: BackendName | undefined };

/** Anthropic's Messages API, translated to chat completions, so that tools work for every model. */
export function createAnthropicRoutes(deps: RouteDeps): RouteSet {
  const { engine, models } = deps;

  async function read(exchange: Exchange, backend: string | undefined): Promise<MessageCall> {
    const named = await checkBackend(backend, deps);
    const body = await readJsonRequest(exchange, deps);
    const request = readMessageRequest(body);
    exchange.notes.model = request.model.slice(0, 200);
    reportIgnored(exchange, request.ignored);
    const own = await deps.instructions.of(request.model);
    const wishes = { contextSize: own?.contextSize, ...runnerWishes(exchange.request.headers, body) };
    return { ...request, chat: instruct(request.chat, own), backend: named, ...wishes };
  }

  async function answer(exchange: Exchange, backend: string | undefined): Promise<void> {
    const { chat, stream, ignored: _ignored, ...runner } = await read(exchange, backend);
    const { model } = runner;
    const call: EngineCall = {
      ...runner,
      mode: 'completion',
      operation: 'chat/completions',
      body: { model, ...chat, ...(stream ? streamOptions : {}) },
      signal: exchange.gone,
    };
    if (stream) {
      await streamMessage(exchange, call, deps);
      return;
    }
    const { body, alias, queueMs } = await engine.ask(call);
    const builder = createMessageBuilder(alias);
    for (const part of answerParts(body)) builder.add(part);
    builder.end();
    exchange.response.setHeader('x-gantry-queue-ms', queueMs.toFixed(1));
    sendJson(exchange, 200, builder.message());
  }

  async function count(exchange: Exchange, backend: string | undefined): Promise<void> {
    const { stream: _stream, ignored: _ignored, ...request } = await read(exchange, backend);
    sendJson(exchange, 200, { input_tokens: await countTokens({ ...request, signal: exchange.gone }, engine) });
  }

  function handlerOf(verb: string, path: string): Handler | undefined {
    const [messages, backend, counts] = messagesPath.exec(path) ?? [];
    if (messages !== undefined && verb === 'POST') {
      const name = backend === undefined ? undefined : decodeURIComponent(backend);
      return (exchange) => (counts === undefined ? answer(exchange, name) : count(exchange, name));
    }
    if (path === '/anthropic' || path.startsWith('/anthropic/')) return anthropicOnly(verb, path);
    return undefined;
  }

  function anthropicOnly(verb: string, path: string): Handler {
    if (verb === 'GET' && path === '/anthropic/v1/models') {
      return async (exchange) => sendJson(exchange, 200, modelPage(await models.list(), exchange.query));
    }
    if (verb === 'GET' && path.startsWith('/anthropic/v1/models/')) {
      const name = decodeURIComponent(path.slice('/anthropic/v1/models/'.length));
      return async (exchange) => sendJson(exchange, 200, anthropicModel(await models.get(name)));
    }
    return () => {
      throw new AppError('request.not_found', `There is no ${verb} ${path.slice(0, 200)}.`, {
        hint: 'See docs/compatibility.md for the routes.',
        params: { method: verb, path: path.slice(0, 200) },
      });
    };
  }

  return {
    match(verb, path) {
      const handler = handlerOf(verb, path);
      if (handler === undefined) return undefined;
      return (exchange) => {
        exchange.response.setHeader('request-id', exchange.id);
        return handler(exchange);
      };
    },
    fail: sendAnthropicError,
  };
}

const streamOptions = { stream_options: { include_usage: true }, timings_per_token: true };

async function streamMessage(exchange: Exchange, call: EngineCall, deps: RouteDeps): Promise<void> {
  let builder = createMessageBuilder(call.model);
  const frames = (events: readonly MessageEvent[]): string =>
    events.map((event) => sseFrame(event.type, event)).join('');
  const shape = {
    begin(alias: string): string {
      builder = createMessageBuilder(alias);
      return '';
    },
    part: (part: Parameters<typeof builder.add>[0]) => frames(builder.add(part)),
    end: () => frames(builder.end()),
    fail: (error: AppError) => sseFrame('error', anthropicError(error, exchange.id)),
  };
  await streamChat(exchange, { call, shape }, deps);
}
