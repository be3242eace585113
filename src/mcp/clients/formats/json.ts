import { getNodeValue, parseTree, printParseErrorCode, visit, type Node, type ParseError } from 'jsonc-parser';
import type { Json } from '../../types.ts';
import {
  applyEdits,
  ConfigTextError,
  eolOf,
  indentAt,
  lineStartOf,
  placeAt,
  provenFormat,
  type ConfigFacts,
  type ConfigFormat,
  type TextEdit,
} from './config-text.ts';
import { insertProperty, removeProperty, replaceValue, type JsonText } from './json-edits.ts';

const options = { allowTrailingComma: true, allowEmptyContent: true };

/**
 * JSON, with comments and trailing commas where clients allow them. Servers are the properties of the object named, or, when
 * none is, those of the outermost one.
 */
export function jsonFormat(container: string | undefined): ConfigFormat<Json> {
  return provenFormat<Json>({
    read: (text) => factsOf(parseJson(text), container),
    set: (text, name, value) => setEntry(parseJson(text), { container, name, value }),
    remove: (text, name) => removeEntry(parseJson(text), { container, name }),
  });
}

/** @throws ConfigTextError at the first thing that is not JSON. */
export function parseJson(text: string): JsonText {
  try {
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, options);
    const [first] = errors;
    if (first) throw new ConfigTextError('syntax', sentenceOf(first), placeAt(text, first.offset));
    if (root && root.type !== 'object') throw shape('the outermost value is not an object', text, root);
    const comments: { start: number; end: number }[] = [];
    const commas: number[] = [];
    visit(
      text,
      {
        onComment: (offset, length) => void comments.push({ start: offset, end: offset + length }),
        onSeparator: (character, offset) => void (character === ',' && commas.push(offset)),
      },
      options,
    );
    return { text, root, comments, commas, eol: eolOf(text), unit: unitOf(text, root) };
  } catch (error) {
    // The parser calls itself for every level.
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigTextError('syntax', 'it is nested too deeply', { line: 0, column: 0 });
  }
}

function sentenceOf({ error }: ParseError): string {
  const words = printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return `it is not JSON (${words})`;
}

function factsOf(json: JsonText, container: string | undefined): ConfigFacts {
  const { text, root } = json;
  if (!root) return { servers: new Map(), rest: undefined };
  const target = targetOf(json, container);
  const others = propertiesOf(root).filter(([key]) => container === undefined || key !== container);
  const rest = container === undefined ? [] : others.map(([key, value]) => [key, valueOf(value)]);
  const servers = new Map<string, Json>();
  for (const [key, value] of target ? propertiesOf(target) : []) {
    if (servers.has(key)) throw shape(`it has ${JSON.stringify(key)} twice`, text, value);
    servers.set(key, valueOf(value));
  }
  return { servers, rest };
}

/** The object that holds the servers; undefined while there is none. */
function targetOf({ text, root }: JsonText, container: string | undefined): Node | undefined {
  if (!root || container === undefined) return root;
  const found = propertiesOf(root).filter(([key]) => key === container);
  const [value] = found.map(([, node]) => node);
  if (found.length > 1 && value) throw shape(`it has ${JSON.stringify(container)} twice`, text, value);
  if (value === undefined || value.type === 'null') return undefined;
  if (value.type !== 'object') throw shape(`${JSON.stringify(container)} is not an object`, text, value);
  return value;
}

function setEntry(
  json: JsonText,
  { container, name, value }: { container: string | undefined; name: string; value: Json },
): string {
  const { text, root, eol, unit } = json;
  const whole = container === undefined ? { [name]: value } : { [container]: { [name]: value } };
  if (!root) {
    const gap = text === '' || text.endsWith('\n') ? '' : eol;
    return `${text}${gap}${JSON.stringify(whole, undefined, unit).replaceAll('\n', eol)}${eol}`;
  }
  const target = targetOf(json, container);
  const present = target && propertyNamed(target, name);
  if (present) return applyEdits(text, [replaceValue(json, present, value)]);
  if (target) return applyEdits(text, insertProperty(json, target, { key: name, value }));
  const empty = container === undefined ? undefined : propertyNamed(root, container);
  if (empty) return applyEdits(text, [replaceValue(json, empty, { [name]: value })]);
  return applyEdits(text, insertProperty(json, root, { key: container ?? name, value: { [name]: value } }));
}

function removeEntry(json: JsonText, { container, name }: { container: string | undefined; name: string }): string {
  const target = targetOf(json, container);
  const property = target && propertyNamed(target, name);
  const edits: readonly TextEdit[] = target && property ? removeProperty(json, target, property) : [];
  return applyEdits(json.text, edits);
}

function propertiesOf(object: Node): readonly (readonly [string, Node])[] {
  return (object.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key && value ? [[String(key.value), value] as const] : [];
  });
}

function propertyNamed(object: Node, name: string): Node | undefined {
  return object.children?.find(({ children }) => children?.[0]?.value === name);
}

function valueOf(node: Node): Json {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  // As own properties, whatever they are called.
  if (node.type === 'object') return Object.fromEntries(propertiesOf(node).map(([key, one]) => [key, valueOf(one)]));
  return getNodeValue(node);
}

function unitOf(text: string, root: Node | undefined): string {
  const first = root?.children?.[0];
  const indent = first && lineStartOf(text, first.offset) > root.offset ? indentAt(text, first.offset) : undefined;
  return indent === undefined || indent === '' ? '  ' : indent;
}

function shape(detail: string, text: string, node: Node): ConfigTextError {
  return new ConfigTextError('shape', detail, placeAt(text, node.offset));
}
