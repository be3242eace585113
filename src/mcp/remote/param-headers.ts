import { isJsonObject } from '../protocol/messages.ts';
import type { Json, JsonObject } from '../types.ts';

/** An argument that is repeated in a header (SEP-2243): where it lies, and what the header is called. */
export interface ParamHeader {
  readonly path: readonly string[];
  readonly name: string;
}

const key = 'x-mcp-header';
const maxDepth = 20;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const types: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/** Which arguments of a tool are repeated; undefined where its schema asks for what no header can do, so that the tool is not to be used. */
export function paramHeadersOf(inputSchema: Json | undefined): readonly ParamHeader[] | undefined {
  const found: ParamHeader[] = [];
  const isSound = visit(inputSchema, { path: [], isReachable: true, found });
  const names = found.map(({ name }) => name.toLowerCase());
  return isSound && new Set(names).size === names.length ? found : undefined;
}

interface Place {
  readonly path: readonly string[];
  /** Only below `properties` is it said which argument is meant. */
  readonly isReachable: boolean;
  readonly found: ParamHeader[];
}

function visit(node: Json | undefined, { path, isReachable, found }: Place): boolean {
  if (path.length > maxDepth) return false;
  if (Array.isArray(node)) {
    return (node as readonly Json[]).every((one) => visit(one, { path: [...path, ''], isReachable: false, found }));
  }
  if (!isJsonObject(node)) return true;
  if (key in node) {
    const name = node[key];
    if (!isReachable || path.length === 0 || typeof name !== 'string' || !token.test(name)) return false;
    if (!types.has(node['type'])) return false;
    found.push({ path, name });
  }
  return Object.entries(node).every(([word, child]) => {
    if (word === 'properties' && isJsonObject(child)) {
      return Object.entries(child).every(([property, schema]) =>
        visit(schema, { path: [...path, property], isReachable, found }),
      );
    }
    // Values, not schemas: what they hold asks for nothing.
    if (['default', 'const', 'enum', 'examples'].includes(word)) return true;
    return visit(child, { path: [...path, word], isReachable: false, found });
  });
}

/** The headers of one call. An argument that is not there, or is no plain value, has none. */
export function headersFor(declared: readonly ParamHeader[], args: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    declared.flatMap(({ path, name }) => {
      const text = plainText(path.reduce<Json | undefined>((value, part) => memberOf(value, part), args));
      return text === undefined ? [] : [[`Mcp-Param-${name}`, encode(text)]];
    }),
  );
}

function memberOf(value: Json | undefined, part: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

function plainText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  const isExact = typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return isExact ? String(value) : undefined;
}

/** What a header cannot hold as it is goes as Base64. */
function encode(text: string): string {
  const isPlain =
    text !== '' && text === text.trim() && /^[\t\x20-\x7e]*$/.test(text) && !/^=\?base64\?.*\?=$/.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}
