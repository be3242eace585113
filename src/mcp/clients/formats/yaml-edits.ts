import { isMap, stringify, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import {
  applyEdits,
  ConfigTextError,
  eolOf,
  indentAt,
  lineEndOf,
  lineStartOf,
  nextLineOf,
  placeAt,
  type TextEdit,
} from './config-text.ts';

/** The servers of a file: a map by name or a list. */
export type YamlItems = YAMLMap<Node, Node | null> | YAMLSeq<Node>;

/** A map with one pair, or a list with one item, that is to be written. */
type NewItem = object;

/** Adds an item behind the last one and the remarks that belong to it. */
export function insertItem(text: string, items: YamlItems, item: NewItem): string {
  const spans = spansOf(text, items);
  const last = spans.at(-1);
  if (items.flow) return applyEdits(text, [insertion(last?.end ?? 0, `, ${flowText(item)}`)]);
  const indent = indentOf(text, items);
  return insertLines(text, behindRemarks(text, { place: blockEnd(text, last?.end ?? 0), indent }), { item, indent });
}

/** Adds the first item: below a key that has nothing yet, or to a document that says nothing. */
export function insertFirstItem(
  text: string,
  place:
    | { readonly kind: 'document'; readonly root: YAMLMap<Node, Node | null> | undefined }
    | { readonly kind: 'empty'; readonly pair: Pair<Node, Node | null>; readonly root: YAMLMap<Node, Node | null> },
  item: NewItem,
): string {
  if (place.kind === 'document') {
    // `{}`, which is JSON too.
    if (place.root) return applyEdits(text, [insertion(rangeOf(place.root)[0] + 1, flowText(item))]);
    return insertLines(text, text.length, { item, indent: '' });
  }
  const { pair, root } = place;
  const old = pair.value === null ? undefined : rangeOf(pair.value);
  if (root.flow) {
    const [start, end] = old ?? refuseAt(text, rangeOf(pair.key)[1]);
    return applyEdits(text, [
      { start, end, text: Array.isArray(item) ? `[${flowText(item)}]` : `{${flowText(item)}}` },
    ]);
  }
  const keyEnd = rangeOf(pair.key)[1];
  const lineEnd = lineEndOf(text, keyEnd);
  const edits: TextEdit[] = [];
  let behind = keyEnd;
  if (old && old[1] > old[0]) {
    const gap = /[ \t]*$/.exec(text.slice(keyEnd, old[0]))?.[0].length ?? 0;
    edits.push({ start: old[0] - gap, end: old[1], text: '' });
    behind = old[1];
  }
  if (behind > lineEnd) refuseAt(text, keyEnd);
  const indent = `${indentAt(text, rangeOf(pair.key)[0]) ?? refuseAt(text, keyEnd)}${stepOf(text, root)}`;
  const lines = `${eolOf(text)}${blockText(text, { item, indent })}`;
  return applyEdits(text, [...edits, insertion(lineEnd, lines)]);
}

/** Writes an item anew where it is. */
export function replaceItem(
  text: string,
  items: YamlItems,
  { index, value }: { index: number; value: NewItem },
): string {
  const { start, end } = spansOf(text, items)[index] ?? refuseAt(text, 0);
  if (items.flow) return applyEdits(text, [{ start, end, text: flowText(value) }]);
  const indent = indentOf(text, items);
  const lineStart = lineStartOf(text, start);
  const lineEnd = text[end - 1] === '\n' ? lineEndOf(text, end - 1) : lineEndOf(text, end);
  return applyEdits(text, [{ start: lineStart, end: lineEnd, text: blockText(text, { item: value, indent }) }]);
}

/** Takes an item out with its lines. */
export function removeItem(
  text: string,
  { pair, items, index }: { pair: Pair<Node, Node | null>; items: YamlItems; index: number },
): string {
  const spans = spansOf(text, items);
  const { start, end } = spans[index] ?? refuseAt(text, 0);
  if (items.flow) {
    const next = spans[index + 1];
    const previous = spans[index - 1];
    if (next) return applyEdits(text, [{ start, end: next.start, text: '' }]);
    return applyEdits(text, [{ start: previous?.end ?? start, end, text: '' }]);
  }
  indentOf(text, items);
  const lineStart = lineStartOf(text, start);
  const lineEnd = blockEnd(text, end);
  // A last line without an end takes that of the line before instead.
  const bare = lineEnd === text.length && !text.endsWith('\n') && lineStart > 0;
  const removed = { start: bare ? lineEndOf(text, lineStart - 1) : lineStart, end: lineEnd, text: '' };
  if (spans.length > 1) return applyEdits(text, [removed]);
  const colon = text.indexOf(':', rangeOf(pair.key)[1]) + 1;
  return applyEdits(text, [insertion(colon, isMap(items) ? ' {}' : ' []'), removed]);
}

export function rangeOf(node: Node | null): readonly [number, number] {
  const range = node?.range;
  // Every node that was parsed has one.
  return range ? [range[0], range[1]] : [0, 0];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spansOf(text: string, items: YamlItems): readonly Span[] {
  if (isMap(items)) {
    return items.items.map(({ key, value }) => ({
      start: rangeOf(key)[0],
      end: value === null ? rangeOf(key)[1] : rangeOf(value)[1],
    }));
  }
  return items.items.map((item) => {
    const [start, end] = rangeOf(item);
    // The dash before it.
    return { start: items.flow ? start : text.lastIndexOf('-', start - 1), end };
  });
}

function insertLines(text: string, place: number, { item, indent }: { item: NewItem; indent: string }): string {
  const lines = blockText(text, { item, indent });
  const eol = eolOf(text);
  const isOpen = place > 0 && text[place - 1] !== '\n';
  return applyEdits(text, [insertion(place, isOpen ? `${eol}${lines}` : `${lines}${eol}`)]);
}

function blockText(text: string, { item, indent }: { item: NewItem; indent: string }): string {
  const lines = stringify(item, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join(eolOf(text));
}

/** JSON is YAML; without the outer brackets. No line break can be inside a string of it. */
function flowText(item: NewItem): string {
  return JSON.stringify(item, undefined, 1).replaceAll(/\n */g, ' ').slice(1, -1).trim();
}

function indentOf(text: string, items: YamlItems): string {
  const first = spansOf(text, items)[0]?.start ?? 0;
  return indentAt(text, first) ?? refuseAt(text, first);
}

/** How far the file indents what is below a key. */
function stepOf(text: string, root: YAMLMap<Node, Node | null>): string {
  for (const { key, value } of root.items) {
    if (!isMap(value) || value.flow) continue;
    const outer = indentAt(text, rangeOf(key)[0]);
    const inner = indentAt(text, rangeOf(value)[0]);
    if (outer !== undefined && inner !== undefined && inner.length > outer.length) return inner.slice(outer.length);
  }
  return '  ';
}

function blockEnd(text: string, end: number): number {
  return end > 0 && text[end - 1] === '\n' ? end : nextLineOf(text, end);
}

/** Behind the lines of remarks that are indented like the items or deeper: they belong to the item before. */
function behindRemarks(text: string, { place, indent }: { place: number; indent: string }): number {
  let behind = place;
  let at = place;
  while (at < text.length) {
    const line = text.slice(at, lineEndOf(text, at));
    const [space = ''] = /^[ \t]*/.exec(line) ?? [];
    if (line.trim() !== '' && !(line[space.length] === '#' && space.length >= indent.length)) break;
    at = nextLineOf(text, at);
    if (line.trim() !== '') behind = at;
  }
  return behind;
}

function refuseAt(text: string, offset: number): never {
  throw new ConfigTextError('unsafe', 'it is written in a way that cannot be edited', placeAt(text, offset));
}

function insertion(start: number, text: string): TextEdit {
  return { start, end: start, text };
}
