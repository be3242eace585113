import { AppError, systemClock } from '#core';
import type {
  AssistantModel,
  AssistantTool,
  LoopDeps,
  LoopEvent,
  Message,
  ModelEvent,
  ToolOutput,
} from '../loop/types.ts';
import { decide, type Permissions } from '../permissions/decide.ts';
import type { Risk } from '../permissions/risk.ts';
import type { PermissionRule } from '../permissions/rules.ts';

export type Script = readonly (readonly ModelEvent[] | Error)[];

/** A model that says what the test wrote, answer by answer, and keeps what it was asked. */
export function scriptedModel(
  script: Script,
  contextTokens = 100_000,
): AssistantModel & { readonly asked: (readonly Message[])[] } {
  const asked: (readonly Message[])[] = [];
  return {
    name: 'scripted',
    isLocal: true,
    contextTokens,
    asked,
    async *answer({ messages }) {
      const events = script[asked.length];
      asked.push(messages);
      if (events === undefined) throw new AppError('backend.failed', 'The script is over.');
      if (events instanceof Error) throw events;
      yield* events;
    },
  };
}

export const says = (text: string): readonly ModelEvent[] => [
  { type: 'text', text },
  { type: 'end', reason: 'stop' },
];

export const calls = (...names: (string | readonly [name: string, args: object])[]): readonly ModelEvent[] => [
  ...names.map((one, index): ModelEvent => {
    const [name, args] = typeof one === 'string' ? [one, {}] : one;
    return { type: 'call', call: { id: `c${index}`, name, arguments: JSON.stringify(args) } };
  }),
  { type: 'end', reason: 'calls' },
];

export interface FakeTool {
  readonly risk?: Risk;
  readonly script?: (args: Readonly<Record<string, unknown>>) => string;
  readonly run?: (signal: AbortSignal, onOutput: (text: string) => void) => Promise<ToolOutput> | ToolOutput;
  readonly timeoutMs?: number;
}

export function tool(
  name: string,
  { risk = 'R0', script, run, timeoutMs = 60_000 }: FakeTool = {},
): AssistantTool & { ran: number } {
  const made = {
    ran: 0,
    spec: { name, description: name, parameters: { type: 'object' } },
    timeoutMs,
    async prepare(args: Readonly<Record<string, unknown>>) {
      if (args['invalid'] === true) throw new AppError('request.invalid', 'This argument is not known.');
      const text = script?.(args);
      return {
        action: {
          tool: name,
          ...(text !== undefined && { script: text }),
          targets: [],
          assessment: { risk, reasons: [] },
          words: [text ?? JSON.stringify(args)],
        },
        title: name,
        preview: text,
        isReadOnly: risk === 'R0' || risk === 'R1',
        async run({ signal, onOutput }: { readonly signal: AbortSignal; readonly onOutput: (text: string) => void }) {
          made.ran += 1;
          return (await run?.(signal, onOutput)) ?? { text: `${name} done`, untrusted: false };
        },
      };
    },
  };
  return made;
}

export interface WorldOptions extends Partial<LoopDeps> {
  readonly rules?: Partial<Permissions>;
  readonly mode?: 'ask' | 'plan' | 'auto';
  readonly interactive?: boolean;
}

export function loopWorld(model: AssistantModel, tools: readonly AssistantTool[], options: WorldOptions = {}) {
  const grants: PermissionRule[] = [];
  const { rules, mode = 'ask', interactive = true, ...deps } = options;
  let number = 0;
  const world: LoopDeps = {
    model,
    tools,
    clock: systemClock,
    decide: (action, texts) =>
      decide(action, { rules: { deny: [], ask: [], allow: [], ...rules }, grants, mode, interactive, ...texts }),
    approve: async () => ({ kind: 'reject', reason: undefined }),
    grant: ({ tool: name, targets: [target, ...more] }) =>
      void grants.push({ text: name, tool: name, pattern: more.length === 0 ? target : undefined }),
    hideSecrets: (text) => text.replaceAll('s3cret', '[hidden]'),
    nonce: () => `n${(number += 1)}`,
    ...deps,
  };
  return { deps: world, grants };
}

/** Runs a generator to its end. */
export async function drained<Result>(
  turn: AsyncGenerator<LoopEvent, Result>,
): Promise<{ events: LoopEvent[]; result: Result }> {
  const events: LoopEvent[] = [];
  for (;;) {
    const step = await turn.next();
    if (step.done === true) return { events, result: step.value };
    events.push(step.value);
  }
}
