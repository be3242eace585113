import type { Exchange } from '../http/exchange.ts';
import type { RouteDeps } from '../route-sets.ts';
import type { Piece } from './answer.ts';
import { deliver } from './deliver.ts';
import { conversation } from './instructions.ts';
import { loadOrUnload } from './load.ts';
import { openAiMessages } from './messages.ts';
import { formatOf, logprobsAsked, prepare, requireCapability, responseFormat } from './prepare.ts';
import { readRequest } from './request.ts';

/** `POST /api/chat` */
export async function chat(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const request = await readRequest(exchange, 'chat', deps);
  const format = formatOf(request.format);
  const given = request.messages ?? [];
  const messages = openAiMessages(given);
  const prepared = await prepare(exchange, request, deps);
  const { name, model, place, instructions, sampling, thinking } = prepared;
  if (given.length === 0) {
    await loadOrUnload(exchange, { name, model, place, empty: shape({}) }, deps);
    return;
  }
  if (given.some(({ images }) => images?.length)) await requireCapability({ name, model, capability: 'vision' }, deps);
  const { tools } = request;
  const all = conversation(instructions, given);
  const body = {
    ...sampling,
    ...thinking,
    ...responseFormat(format),
    ...(tools?.length ? { tools } : {}),
    ...logprobsAsked(request),
    messages: all.length === given.length ? messages : openAiMessages(all),
    stream_options: { include_usage: true },
  };
  const call = { ...place, operation: 'chat/completions', body } as const;
  await deliver(exchange, { name, call, stream: request.stream !== false, shape }, deps);
}

function shape({ content = '', thinking, toolCalls, logprobs }: Piece): Readonly<Record<string, unknown>> {
  return {
    message: {
      role: 'assistant',
      content,
      ...(thinking === undefined ? {} : { thinking }),
      ...(toolCalls === undefined ? {} : { tool_calls: toolCalls }),
    },
    ...(logprobs === undefined ? {} : { logprobs }),
  };
}
