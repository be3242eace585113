import { getStaticTOMLValue, ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import type { Json, JsonObject } from '../../types.ts';
import {
  applyEdits,
  ConfigTextError,
  eolOf,
  lineEndOf,
  lineStartOf,
  nextLineOf,
  placeAt,
  provenFormat,
  type ConfigFacts,
  type ConfigFormat,
  type TextEdit,
} from './config-text.ts';

/** TOML with a table of servers: `[mcp_servers.NAME]`, or any other way TOML has to write that. */
export function tomlFormat(container: string): ConfigFormat {
  return provenFormat({
    read: (text) => factsOf(parseToml(text), { text, container }),
    set(text, name, value) {
      const { body } = parseToml(text);
      const path = [container, name];
      const parts = partsOf(body, path);
      const table = tableText([container, name], value, eolOf(text));
      const [first] = parts;
      if (first?.node.type === 'TOMLTable') {
        return applyEdits(
          text,
          parts.map((part, index) => (index === 0 ? rewritten(text, part, table) : removal(text, part))),
        );
      }
      const cleared = applyEdits(
        text,
        parts.map((part) => removal(text, part)),
      );
      return insert(cleared, { container, name, value });
    },
    remove(text, name) {
      const { body } = parseToml(text);
      return applyEdits(
        text,
        partsOf(body, [container, name]).map((part) => removal(text, part)),
      );
    },
  });
}

function parseToml(text: string): AST.TOMLTopLevelTable {
  try {
    return parseTOML(text).body[0];
  } catch (error) {
    if (error instanceof ParseError) {
      const place = { line: error.lineNumber, column: error.column + 1 };
      throw new ConfigTextError('syntax', `it is not TOML (${error.message})`, place);
    }
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigTextError('syntax', 'it is nested too deeply', { line: 0, column: 0 });
  }
}

function factsOf(top: AST.TOMLTopLevelTable, { text, container }: { text: string; container: string }): ConfigFacts {
  const { [container]: held = {}, ...rest } = getStaticTOMLValue(top);
  if (typeof held !== 'object' || Array.isArray(held) || held instanceof Date) {
    const place = text.search(new RegExp(String.raw`^\s*\[*\s*"?${container}`, 'm'));
    throw new ConfigTextError('shape', `${container} is not a table`, placeAt(text, Math.max(0, place)));
  }
  // Dates are compared only.
  return { servers: new Map(Object.entries(held as Record<string, Json>)), rest };
}

/** What a part of the server's table is, and, inside braces, what is around it. */
interface Part {
  readonly node: AST.TOMLTable | AST.TOMLKeyValue;
  readonly inline: AST.TOMLInlineTable | undefined;
}

/** Everything that says something of the table at the path. */
function partsOf(body: readonly (AST.TOMLTable | AST.TOMLKeyValue)[], path: readonly string[]): readonly Part[] {
  return body.flatMap((node) => {
    if (node.type === 'TOMLKeyValue') return partsOfValue(node, path, undefined);
    const key = node.resolvedKey.map(String);
    if (startsWith(key, path)) return [{ node, inline: undefined }];
    return startsWith(path, key)
      ? node.body.flatMap((one) => partsOfValue(one, path.slice(key.length), undefined))
      : [];
  });
}

function partsOfValue(
  node: AST.TOMLKeyValue,
  path: readonly string[],
  inline: AST.TOMLInlineTable | undefined,
): readonly Part[] {
  const key = getStaticTOMLValue(node.key);
  if (startsWith(key, path)) return [{ node, inline }];
  const { value } = node;
  if (!startsWith(path, key) || value.type !== 'TOMLInlineTable') return [];
  return value.body.flatMap((one) => partsOfValue(one, path.slice(key.length), value));
}

function startsWith(key: readonly string[], path: readonly string[]): boolean {
  return path.every((part, index) => key[index] === part);
}

function insert(
  text: string,
  { container, name, value }: { container: string; name: string; value: JsonObject },
): string {
  const inline = parseToml(text).body.find(
    (node): node is AST.TOMLKeyValue & { value: AST.TOMLInlineTable } =>
      node.type === 'TOMLKeyValue' &&
      getStaticTOMLValue(node.key).join('\0') === container &&
      node.value.type === 'TOMLInlineTable',
  );
  if (inline) {
    const last = inline.value.body.at(-1);
    const pair = `${keyText(name)} = ${valueText(value)}`;
    const place = last?.range[1] ?? inline.value.range[0] + 1;
    return applyEdits(text, [{ start: place, end: place, text: last ? `, ${pair}` : ` ${pair} ` }]);
  }
  const eol = eolOf(text);
  const table = tableText([container, name], value, eol);
  if (text.trim() === '') return `${text}${table}${eol}`;
  return text.endsWith('\n') ? `${text}${eol}${table}${eol}` : `${text}${eol}${eol}${table}`;
}

function rewritten(text: string, { node }: Part, table: string): TextEdit {
  return { start: lineStartOf(text, node.range[0]), end: lineEndOf(text, node.range[1]), text: table };
}

/** The lines of a part with one empty line beside them; or, inside braces, the part and a comma. */
function removal(text: string, { node, inline }: Part): TextEdit {
  const [from, to] = node.range;
  if (inline) {
    const index = inline.body.findIndex((one) => one === node);
    const next = inline.body[index + 1];
    if (next) return { start: from, end: next.range[0], text: '' };
    const previous = inline.body[index - 1];
    return previous
      ? { start: previous.range[1], end: to, text: '' }
      : { start: inline.range[0] + 1, end: inline.range[1] - 1, text: '' };
  }
  const start = lineStartOf(text, from);
  const end = nextLineOf(text, to);
  if (node.type === 'TOMLKeyValue') return { start, end, text: '' };
  const gapBefore = /(?<=\n)\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0;
  if (end < text.length) {
    const gapBehind = /^\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
    return { start, end: start === 0 || gapBefore > 0 ? end + gapBehind : end, text: '' };
  }
  // A file whose last line has no end is left so.
  const head = text.slice(0, start - gapBefore);
  const lastEnd = text.endsWith('\n') ? 0 : (/\r?\n$/.exec(head)?.[0].length ?? 0);
  return { start: head.length - lastEnd, end, text: '' };
}

function tableText(path: readonly string[], value: JsonObject, eol: string): string {
  const pairs = Object.entries(value).map(([key, one]) => `${keyText(key)} = ${valueText(one)}`);
  return [`[${path.map(keyText).join('.')}]`, ...pairs].join(eol);
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

function valueText(value: Json): string {
  if (value === null) throw new TypeError('TOML has no null.');
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value !== 'object') return textOf(value);
  const pairs = Object.entries(value).map(([key, one]) => `${keyText(key)} = ${valueText(one)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** What JSON escapes, TOML escapes the same way, but for DEL. */
function textOf(value: string | number | boolean): string {
  return JSON.stringify(value).replaceAll('\u007F', String.raw`\u007F`);
}
