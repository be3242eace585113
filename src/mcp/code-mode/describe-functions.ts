import type { Json, JsonObject } from '../types.ts';

export interface ScriptTool {
  /** Name at the gateway. */
  readonly name: string;
  readonly description: string | undefined;
  readonly inputSchema: JsonObject | undefined;
}

const reserved = new Set(
  'await break case catch class console const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield arguments eval async'.split(
    ' ',
  ),
);

/** Names of functions for tools: as the tool where that is a name in JavaScript, distinct always. */
export function functionNames(tools: readonly ScriptTool[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name } of tools) {
    let plain = name.replaceAll(/[^A-Za-z0-9_$]/g, '_');
    if (/^\d/.test(plain) || plain === '' || reserved.has(plain)) plain = `_${plain}`;
    let free = plain;
    for (let number = 2; names.has(free); number += 1) free = `${plain}_${number}`;
    names.set(free, name);
  }
  return names;
}

const maxDescription = 400;

/** Declarations of the functions in TypeScript, which models read well. */
export function declareFunctions(tools: readonly ScriptTool[]): string {
  const byTool = new Map(tools.map((tool) => [tool.name, tool]));
  const lines: string[] = [];
  for (const [functionName, toolName] of functionNames(tools)) {
    const tool = byTool.get(toolName);
    const about = (tool?.description ?? '').replaceAll(/\s+/g, ' ').replaceAll('*/', '* /').slice(0, maxDescription);
    if (about !== '') lines.push(`/** ${about} */`);
    lines.push(`declare function ${functionName}(args: ${typeOf(tool?.inputSchema ?? {}, 0)}): Promise<string>;`);
  }
  return lines.join('\n');
}

const maxDepth = 4;

function typeOf(schema: Json | undefined, depth: number): string {
  if (!isObject(schema) || depth > maxDepth) return 'unknown';
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ') || 'never';
  if ('const' in schema) return JSON.stringify(schema['const']);
  for (const key of ['anyOf', 'oneOf'] as const) {
    const choices = schema[key];
    if (Array.isArray(choices))
      return choices.map((choice: Json) => typeOf(choice, depth + 1)).join(' | ') || 'unknown';
  }
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one: Json) => typeOf({ ...schema, type: one }, depth + 1)).join(' | ');
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return type;
    case 'integer':
      return 'number';
    case 'array':
      return `Array<${typeOf(schema['items'], depth + 1)}>`;
    default:
      return isObject(schema['properties'])
        ? objectType(schema, depth)
        : type === 'object'
          ? 'object'
          : depth === 0
            ? '{}'
            : 'unknown';
  }
}

function objectType(schema: JsonObject, depth: number): string {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = Object.entries(isObject(schema['properties']) ? schema['properties'] : {});
  const fields = properties.map(([name, value]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${key}${required.includes(name) ? '' : '?'}: ${typeOf(value, depth + 1)}`;
  });
  return fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
