import { AppError } from '#core';
import type { BackendName } from '#inference';
import { answerParts } from '../chat/chat-parts.ts';
import { countTokens } from '../chat/count-tokens.ts';
import { readJsonRequest, reportIgnored } from '../chat/read-request.ts';
import { sseFrame, streamChat, type StreamShape } from '../chat/stream-chat.ts';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import { checkBackend } from '../inference/backends.ts';
import type { EngineCall } from '../inference/engine.ts';
import { instruct } from '../inference/instruct.ts';
import { runnerWishes } from '../inference/runner-wishes.ts';
import type { RouteDeps } from '../route-sets.ts';
import { chatMessages } from './conversation.ts';
import { responsesError, sendResponsesError } from './errors.ts';
import { itemPage } from './input-items.ts';
import { readItems, type Item } from './items.ts';
import { readResponseRequest } from './read-response-request.ts';
import {
  createResponseBuilder,
  type ResponseBody,
  type ResponseBuilder,
  type ResponseEvent,
} from './response-builder.ts';
import { createResponseStore } from './response-store.ts';

const responsesPath = /^(?:\/v1|\/engines|\/engines\/([^/]+)|\/engines\/([^/]+)\/v1)?\/responses(?:\/(.*))?$/;

/** Is told which backend the path named. */
type NamedHandler = (exchange: Exchange, backend: BackendName | undefined) => Promise<void> | void;

interface Asked {
  readonly call: EngineCall;
  readonly stream: boolean;
  readonly builder: ResponseBuilder;
  /** All that the model is given. */
  readonly input: readonly Item[];
  readonly store: boolean;
}

/** OpenAI's Responses API on chat completions, with the conversations that continue. */
export function createResponsesRoutes(deps: RouteDeps): RouteSet {
  const { engine, clock } = deps;
  const store = createResponseStore(clock);

  async function read(exchange: Exchange, backend: BackendName | undefined): Promise<Asked> {
    const fields = await readJsonRequest(exchange, deps);
    const request = readResponseRequest(fields);
    const { model, stream, previousId } = request;
    exchange.notes.model = model.slice(0, 200);
    const earlier = previousId === undefined ? [] : conversation(store.get(previousId, 'previous_response_id'));
    const input = [...earlier, ...readItems(request.input, store.finder())];
    const messages = chatMessages(request.instructions, input);
    reportIgnored(exchange, request.ignored);
    const options = stream ? { stream_options: { include_usage: true } } : {};
    const own = await deps.instructions.of(model);
    return {
      call: {
        contextSize: own?.contextSize,
        ...runnerWishes(exchange.request.headers, fields),
        model,
        backend,
        mode: 'completion',
        operation: 'chat/completions',
        body: instruct({ model, messages, ...request.chat, ...options }, own),
        signal: exchange.gone,
      },
      stream,
      builder: createResponseBuilder({ echo: request.echo, now: () => Math.floor(clock.now() / 1000) }),
      input,
      store: request.store,
    };
  }

  /** Keeps a response that is to be kept, and says in it whether it was. */
  const keep =
    ({ input, store: wanted }: Asked) =>
    (response: ResponseBody): ResponseBody =>
      wanted && store.put({ response, input }) ? response : { ...response, store: false };

  async function create(exchange: Exchange, backend: BackendName | undefined): Promise<void> {
    const asked = await read(exchange, backend);
    if (asked.stream) {
      await streamChat(exchange, { call: asked.call, shape: shapeOf(asked.builder, keep(asked)) }, deps);
      return;
    }
    const { builder } = asked;
    const { body, queueMs } = await engine.ask(asked.call);
    for (const part of answerParts(body)) builder.add(part);
    builder.end();
    exchange.response.setHeader('x-gantry-queue-ms', queueMs.toFixed(1));
    sendJson(exchange, 200, keep(asked)(builder.response()));
  }

  async function count(exchange: Exchange, backend: BackendName | undefined): Promise<void> {
    const { operation: _operation, body: chat, ...runner } = (await read(exchange, backend)).call;
    const tokens = await countTokens({ ...runner, chat }, engine);
    sendJson(exchange, 200, { object: 'response.input_tokens', input_tokens: tokens });
  }

  function remove(exchange: Exchange, id: string): void {
    store.remove(id);
    sendJson(exchange, 200, { id, object: 'response.deleted', deleted: true });
  }

  function show(exchange: Exchange, id: string): void {
    const { response } = store.get(id);
    if (new URLSearchParams(exchange.query).get('stream') === 'true') {
      throw new AppError('request.invalid', 'A response cannot be streamed a second time.', {
        params: { param: 'stream' },
      });
    }
    sendJson(exchange, 200, response);
  }

  function cancel(_exchange: Exchange, id: string): void {
    store.get(id);
    throw new AppError(
      'request.invalid',
      'Only responses in the background can be cancelled, and there are none here.',
      {
        hint: 'Close the connection to break off an answer.',
        params: { param: 'response_id' },
      },
    );
  }

  function handlerOf(verb: string, rest: string | undefined): NamedHandler | undefined {
    if (rest === undefined || rest === 'input_tokens') {
      if (verb !== 'POST') return undefined;
      return rest === undefined ? create : count;
    }
    const [id = '', action, ...more] = rest.split('/').map(decodeURIComponent);
    if (id === '' || more.length > 0) return undefined;
    switch (`${verb} ${action ?? ''}`) {
      case 'GET ':
        return (exchange) => show(exchange, id);
      case 'DELETE ':
        return (exchange) => remove(exchange, id);
      case 'GET input_items':
        return (exchange) => sendJson(exchange, 200, itemPage(store.get(id).input, exchange.query));
      case 'POST cancel':
        return (exchange) => cancel(exchange, id);
      default:
        return undefined;
    }
  }

  return {
    match(verb, path) {
      const [matched, short, backend, rest] = responsesPath.exec(path) ?? [];
      // `/engines/v1/responses` names no backend, and only a path with /v1 names one.
      if (matched === undefined || (short !== undefined && short !== 'v1')) return undefined;
      const handler = handlerOf(verb, rest) ?? lost(verb, path);
      return async (exchange) => {
        const name = backend === undefined ? undefined : decodeURIComponent(backend);
        await handler(exchange, await checkBackend(name, deps));
      };
    },
    fail: sendResponsesError,
  };
}

function lost(verb: string, path: string): Handler {
  return () => {
    throw new AppError('request.not_found', `There is no ${verb} ${path.slice(0, 200)}.`, {
      hint: 'See docs/compatibility.md for the routes.',
      params: { method: verb, path: path.slice(0, 200) },
    });
  };
}

function conversation({ response, input }: { response: ResponseBody; input: readonly Item[] }): readonly Item[] {
  return [...input, ...response.output];
}

function shapeOf(builder: ResponseBuilder, keep: (response: ResponseBody) => ResponseBody): StreamShape {
  const frames = (events: readonly ResponseEvent[]): string =>
    events.map((event) => sseFrame(event.type, event)).join('');
  return {
    begin: () => frames(builder.begin()),
    part: (part) => frames(builder.add(part)),
    end: () => frames(builder.end(keep)),
    fail: (error) => {
      const { code, type, message, param } = responsesError(error).error;
      return frames(builder.fail({ code: type === 'server_error' ? type : (code ?? type), message, param }));
    },
  };
}
