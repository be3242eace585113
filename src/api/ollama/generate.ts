import type { OllamaMessage, OllamaRequests } from '#contract';
import { AppError, toAppError } from '#core';
import type { Exchange } from '../http/exchange.ts';
import type { EngineCall } from '../inference/engine.ts';
import type { RouteDeps } from '../route-sets.ts';
import type { Piece } from './answer.ts';
import { continuePrompt, promptTokens, tokensOf } from './context.ts';
import { deliver } from './deliver.ts';
import { conversation } from './instructions.ts';
import { loadOrUnload } from './load.ts';
import { openAiMessages } from './messages.ts';
import {
  constraint,
  formatOf,
  logprobsAsked,
  prepare,
  requireCapability,
  responseFormat,
  type Format,
  type Prepared,
} from './prepare.ts';
import { readRequest, reportIgnored } from './request.ts';

type Request = OllamaRequests['generate'];

/** `POST /api/generate` */
export async function generate(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const request = await readRequest(exchange, 'generate', deps);
  refuseContradictions(request);
  const format = formatOf(request.format);
  // Refuses bad images before anything is looked up.
  openAiMessages([userMessage(request)]);
  const prepared = await prepare(exchange, request, deps);
  const { name, model, place } = prepared;
  const { prompt, suffix, images, stream } = request;
  if (!prompt && !suffix && !images?.length) {
    await loadOrUnload(exchange, { name, model, place, empty: shape({}) }, deps);
    return;
  }
  if (images?.length) await requireCapability({ name, model, capability: 'vision' }, deps);
  const { call, context } = await plan(exchange, { request, prepared, format }, deps);
  const afterwards = async (text: string) => {
    try {
      return context ? { context: await context(text) } : {};
    } catch (error) {
      // The answer is complete; only what a next request would go on from is missing.
      exchange.gone.throwIfAborted();
      deps.log.warn('no context for an answer', { requestId: exchange.id, error: toAppError(error) });
      return {};
    }
  };
  await deliver(exchange, { name, stream: stream !== false, call: { ...place, ...call }, shape, afterwards }, deps);
}

interface Work {
  readonly call: Pick<EngineCall, 'operation' | 'body'>;
  /** The tokens of the conversation with its answer; absent where they are no conversation. */
  readonly context?: ((answer: string) => Promise<readonly number[]>) | undefined;
}

interface Asked {
  readonly request: Request;
  readonly prepared: Prepared;
  readonly format: Format;
}

/** Which of the runner's operations answers the request, and with what. */
async function plan(exchange: Exchange, { request, prepared, format }: Asked, deps: RouteDeps): Promise<Work> {
  const { sampling, thinking, instructions, place } = prepared;
  const { prompt, suffix, context, raw, system, logprobs, images } = request;
  const text = prompt ?? '';
  const plain = { ...sampling, ...constraint(format), stream_options: { include_usage: true } };
  if (suffix || raw || context?.length) reportIgnored(exchange, logprobs ? ['logprobs'] : []);
  if (suffix) return { call: { operation: 'infill', body: { ...plain, input_prefix: text, input_suffix: suffix } } };
  if (raw) return { call: { operation: 'completions', body: { ...plain, prompt: text } } };
  if (context?.length) {
    // The conversation has begun, with its own system message.
    reportIgnored(exchange, system ? ['system'] : []);
    const tokens = await continuePrompt({ context, prompt: text, place, thinking }, deps.engine);
    return {
      call: { operation: 'completions', body: { ...plain, prompt: tokens } },
      context: async (answer) => [...tokens, ...(await tokensOf(answer, { place, begins: false }, deps.engine))],
    };
  }
  const beginning = system ? { ...instructions, system } : instructions;
  const messages = openAiMessages(conversation(beginning, [userMessage(request)]));
  const body = {
    ...sampling,
    ...thinking,
    ...responseFormat(format),
    ...logprobsAsked(request),
    messages,
    stream_options: { include_usage: true },
  };
  return {
    call: { operation: 'chat/completions', body },
    context: images?.length ? undefined : (answer) => promptTokens({ messages, answer, place, thinking }, deps.engine),
  };
}

function userMessage({ prompt, images }: Request): OllamaMessage {
  return { role: 'user', content: prompt ?? '', images };
}

/** @throws AppError `request.invalid` */
function refuseContradictions({ raw, system, template, context, suffix, images }: Request): void {
  if (template) {
    throw invalid('template', 'A template cannot be given with a request.', {
      hint: 'Make a model that has it: POST /api/create. Or send the whole prompt with "raw".',
    });
  }
  if (raw && (system || context?.length)) {
    throw invalid('raw', 'A raw prompt goes without "system" and "context".', {
      hint: 'Put them into the prompt.',
    });
  }
  const others = images?.length ? 'images' : context?.length ? 'context' : raw ? 'raw' : undefined;
  if (suffix && others !== undefined) {
    throw invalid('suffix', `"suffix" goes without "${others}".`, { hint: 'Send the one or the other.' });
  }
  if (context?.length && images?.length) {
    throw invalid('context', '"context" goes without "images".', {
      hint: 'Use /api/chat for a conversation with images.',
    });
  }
  if (raw && images?.length) {
    throw invalid('images', 'A raw prompt goes without "images".', { hint: 'Leave "raw" out.' });
  }
}

function invalid(param: string, message: string, { hint }: { hint: string }): AppError {
  return new AppError('request.invalid', message, { hint, params: { param } });
}

function shape({ content = '', thinking, logprobs }: Piece): Readonly<Record<string, unknown>> {
  return {
    response: content,
    ...(thinking === undefined ? {} : { thinking }),
    ...(logprobs === undefined ? {} : { logprobs }),
  };
}
