import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Json } from '../../types.ts';
import { ConfigTextError, placeAt, provenFormat, type ConfigFacts, type ConfigFormat } from './config-text.ts';
import { insertFirstItem, insertItem, removeItem, replaceItem, rangeOf, type YamlItems } from './yaml-edits.ts';

export interface YamlShape {
  /** Key of the servers, directly below the outermost map. */
  readonly container: string;
  /** A map by name, or a list of maps that say their name under `name`. */
  readonly kind: 'map' | 'list';
  /** What a file needs besides, when there is none yet. */
  readonly preamble?: Readonly<Record<string, string>>;
}

export function yamlFormat(shape: YamlShape): ConfigFormat {
  return provenFormat({
    read: (text) => factsOf(parseYaml(text), shape),
    set(text, name, value) {
      const parsed = parseYaml(text);
      const place = placeOf(parsed, shape);
      const item = shape.kind === 'map' ? { [name]: value } : [{ name, ...value }];
      if (place.kind === 'items') {
        const index = indexOf(place.items, { shape, name });
        return index === -1
          ? insertItem(text, place.items, item)
          : replaceItem(text, place.items, { index, value: item });
      }
      if (place.kind === 'empty') return insertFirstItem(text, place, item);
      const preamble = parsed.root ? {} : shape.preamble;
      const whole = { ...preamble, [shape.container]: item };
      if (parsed.root && parsed.root.items.length > 0) return insertItem(text, parsed.root, whole);
      return insertFirstItem(text, { kind: 'document', root: parsed.root }, whole);
    },
    remove(text, name) {
      const place = placeOf(parseYaml(text), shape);
      const index = place.kind === 'items' ? indexOf(place.items, { shape, name }) : -1;
      return place.kind === 'items' && index !== -1 ? removeItem(text, { ...place, index }) : text;
    },
  });
}

interface ParsedYaml {
  readonly text: string;
  readonly root: YAMLMap<Node, Node | null> | undefined;
  readonly value: Readonly<Record<string, unknown>>;
}

function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const [document, second] = 'empty' in documents ? [] : documents;
  if (second) throw new ConfigTextError('unsafe', 'it holds more than one document', placeAt(text, second.range[0]));
  if (!document) return { text, root: undefined, value: {} };
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ConfigTextError('syntax', `it is not YAML (${error.message})`, { line, column: col });
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return { text, root: undefined, value: {} };
  if (!isMap<Node, Node | null>(contents)) {
    throw new ConfigTextError('shape', 'the outermost value is not a map', placeAt(text, rangeOf(contents)[0]));
  }
  return { text, root: contents, value: plain(document) };
}

function plain(document: { toJS(): unknown }): Readonly<Record<string, unknown>> {
  try {
    const value = document.toJS();
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    // Aliases that multiply; there is no error class for them.
    const detail = error instanceof Error ? error.message : String(error);
    throw new ConfigTextError('syntax', `it is not YAML (${detail})`, { line: 0, column: 0 });
  }
}

function factsOf(parsed: ParsedYaml, shape: YamlShape): ConfigFacts {
  // Looked for first: it refuses what cannot hold servers.
  placeOf(parsed, shape);
  const { [shape.container]: held, ...others } = parsed.value;
  const rest = parsed.root && others;
  if (shape.kind === 'map') return { servers: new Map(Object.entries(asRecord(held))), rest };
  const servers = new Map<string, Json>();
  const items: readonly unknown[] = Array.isArray(held) ? held : [];
  for (const [index, item] of items.entries()) {
    const { name, ...value } = asRecord(item);
    servers.set(typeof name === 'string' ? name : `#${index + 1}`, value);
  }
  if (servers.size < items.length) {
    throw new ConfigTextError('shape', `two of its ${shape.container} have the same name`, { line: 0, column: 0 });
  }
  return { servers, rest };
}

function asRecord(value: unknown): Record<string, Json> {
  // What YAML gives is JSON, but for dates and the like, which are compared only.
  return typeof value === 'object' && value !== null ? { ...(value as Record<string, Json>) } : {};
}

type Place =
  | { readonly kind: 'absent' }
  /** `extensions:` with nothing behind it, or an empty `{}`. */
  | { readonly kind: 'empty'; readonly pair: Pair<Node, Node | null>; readonly root: YAMLMap<Node, Node | null> }
  | { readonly kind: 'items'; readonly pair: Pair<Node, Node | null>; readonly items: YamlItems };

function placeOf({ text, root }: ParsedYaml, { container, kind }: YamlShape): Place {
  const pair = root?.items.find(({ key }) => isScalar(key) && key.value === container);
  if (!root || !pair) return { kind: 'absent' };
  const { value } = pair;
  if (value === null || (isScalar(value) && value.value === null)) return { kind: 'empty', pair, root };
  const fits = kind === 'map' ? isMap<Node, Node | null>(value) : isSeq<Node>(value);
  if (!fits) {
    const detail = `${container} is not a ${kind}`;
    throw new ConfigTextError('shape', detail, placeAt(text, rangeOf(value)[0]));
  }
  const items = value as YamlItems;
  return items.items.length === 0 ? { kind: 'empty', pair, root } : { kind: 'items', pair, items };
}

function indexOf(items: YamlItems, { shape, name }: { shape: YamlShape; name: string }): number {
  if (isMap(items)) return items.items.findIndex(({ key }) => isScalar(key) && String(key.value) === name);
  return items.items.findIndex((item) => shape.kind === 'list' && isMap(item) && item.get('name') === name);
}
