import { toAppError } from '#core';
import type { DaemonClient } from '../client/daemon-client.ts';
import { field } from '../client/read.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { AnswerInterrupted, printAnswer, type Answer, type AnswerOptions } from './answer.ts';
import type { ChatRequest, ToolCall } from './stream.ts';
import type { WebSearch } from './web-search.ts';

const mostRounds = 10;

const tool = {
  type: 'function',
  function: {
    name: 'web_search',
    description: 'Search the web for current information.',
    parameters: {
      type: 'object',
      properties: { query: { type: 'string', description: 'What to look for' } },
      required: ['query'],
      additionalProperties: false,
    },
  },
};

/** As `printAnswer`; the model may search the web first. @throws AnswerInterrupted, AppError of the search */
export async function answerWithSearch(
  client: DaemonClient,
  { request, context, search }: { request: ChatRequest; context: CliContext; search: WebSearch | undefined },
  options: AnswerOptions,
): Promise<Answer> {
  if (!search) return await printAnswer(client, { request, context }, options);
  let { messages } = request;
  for (let round = 1; ; round += 1) {
    // The last round has to answer.
    const extras = round > mostRounds ? request.extras : { ...request.extras, tools: [tool] };
    const answer = await ask(client, { request: { ...request, messages, extras }, context }, options);
    if (answer.calls.length === 0) return answer;
    const turns = answer.calls.map(async (call) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: await answerTo(call, { context, search, signal: options.signal }),
    }));
    const tool_calls = answer.calls.map(({ id, ...named }) => ({ id, type: 'function' as const, function: named }));
    messages = [...messages, { role: 'assistant', content: answer.text, tool_calls }, ...(await Promise.all(turns))];
  }
}

/** Asks once more without tools where the model's template cannot take them (contract model-runner §1.3). */
async function ask(
  client: DaemonClient,
  asked: { readonly request: ChatRequest; readonly context: CliContext },
  options: AnswerOptions,
): Promise<Answer> {
  try {
    return await printAnswer(client, asked, options);
  } catch (thrown) {
    const { partial, reason } = thrown instanceof AnswerInterrupted ? thrown : { partial: '', reason: thrown };
    options.signal.throwIfAborted();
    if (partial !== '' || !/jinja|template/i.test(toAppError(reason).message)) throw thrown;
    const { tools: _tools, ...extras } = asked.request.extras ?? {};
    return await printAnswer(client, { ...asked, request: { ...asked.request, extras } }, options);
  }
}

interface Means {
  readonly context: CliContext;
  readonly search: WebSearch;
  readonly signal: AbortSignal;
}

async function answerTo(call: ToolCall, { context, search, signal }: Means): Promise<string> {
  context.notice(`[tool] calling ${printableLine(call.name)} with args: ${printableLine(call.arguments)}`);
  const query = queryOf(call.arguments);
  if (call.name !== tool.function.name) return `There is no tool ${call.name}.`;
  if (query === undefined) return 'The arguments must be JSON with a "query".';
  return (await search.find(query, signal)) || 'Nothing was found.';
}

function queryOf(text: string): string | undefined {
  try {
    const query = field(JSON.parse(text), 'query');
    return typeof query === 'string' && query !== '' ? query : undefined;
  } catch {
    return undefined;
  }
}
