import { createHash } from 'node:crypto';
import type { AssistantModel, ToolCall } from '../loop/types.ts';

export interface PlannedCall {
  readonly call: ToolCall;
  /** What it would run or change. */
  readonly preview: string | undefined;
  readonly title: string;
}

/** Names a list of actions by all that they would do; another list, or another effect, has another name. */
export function planHash(calls: readonly PlannedCall[]): string {
  const told = calls.map(({ call, preview, title }) => [call.name, call.arguments, title, preview ?? null]);
  return createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16);
}

/** A model whose first answer is these calls; then the other one answers, or nobody. */
export function startingWith(
  calls: readonly ToolCall[],
  then: AssistantModel | undefined,
  { onDone = () => undefined }: { readonly onDone?: () => void } = {},
): AssistantModel {
  let isFirst = true;
  return {
    name: then?.name ?? 'rules',
    isLocal: then?.isLocal ?? true,
    contextTokens: then?.contextTokens ?? 1_000_000,
    async *answer(request, options) {
      if (isFirst) {
        isFirst = false;
        for (const call of calls) yield { type: 'call', call };
        yield { type: 'end', reason: 'calls' };
        return;
      }
      onDone();
      if (then) yield* then.answer(request, options);
      else yield { type: 'end', reason: 'stop' };
    },
  };
}
