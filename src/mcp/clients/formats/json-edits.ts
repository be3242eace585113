import type { Node } from 'jsonc-parser';
import type { Json } from '../../types.ts';
import { indentAt, lineStartOf, type TextEdit } from './config-text.ts';

/** A text of JSON and where things lie in it. */
export interface JsonText {
  readonly text: string;
  readonly root: Node | undefined;
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  readonly commas: readonly number[];
  readonly eol: string;
  /** One step of indentation. */
  readonly unit: string;
}

type Layout =
  /** Each property on a line of its own, indented so. */
  | { readonly kind: 'lines'; readonly indent: string }
  | { readonly kind: 'line' }
  /** No space at all, as a program wrote it. */
  | { readonly kind: 'packed' };

/** Adds a property behind the last one, in the manner of those that are there. */
export function insertProperty(
  json: JsonText,
  object: Node,
  { key, value }: { key: string; value: Json },
): readonly TextEdit[] {
  const { eol } = json;
  const layout = layoutOf(json, object);
  const property = propertyText(json, layout, { key, value });
  const last = object.children?.at(-1);
  if (!last) return [insertFirst(json, object, { layout, property })];
  const comma = commaBetween(json, endOf(last), endOf(object));
  const behind = comma === undefined ? endOf(last) : comma + 1;
  const trailing = comma === undefined ? '' : ',';
  if (layout.kind !== 'lines') {
    const space = layout.kind === 'packed' ? '' : ' ';
    return [insertion(behind, `${trailing ? '' : ','}${space}${property}${trailing}`)];
  }
  const place = behindRemarks(json, behind);
  const line = `${eol}${layout.indent}${property}${trailing}`;
  if (comma !== undefined) return [insertion(place, line)];
  return place === behind ? [insertion(place, `,${line}`)] : [insertion(behind, ','), insertion(place, line)];
}

function insertFirst(
  { text, comments, eol }: JsonText,
  object: Node,
  { layout, property }: { layout: Layout; property: string },
): TextEdit {
  const close = endOf(object) - 1;
  const remark = comments.findLast(({ start, end }) => start > object.offset && end <= close);
  const place = remark?.end ?? object.offset + 1;
  if (layout.kind !== 'lines') return insertion(place, property);
  const closing = text.slice(place, close).includes('\n') ? '' : `${eol}${lineIndent(text, object.offset)}`;
  return insertion(place, `${eol}${layout.indent}${property}${closing}`);
}

export function replaceValue(json: JsonText, property: Node, value: Json): TextEdit {
  const { text } = json;
  const [, old] = property.children ?? [];
  const start = old?.offset ?? endOf(property);
  const indent = indentAt(text, property.offset);
  const layout: Layout = indent === undefined ? lineLayout(property) : { kind: 'lines', indent };
  return { start, end: old ? endOf(old) : start, text: valueText(json, layout, value) };
}

/** Takes a property out with its comma, its line, and a remark behind it on that line. */
export function removeProperty(json: JsonText, object: Node, property: Node): readonly TextEdit[] {
  const { text } = json;
  const siblings = object.children ?? [];
  const index = siblings.indexOf(property);
  const previous = siblings[index - 1];
  const next = siblings[index + 1];
  const commaBehind = commaBetween(json, endOf(property), next?.offset ?? endOf(object));
  const commaBefore = previous && commaBetween(json, endOf(previous), property.offset);
  const { start, end } = spanOf(json, { property, commaBehind, commaBefore, next });
  const open = object.offset + 1;
  const close = endOf(object) - 1;
  const left = text.slice(open, start) + text.slice(end, close);
  if (siblings.length === 1 && left.trim() === '') return [{ start: open, end: close, text: '' }];
  const edits = [{ start, end, text: '' }];
  const commaIsLeft = commaBehind === undefined && commaBefore !== undefined && commaBefore < start;
  return commaIsLeft ? [{ start: commaBefore, end: commaBefore + 1, text: '' }, ...edits] : edits;
}

function spanOf(
  json: JsonText,
  {
    property,
    commaBehind,
    commaBefore,
    next,
  }: {
    property: Node;
    commaBehind: number | undefined;
    commaBefore: number | undefined;
    next: Node | undefined;
  },
): { start: number; end: number } {
  const { text } = json;
  const end = commaBehind === undefined ? endOf(property) : commaBehind + 1;
  const lineStart = lineStartOf(text, property.offset);
  if (indentAt(text, property.offset) !== undefined && lineStart > 0) {
    const restOfLine = behindRemarks(json, end);
    const wholeLine = /^[ \t]*\r?\n/.test(text.slice(restOfLine));
    const before = text[lineStart - 2] === '\r' ? lineStart - 2 : lineStart - 1;
    return { start: before, end: wholeLine ? restOfLine : end };
  }
  if (commaBehind === undefined) return { start: commaBefore ?? property.offset, end };
  if (commaBefore !== undefined) return { start: commaBefore + 1, end };
  const gap = next ? /^[ \t]*/.exec(text.slice(end, next.offset))?.[0].length : 0;
  return { start: property.offset, end: end + (gap ?? 0) };
}

function layoutOf({ text, unit }: JsonText, object: Node): Layout {
  const first = object.children?.[0];
  if (first) {
    const ownLine = lineStartOf(text, first.offset) > object.offset;
    const indent = ownLine ? indentAt(text, first.offset) : undefined;
    return indent === undefined ? lineLayout(first) : { kind: 'lines', indent };
  }
  const isPacked = !text.trimEnd().includes('\n') && object.parent !== undefined;
  return isPacked ? { kind: 'packed' } : { kind: 'lines', indent: lineIndent(text, object.offset) + unit };
}

function lineLayout({ colonOffset, children }: Node): Layout {
  return colonOffset !== undefined && children?.[1]?.offset === colonOffset + 1 ? { kind: 'packed' } : { kind: 'line' };
}

function propertyText(json: JsonText, layout: Layout, { key, value }: { key: string; value: Json }): string {
  return `${JSON.stringify(key)}:${layout.kind === 'packed' ? '' : ' '}${valueText(json, layout, value)}`;
}

function valueText({ eol, unit }: JsonText, layout: Layout, value: Json): string {
  if (layout.kind === 'packed') return JSON.stringify(value);
  // No line break can be inside a string.
  if (layout.kind === 'line') return JSON.stringify(value, undefined, 1).replaceAll(/\n */g, ' ');
  return JSON.stringify(value, undefined, unit).replaceAll('\n', `${eol}${layout.indent}`);
}

/** Behind the remarks that end on the same line, when nothing else follows them there; else the place itself. */
function behindRemarks({ text, comments }: JsonText, place: number): number {
  let at = place;
  for (;;) {
    const gap = /^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0;
    const comment = comments.find(({ start }) => start === at + gap);
    if (!comment || text.slice(comment.start, comment.end).includes('\n')) break;
    at = comment.end;
  }
  return /^[ \t]*(?:\r?\n|$)/.test(text.slice(at)) ? at : place;
}

function commaBetween({ commas }: JsonText, start: number, end: number): number | undefined {
  return commas.find((comma) => comma >= start && comma < end);
}

function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStartOf(text, offset)))?.[0] ?? '';
}

function insertion(start: number, text: string): TextEdit {
  return { start, end: start, text };
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}
