import type { Json, JsonObject } from '../types.ts';
import { isJsonObject } from './messages.ts';

export interface HeaderMismatch {
  readonly header: string;
  readonly problem: string;
}

const maxDepth = 20;

/**
 * A tool may want arguments repeated in headers (`x-mcp-header` in its schema). What is repeated must say the same; where the call
 * has no such argument, nothing is expected.
 */
export function paramHeaderMismatch(
  inputSchema: Json | undefined,
  args: JsonObject,
  headerOf: (name: string) => string | undefined,
): HeaderMismatch | undefined {
  for (const { name, value } of repeated(inputSchema, args, maxDepth)) {
    const header = `Mcp-Param-${name}`;
    const given = headerOf(header.toLowerCase());
    if (given === undefined) return { header, problem: 'it is missing' };
    const decoded = decodeHeaderText(given);
    if (decoded === undefined) return { header, problem: 'it is not valid Base64' };
    const isSame =
      typeof value === 'number' && decoded.trim() !== '' ? Number(decoded) === value : decoded === String(value);
    if (!isSame) return { header, problem: 'it says something else than the argument' };
  }
  return undefined;
}

function repeated(
  schema: Json | undefined,
  value: Json | undefined,
  depth: number,
): readonly { readonly name: string; readonly value: string | number | boolean }[] {
  if (!isJsonObject(schema) || depth === 0) return [];
  const name = schema['x-mcp-header'];
  if (typeof name === 'string') {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isPlain ? [{ name, value }] : [];
  }
  const { properties } = schema;
  if (!isJsonObject(properties) || !isJsonObject(value)) return [];
  return Object.entries(properties).flatMap(([key, child]) => repeated(child, value[key], depth - 1));
}

/** Texts that headers cannot hold come as `=?base64?…?=`. */
export function decodeHeaderText(value: string): string | undefined {
  if (!value.startsWith('=?base64?') || !value.endsWith('?=')) return value;
  const encoded = value.slice('=?base64?'.length, -2);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) return undefined;
  return Buffer.from(encoded, 'base64').toString('utf8');
}
