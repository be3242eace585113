import type { Item } from '../state/types.ts';
import type { Line } from '../text/line.ts';
import { splitBlocks } from '../text/markdown.ts';
import { itemLines, type Look } from './item-lines.ts';

/** How much of the items stands above the live part already, where the terminal itself keeps it. */
export interface Printed {
  readonly items: number;
  /** Characters of the item after those, which is still coming. */
  readonly length: number;
}

export const nothingPrinted: Printed = { items: 0, length: 0 };

export interface Transcript {
  /** To be written once, above what is drawn again and again. */
  readonly lines: readonly Line[];
  readonly printed: Printed;
  /** What may still change. */
  readonly open: readonly Line[];
}

/** Splits the items into what is final and what is not. Of an answer that is coming only its last block is drawn again. */
export function transcript(items: readonly Item[], printed: Printed, look: Look): Transcript {
  const lines: Line[] = [];
  let { items: count, length } = printed;
  for (const item of items.slice(printed.items)) {
    if (isOpen(item)) break;
    const rest = restOf(item, length);
    if (rest !== undefined) lines.push(...gap(count, length), ...itemLines(rest, look));
    count += 1;
    length = 0;
  }
  const [first, ...others] = items.slice(count);
  if (first?.kind === 'answer') {
    const { done, open } = splitBlocks(first.text.slice(length));
    if (done.trim() !== '') {
      lines.push(...gap(count, length), ...itemLines({ ...first, text: done }, look));
      length += done.length;
    }
    const last: Item[] = open.trim() === '' ? [] : [{ ...first, text: open }];
    return { lines, printed: { items: count, length }, open: drawn([...last, ...others], count, look) };
  }
  return { lines, printed: { items: count, length }, open: drawn(first ? [first, ...others] : [], count, look) };
}

/** What is asked about is shown by the question itself. */
function drawn(all: readonly Item[], count: number, look: Look): Line[] {
  const items = all.filter((item) => item.kind !== 'tool' || item.state !== 'asked');
  return items.flatMap((item, index) => [...gap(count + index, 0), ...itemLines(item, look)]);
}

/** An empty row before everything but the first. */
function gap(count: number, length: number): Line[] {
  return count > 0 || length > 0 ? [[]] : [];
}

function isOpen(item: Item): boolean {
  return 'open' in item && item.open;
}

/** Of an answer that was printed in part, the rest; undefined when nothing is left of it. */
function restOf(item: Item, length: number): Item | undefined {
  if (item.kind !== 'answer') return item;
  const text = item.text.slice(length);
  return text.trim() === '' ? undefined : { ...item, text };
}
