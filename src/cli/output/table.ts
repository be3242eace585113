import { printableLine } from './printable.ts';
import { displayWidth, padToWidth } from './width.ts';

/** Docker's tables: no lines, a header, each column padded to its widest cell and two spaces more. */
export function tableText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(printableLine));
  const widths = header.map((_title, column) => Math.max(...all.map((row) => displayWidth(row[column] ?? ''))));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => padToWidth(cell, (widths[column] ?? 0) + 2))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `Label:  value` lines with the values below each other. */
export function pairsText(pairs: readonly (readonly [label: string, value: string])[], indent = ''): string {
  const width = Math.max(...pairs.map(([label]) => displayWidth(label)));
  return pairs
    .map(([label, value]) => `${indent}${padToWidth(`${label}:`, width + 2)}${printableLine(value)}\n`)
    .join('');
}
