import { AppError } from '#core';
import { isObject } from '../../http/body.ts';

export interface Tool {
  readonly name: string;
  readonly description: string | undefined;
  /** JSON schema of its arguments, as given. */
  readonly parameters: unknown;
}

export interface ToolWish {
  /** Those that may be called. */
  readonly tools: readonly Tool[];
  readonly use: 'auto' | 'required' | 'none';
  /** Several calls at once were asked for. */
  readonly parallel: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const mostTools = 128;

/** What a chat asks of tools; undefined when it names none. @throws AppError `request.invalid` with `param` */
export function readTools(fields: Fields): ToolWish | undefined {
  const given = fields['tools'];
  if (!Array.isArray(given) || given.length === 0) {
    const use = fields['tool_choice'];
    if (use === undefined || use === null || use === 'none' || use === 'auto') return undefined;
    throw invalid('tool_choice', 'needs "tools"');
  }
  if (given.length > mostTools) throw invalid('tools', `holds more than ${mostTools}`);
  const tools = given.map(readTool);
  const names = new Set(tools.map(({ name }) => name));
  if (names.size < tools.length) throw invalid('tools', 'names a function twice');
  return { ...choose(tools, fields['tool_choice']), parallel: fields['parallel_tool_calls'] === true };
}

function readTool(tool: unknown): Tool {
  if (!isObject(tool)) throw invalid('tools', 'must hold objects');
  const { type = 'function', function: definition } = tool;
  if (type !== 'function') throw invalid('tools', 'can only hold tools of the type "function"');
  const { name, description, parameters } = isObject(definition) ? definition : {};
  if (!isName(name)) {
    throw invalid('tools', 'must name each function with 1 to 64 letters, digits, dots, underscores or dashes');
  }
  if (description != null && typeof description !== 'string') throw invalid('tools', 'must describe functions in text');
  if (parameters != null && !isObject(parameters)) throw invalid('tools', 'must give "parameters" as a JSON schema');
  return { name, description: description ?? undefined, parameters: parameters ?? undefined };
}

const isName = (name: unknown): name is string => typeof name === 'string' && /^[\w.-]{1,64}$/.test(name);

function choose(tools: readonly Tool[], wanted: unknown): Omit<ToolWish, 'parallel'> {
  if (wanted === undefined || wanted === null || wanted === 'auto') return { tools, use: 'auto' };
  if (wanted === 'none' || wanted === 'required') return { tools, use: wanted };
  if (!isObject(wanted)) throw invalid('tool_choice', 'must be "none", "auto", "required" or name a function');
  if (wanted['type'] === 'function') {
    const { function: named } = wanted;
    return { tools: [find(tools, isObject(named) ? named['name'] : undefined)], use: 'required' };
  }
  if (wanted['type'] === 'allowed_tools' && isObject(wanted['allowed_tools'])) {
    const { mode = 'auto', tools: allowed } = wanted['allowed_tools'];
    if ((mode === 'auto' || mode === 'required') && Array.isArray(allowed) && allowed.length > 0) {
      const names: readonly unknown[] = allowed.map((one) =>
        isObject(one) && isObject(one['function']) ? one['function']['name'] : undefined,
      );
      return { tools: names.map((name) => find(tools, name)), use: mode };
    }
  }
  throw invalid('tool_choice', 'must be "none", "auto", "required" or name a function');
}

function find(tools: readonly Tool[], wanted: unknown): Tool {
  const tool = tools.find(({ name }) => name === wanted);
  if (tool) return tool;
  throw invalid('tool_choice', 'names a function that is not among the tools');
}

export function invalid(param: string, reason: string): AppError {
  return new AppError('request.invalid', `"${param}" ${reason}.`, { params: { param } });
}
