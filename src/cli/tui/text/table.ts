import type { Tokens } from 'marked';
import { inlineLines } from './inline.ts';
import { lineWidth, plain, styled, type Line } from './line.ts';
import { cut, pad, wrap } from './wrap.ts';

const narrowest = 6;

/** A table in columns; where it has no room, one block of "heading: value" for each row, so that nothing is lost. */
export function tableLines({ header, rows, align }: Tokens.Table, width: number): Line[] {
  const titles = header.map((cell) => oneLine(cell, true));
  const body = rows.map((row) => row.map((cell) => oneLine(cell, false)));
  const natural = titles.map((title, column) =>
    Math.max(1, lineWidth(title), ...body.map((row) => lineWidth(row[column] ?? []))),
  );
  const widths = fit(natural, width - 3 * (natural.length - 1));
  if (widths === undefined) return asBlocks({ titles, body }, width);
  const rowLines = (row: readonly Line[]): Line[] => {
    const cells = widths.map((column, index) => wrap(row[index] ?? [], { width: column }));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, at) =>
      widths.flatMap((column, index) => [
        ...(index > 0 ? styled(' │ ', { dim: true }) : []),
        ...aligned(cut(cells[index]?.[at] ?? [], column), { width: column, align: align[index] ?? 'left' }),
      ]),
    );
  };
  const rule = styled(widths.map((column) => '─'.repeat(column)).join('─┼─'), { dim: true });
  return [...rowLines(titles), rule, ...body.flatMap(rowLines)];
}

function oneLine(cell: Tokens.TableCell, isHeader: boolean): Line {
  return inlineLines(cell.tokens, isHeader ? { bold: true } : {}).flatMap((line, index) =>
    index > 0 ? [{ text: ' ' }, ...line] : line,
  );
}

function aligned(line: Line, { width, align }: { width: number; align: 'left' | 'right' | 'center' }): Line {
  const missing = Math.max(0, width - lineWidth(line));
  const before = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0;
  return pad([...plain(' '.repeat(before)), ...line], width);
}

/** Takes room from the widest columns; undefined when every column would be too narrow to read. */
function fit(natural: readonly number[], room: number): number[] | undefined {
  const widths = [...natural];
  let over = widths.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) return undefined;
    const second = Math.max(narrowest, ...widths.filter((one) => one < widest));
    const wide = widths.filter((one) => one === widest).length;
    const less = Math.max(1, Math.min(widest - second, Math.ceil(over / wide)));
    for (const [index, one] of widths.entries()) {
      if (one !== widest || over <= 0) continue;
      const taken = Math.min(less, over);
      widths[index] = one - taken;
      over -= taken;
    }
  }
  return widths;
}

function asBlocks(
  { titles, body }: { titles: readonly Line[]; body: readonly (readonly Line[])[] },
  width: number,
): Line[] {
  return body.flatMap((row, index) => [
    ...(index > 0 ? [[]] : []),
    ...row.flatMap((cell, column) =>
      wrap([...(titles[column] ?? []), ...plain(': '), ...cell], { width, rest: plain('  '), first: [] }),
    ),
  ]);
}
