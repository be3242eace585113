import { isAbort, toAppError } from '#core';
import { carryOut, understand, type CallResult, type Understood } from './call-one.ts';
import { compact } from './compact.ts';
import { resultContent } from './fence.ts';
import {
  defaultLoopLimits,
  type Conversation,
  type LoopDeps,
  type LoopEvent,
  type LoopLimits,
  type Message,
  type ModelEvent,
  type ToolCall,
  type TurnResult,
} from './types.ts';

/** Leaves room for the answer. */
const contextShare = 0.8;

/**
 * One turn: the model answers and calls tools until it has nothing more to call. Failures are events and a reason, never exceptions;
 * nothing runs that was not decided or approved.
 */
export async function* runTurn(
  conversation: Conversation,
  deps: LoopDeps,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<LoopEvent, TurnResult> {
  const limits: LoopLimits = { ...defaultLoopLimits, ...deps.limits };
  const messages = [...conversation.messages];
  const untrusted = [...conversation.untrusted];
  const turn: Turn = { messages, untrusted, seen: new Map(), limits, deps, signal };
  const end = (stopReason: TurnResult['stopReason']): TurnResult => ({ messages, untrusted, stopReason });
  try {
    for (let step = 0; ; step += 1) {
      if (step > 0 && step % limits.steps === 0 && !((await deps.goOn?.(step, { signal })) ?? false)) break;
      const answer = yield* ask(turn);
      messages.push({ role: 'assistant', content: answer.text, toolCalls: answer.calls });
      if (answer.reason === 'length' && answer.calls.length === 0) {
        yield { type: 'warning', reason: 'length' };
        return end('length');
      }
      if (answer.calls.length === 0) {
        return end(answer.reason === 'refusal' ? 'refused' : 'answered');
      }
      if (yield* callAll(turn, answer.calls)) {
        yield { type: 'warning', reason: 'loop' };
        return end('loop');
      }
    }
    yield { type: 'warning', reason: 'steps' };
    return end('steps');
  } catch (error) {
    const known = toAppError(error);
    closeOpenCalls(messages);
    if (signal.aborted || isAbort(error) || known.code === 'request.aborted') {
      return end('aborted');
    }
    yield { type: 'error', error: known };
    return end('error');
  }
}

interface Turn {
  readonly messages: Message[];
  /** Texts that nobody vouches for, as they came. */
  readonly untrusted: string[];
  /** How often a call gave a result. */
  readonly seen: Map<string, number>;
  readonly limits: LoopLimits;
  readonly deps: LoopDeps;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly reason: Extract<ModelEvent, { readonly type: 'end' }>['reason'];
}

/** One answer of the model. A stream that breaks is asked for again; calls of a broken one are never carried out. */
async function* ask({ messages, limits, deps, signal }: Turn): AsyncGenerator<LoopEvent, Answer> {
  const tools = deps.tools.map(({ spec }) => spec);
  const { model } = deps;
  for (let broken = 0; ; broken += 1) {
    const compaction = compact(messages, { tools, maxTokens: Math.floor(model.contextTokens * contextShare) });
    if (compaction.removedLength > 0) {
      messages.splice(0, messages.length, ...compaction.messages);
      yield { type: 'compacted', removedLength: compaction.removedLength };
    }
    let text = '';
    const calls: ToolCall[] = [];
    try {
      for await (const event of model.answer({ messages: [...messages], tools }, { signal })) {
        if (event.type === 'text') {
          text += event.text;
          yield event;
        } else if (event.type === 'reasoning') yield event;
        else if (event.type === 'call') calls.push(event.call);
        else {
          if (event.usage) yield { type: 'token_usage', usage: event.usage, contextTokens: model.contextTokens };
          return { text, calls: distinct(calls, { messages, nonce: deps.nonce }), reason: event.reason };
        }
      }
    } catch (error) {
      const { code } = toAppError(error);
      if (signal.aborted || broken >= limits.brokenStreams || !isPassing(code)) throw error;
    }
    signal.throwIfAborted();
    if (broken >= limits.brokenStreams) throw new Error(`${model.name} broke off its answer ${broken + 1} times.`);
    yield { type: 'answer_discarded', reason: 'broken' };
  }
}

function isPassing(code: string): boolean {
  return code === 'source.truncated' || code === 'source.stalled' || code === 'internal' || code === 'backend.crashed';
}

/** Calls need names of their own in the whole conversation, so that each gets its own answer. */
function distinct(
  calls: readonly ToolCall[],
  { messages, nonce }: { readonly messages: readonly Message[]; readonly nonce: () => string },
): readonly ToolCall[] {
  const ids = new Set(messages.flatMap((message) => (message.role === 'tool' ? [message.callId] : [])));
  return calls.map((call) => {
    const id = /^[\w-]{1,64}$/.test(call.id) && !ids.has(call.id) ? call.id : `call-${nonce()}`;
    ids.add(id);
    return { ...call, id };
  });
}

/** Carries out the calls of one answer. True when the same call has given the same result too often. */
async function* callAll(turn: Turn, calls: readonly ToolCall[]): AsyncGenerator<LoopEvent, boolean> {
  const { deps, signal, messages, limits } = turn;
  // What this answer asks for was written before any of its results were read.
  const texts = {
    untrusted: [...turn.untrusted],
    trusted: messages.flatMap(({ role, content }) => (role === 'user' || role === 'system' ? [content] : [])),
  };
  const understood = await Promise.all(calls.map((call) => understand(call, deps.tools, { signal })));
  let isLoop = false;
  const runsAtOnce = (one: Understood): boolean =>
    one.prepared.isReadOnly && deps.decide(one.prepared.action, texts).kind === 'allow';
  for (const batch of batches(understood, runsAtOnce)) {
    const results = yield* together(
      batch.map((index) => {
        const one = understood[index];
        if (one === undefined || 'outcome' in one) return settled(one);
        return carryOut(one, deps.decide(one.prepared.action, texts), { deps, signal });
      }),
    );
    for (const [at, index] of batch.entries()) {
      const call = calls[index];
      const result = results[at];
      if (!call || !result) continue;
      const hidden = { ...result.output, text: deps.hideSecrets(result.output.text) };
      const content = resultContent(hidden, { tool: call.name, nonce: deps.nonce(), maxLength: limits.resultLength });
      messages.push({ role: 'tool', callId: call.id, tool: call.name, content });
      if (hidden.untrusted) turn.untrusted.push(hidden.text);
      yield { type: 'tool_call_response', callId: call.id, output: hidden, outcome: result.outcome };
      const key = JSON.stringify([call.name, call.arguments, hidden.text]);
      const times = (turn.seen.get(key) ?? 0) + 1;
      turn.seen.set(key, times);
      isLoop ||= times >= limits.repeats;
    }
  }
  return isLoop;
}

/** Calls that only read, and about which nobody is asked, run beside each other; each of the others runs alone, in the order asked. */
function batches(
  understood: readonly (Understood | CallResult)[],
  runsAtOnce: (one: Understood) => boolean,
): readonly number[][] {
  const result: number[][] = [];
  let open: number[] | undefined;
  for (const [index, one] of understood.entries()) {
    if (!('outcome' in one) && !runsAtOnce(one)) {
      result.push([index]);
      open = undefined;
    } else if (open) open.push(index);
    else result.push((open = [index]));
  }
  return result;
}

// oxlint-disable-next-line require-yield
async function* settled(result: CallResult | undefined): AsyncGenerator<LoopEvent, CallResult> {
  return result ?? { output: { text: 'Nothing was asked.', untrusted: false, isError: true }, outcome: 'invalid' };
}

/** Runs generators beside each other, passing their events on as they come; their results keep their order. */
async function* together(
  parts: readonly AsyncGenerator<LoopEvent, CallResult>[],
): AsyncGenerator<LoopEvent, readonly CallResult[]> {
  const results: CallResult[] = [];
  const next = new Map(parts.map((part, index) => [index, advance(part, index)]));
  while (next.size > 0) {
    const { index, step } = await Promise.race(next.values());
    const part = parts[index];
    if (step.done === true || !part) {
      next.delete(index);
      if (step.done === true) results[index] = step.value;
    } else {
      yield step.value;
      next.set(index, advance(part, index));
    }
  }
  return results;
}

async function advance(part: AsyncGenerator<LoopEvent, CallResult>, index: number) {
  return { index, step: await part.next() };
}

/** A conversation in which a call has no answer is refused by models: what was given up is said so. */
function closeOpenCalls(messages: Message[]): void {
  const answered = new Set(messages.flatMap((message) => (message.role === 'tool' ? [message.callId] : [])));
  const last = messages.findLast((message) => message.role === 'assistant');
  if (last?.role !== 'assistant') return;
  for (const { id, name } of last.toolCalls) {
    if (!answered.has(id))
      messages.push({ role: 'tool', callId: id, tool: name, content: 'This was given up before it was done.' });
  }
}
