import type { Clock } from '#core';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { EngineCall, JsonObject } from '../inference/engine.ts';
import type { RouteDeps } from '../route-sets.ts';
import { piecesOf, type Ending, type Piece } from './answer.ts';
import { createLines } from './lines.ts';

export interface Delivery {
  /** What the client called the model. */
  readonly name: string;
  readonly call: EngineCall;
  readonly stream: boolean;
  /** A piece in the words of the route. */
  readonly shape: (piece: Piece) => JsonObject;
  /** What else the last object says, given the whole text. */
  readonly afterwards?: ((text: string) => Promise<JsonObject>) | undefined;
}

/** Runs a request and answers with an object a piece, or with one for all. */
export async function deliver(exchange: Exchange, delivery: Delivery, deps: RouteDeps): Promise<void> {
  const { name, call, stream, shape, afterwards } = delivery;
  const { clock } = deps;
  const startedAt = clock.monotonic();
  const { events, queueMs } = await deps.engine.stream(call);
  exchange.response.setHeader('x-gantry-queue-ms', queueMs.toFixed(1));
  const lines = createLines(exchange);
  const gathered = gathering();
  const pieces = piecesOf(events);
  let next = await pieces.next();
  for (; !next.done; next = await pieces.next()) {
    gathered.add(next.value);
    if (stream) await lines.send({ ...opening(name, clock), ...shape(next.value), done: false });
  }
  const last = {
    ...opening(name, clock),
    ...shape(stream ? {} : gathered.whole()),
    done: true,
    done_reason: next.value.reason,
    ...(await afterwards?.(gathered.whole().content ?? '')),
    ...durations(next.value, { totalMs: clock.monotonic() - startedAt, queueMs }),
  };
  if (stream) lines.end(last);
  else sendJson(exchange, 200, last);
}

/** How every object of an answer begins. */
export function opening(name: string, clock: Clock): JsonObject {
  return { model: name, created_at: new Date(clock.now()).toISOString() };
}

function gathering(): { add(piece: Piece): void; whole(): Piece } {
  const all: Piece[] = [];
  const join = (pick: (piece: Piece) => string | undefined): string => all.map((piece) => pick(piece) ?? '').join('');
  return {
    add: (piece) => void all.push(piece),
    whole() {
      const toolCalls = all.flatMap((piece) => piece.toolCalls ?? []);
      const logprobs = all.flatMap((piece) => piece.logprobs ?? []);
      return {
        content: join(({ content }) => content),
        thinking: join(({ thinking }) => thinking) || undefined,
        toolCalls: toolCalls.length === 0 ? undefined : toolCalls,
        logprobs: logprobs.length === 0 ? undefined : logprobs,
      };
    },
  };
}

/** Ollama counts in nanoseconds. Waiting for a place is part of its load. */
function durations(ending: Ending, { totalMs, queueMs }: { totalMs: number; queueMs: number }): JsonObject {
  return {
    total_duration: nanoseconds(totalMs),
    load_duration: nanoseconds(queueMs),
    prompt_eval_count: ending.promptTokens,
    prompt_eval_duration: nanoseconds(ending.promptMs),
    eval_count: ending.answerTokens,
    eval_duration: nanoseconds(ending.answerMs),
  };
}

export function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}
