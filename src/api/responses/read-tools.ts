import { z } from 'zod';
import { invalid, readAs } from '../chat/read-request.ts';
import type { JsonObject } from '../inference/engine.ts';

export interface ToolFields {
  /** As chat completions take them. */
  readonly chat: JsonObject;
  /** As the response repeats them. */
  readonly tools: readonly unknown[];
  readonly toolChoice: unknown;
  readonly parallel: boolean;
}

const typed = z.looseObject({ type: z.string() });
const functionTool = z.looseObject({
  name: z.string().regex(/^[\w.:-]{1,128}$/, 'it must be 1 to 128 letters, digits, or _ . : -'),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});
const named = z.looseObject({ type: z.literal('function'), name: z.string() });
const choice = z.union([
  z.enum(['auto', 'none', 'required']),
  named,
  z.looseObject({ type: z.literal('allowed_tools'), mode: z.enum(['auto', 'required']), tools: z.array(named).min(1) }),
]);

type Choice = z.output<typeof choice>;
type FunctionTool = z.output<typeof functionTool>;

/** @throws AppError `request.invalid` for tools that run on a server of OpenAI, and for a choice of tools that are not there */
export function readTools(body: JsonObject): ToolFields {
  const { tools: given, tool_choice: chosen, parallel_tool_calls: parallel } = body;
  const tools = given == null ? [] : readAs(z.array(typed), given, 'tools').map(readTool);
  const names = new Set(tools.map(({ name }) => name));
  if (names.size < tools.length) throw invalid('tools', 'Two tools have the same name.');
  const toolChoice = chosen == null ? 'auto' : readAs(choice, chosen, 'tool_choice');
  checkChoice(toolChoice, names);
  const several = parallel == null ? true : readAs(z.boolean(), parallel, 'parallel_tool_calls');
  return {
    chat:
      tools.length === 0 ? {} : { ...choose(toolChoice, tools), ...(several ? {} : { parallel_tool_calls: false }) },
    tools: tools.map((tool) => ({ ...tool, type: 'function' })),
    toolChoice,
    parallel: several,
  };
}

function readTool(value: z.output<typeof typed>, index: number): FunctionTool {
  const path = `tools.${index}`;
  if (value.type === 'function') return readAs(functionTool, value, path);
  throw invalid(
    `${path}.type`,
    `Tools of type "${value.type.slice(0, 100)}" are not available with local models.`,
    'Offer a tool of type "function".',
  );
}

function checkChoice(toolChoice: Choice, names: ReadonlySet<string>): void {
  if (toolChoice === 'auto' || toolChoice === 'none') return;
  if (names.size === 0) throw invalid('tool_choice', '"tool_choice" asks for a tool, but "tools" has none.');
  if (toolChoice === 'required') return;
  const wanted = toolChoice.type === 'function' ? [toolChoice.name] : toolChoice.tools.map(({ name }) => name);
  const missing = wanted.find((name) => !names.has(name));
  if (missing !== undefined) throw invalid('tool_choice', `"tools" has no tool named "${missing.slice(0, 100)}".`);
}

function choose(toolChoice: Choice, tools: readonly FunctionTool[]): JsonObject {
  if (typeof toolChoice === 'string') return { tools: tools.map(chatTool), tool_choice: toolChoice };
  if (toolChoice.type === 'function') {
    return { tools: tools.map(chatTool), tool_choice: { type: 'function', function: { name: toolChoice.name } } };
  }
  const allowed = new Set(toolChoice.tools.map(({ name }) => name));
  return { tools: tools.filter(({ name }) => allowed.has(name)).map(chatTool), tool_choice: toolChoice.mode };
}

function chatTool({ name, description, parameters, strict }: FunctionTool): JsonObject {
  return {
    type: 'function',
    function: {
      name,
      ...(description == null ? {} : { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
      ...(strict == null ? {} : { strict }),
    },
  };
}
