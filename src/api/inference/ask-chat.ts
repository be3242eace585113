import type { Lease } from '#inference';
import { planChat, type PlannedChat } from './chat/plan-chat.ts';
import { createEventShaper, shapeWhole, type EventShaper } from './chat/shape-answer.ts';
import { jsonBytes, type JsonObject } from './json.ts';
import type { RunnerFactsSource } from './runner-facts.ts';

/** A chat whose request depends on the runner that gets it, and whose answer has to be read. */
export interface ShapedCall {
  body(lease: Lease): Promise<Buffer>;
  /** Undefined when the answer of the runner that was asked last goes on as it is. */
  readonly whole: ((answer: JsonObject) => JsonObject) | undefined;
  readonly events: (() => EventShaper) | undefined;
}

/** Undefined for a request that any runner takes as it is. @throws AppError `request.invalid` */
export function shapedCall(
  fields: JsonObject,
  { facts, signal }: { facts: RunnerFactsSource; signal: AbortSignal },
): ShapedCall | undefined {
  const plan = planChat(fields);
  if (!plan) return undefined;
  let planned: PlannedChat | undefined;
  return {
    async body(lease) {
      planned = plan.for(await facts.of(lease, [signal, lease.lost]));
      return jsonBytes(planned.body);
    },
    get whole() {
      return planned?.readsCalls ? shapeWhole : undefined;
    },
    get events() {
      return planned?.readsCalls ? createEventShaper : undefined;
    },
  };
}
