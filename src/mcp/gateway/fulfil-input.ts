import { delay, type Clock } from '#core';
import type { CallOutcome, Json, JsonObject } from '../types.ts';
import { failed, isJsonObject, membersOf, rpcCodes } from '../protocol/messages.ts';
import { asLegacyQuestion } from './questions.ts';
import type { RequestContext } from './request-context.ts';

export interface FulfilOptions {
  readonly context: RequestContext;
  readonly clock: Clock;
  /** The client is of the stateless era too, and answers such things itself. */
  readonly passesOn: boolean;
}

const maxRounds = 10;
const pauseMs = 250;

/**
 * Servers of the stateless era answer that they need something instead of asking. For a client that expects to be asked, it is
 * asked here, and the request is made again with what it said.
 */
export async function fulfil(
  send: (params: JsonObject) => Promise<CallOutcome>,
  params: JsonObject,
  { context, clock, passesOn }: FulfilOptions,
): Promise<CallOutcome> {
  let sent = params;
  for (let round = 0; round < maxRounds; round += 1) {
    const outcome = await send(sent);
    if (outcome.kind === 'error' || outcome.result['resultType'] !== 'input_required' || passesOn) return outcome;
    const { inputRequests, requestState } = outcome.result;
    const asked = Object.entries(membersOf(inputRequests));
    if (asked.length === 0) {
      if (typeof requestState !== 'string')
        return failed(rpcCodes.internal, 'The server needs something but does not say what.');
      await delay(pauseMs, { clock, signal: context.signal });
    }
    const answers = await Promise.all(
      asked.map(async ([key, question]) => [key, await askOne(question, context)] as const),
    );
    const responses: Record<string, Json> = {};
    for (const [key, answer] of answers) {
      if (answer.kind === 'error') return answer;
      responses[key] = answer.result;
    }
    sent = {
      ...params,
      ...(asked.length === 0 ? {} : { inputResponses: responses }),
      ...(typeof requestState === 'string' ? { requestState } : {}),
    };
  }
  return failed(rpcCodes.internal, `The server still needed something after ${maxRounds} rounds.`);
}

async function askOne(question: Json, context: RequestContext): Promise<CallOutcome> {
  if (!isJsonObject(question) || typeof question['method'] !== 'string') {
    return failed(rpcCodes.internal, 'The server asked something that is not a question.');
  }
  const { method, params } = question;
  return await context.ask(asLegacyQuestion({ method, params: isJsonObject(params) ? params : undefined }), {
    signal: context.signal,
  });
}
