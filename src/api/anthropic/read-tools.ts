import { z } from 'zod';
import { invalid, readAs } from '../chat/read-request.ts';
import type { JsonObject } from '../inference/engine.ts';

const typed = z.looseObject({ type: z.string().nullish() });
const tool = z.looseObject({
  name: z.string().regex(/^[\w.:-]{1,128}$/, 'it must be 1 to 128 letters, digits, or _ . : -'),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().nullish(),
});
const choice = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('auto'), disable_parallel_tool_use: z.boolean().nullish() }),
  z.looseObject({ type: z.literal('any'), disable_parallel_tool_use: z.boolean().nullish() }),
  z.looseObject({ type: z.literal('tool'), name: z.string(), disable_parallel_tool_use: z.boolean().nullish() }),
  z.looseObject({ type: z.literal('none') }),
]);

/** Tools and the choice among them, as chat completions take them. @throws AppError `request.invalid` */
export function readTools(tools: unknown, toolChoice: unknown): JsonObject {
  const list = tools == null ? [] : readAs(z.array(typed), tools, 'tools').map(readTool);
  const names = new Set(list.map(({ name }) => name));
  if (names.size < list.length) throw invalid('tools', 'Two tools have the same name.');
  const offered = list.map((each) => ({ type: 'function', function: each }));
  const chosen = toolChoice == null ? undefined : readAs(choice, toolChoice, 'tool_choice');
  if (chosen === undefined) return list.length === 0 ? {} : { tools: offered };
  if (list.length === 0) {
    if (chosen.type === 'none' || chosen.type === 'auto') return {};
    throw invalid('tool_choice', '"tool_choice" asks for a tool, but "tools" has none.');
  }
  if (chosen.type === 'none') return { tools: offered, tool_choice: 'none' };
  if (chosen.type === 'tool' && !names.has(chosen.name)) {
    throw invalid('tool_choice.name', `"tools" has no tool named "${chosen.name.slice(0, 100)}".`);
  }
  return {
    tools: offered,
    tool_choice:
      chosen.type === 'tool'
        ? { type: 'function', function: { name: chosen.name } }
        : chosen.type === 'any'
          ? 'required'
          : 'auto',
    ...(chosen.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {}),
  };
}

interface OfferedTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters: JsonObject;
  readonly strict?: boolean;
}

function readTool(value: z.output<typeof typed>, index: number): OfferedTool {
  const path = `tools.${index}`;
  if (value.type != null && value.type !== 'custom') {
    throw invalid(
      `${path}.type`,
      `Tools of type "${value.type.slice(0, 100)}" are not available with local models.`,
      'Describe the tool yourself, with "name", "description" and "input_schema".',
    );
  }
  const { name, description, input_schema: parameters, strict } = readAs(tool, value, path);
  return {
    name,
    ...(description == null ? {} : { description }),
    parameters,
    ...(strict == null ? {} : { strict }),
  };
}
