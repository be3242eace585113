import type { Lease } from '#inference';
import { planChat, planCompletion, type PlannedChat } from './chat/plan-chat.ts';
import { createEventShaper, shapeWhole, type EventShaper } from './chat/shape-answer.ts';
import { jsonBytes, type JsonObject } from './json.ts';
import type { RunnerFactsSource } from './runner-facts.ts';

/** A chat or completion whose request depends on the runner that gets it, and whose answer has to be read. */
export interface ShapedCall {
  body(lease: Lease): Promise<Buffer>;
  /** Undefined when the answer of the runner that was asked last goes on as it is. */
  readonly whole: ((answer: JsonObject) => JsonObject) | undefined;
  readonly events: (() => EventShaper) | undefined;
}

// The prompt of a chat is that of the chat as it would be asked, tools described in words included.
const planners: Readonly<Record<string, typeof planChat>> = {
  'chat/completions': planChat,
  'apply-template': planChat,
  completions: planCompletion,
  infill: planCompletion,
};

/** Undefined for a request that any runner takes as it is. @throws AppError `request.invalid` */
export function shapedCall(
  fields: JsonObject,
  { operation, facts, signal }: { operation: string; facts: RunnerFactsSource; signal: AbortSignal },
): ShapedCall | undefined {
  const plan = planners[operation]?.(fields);
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
