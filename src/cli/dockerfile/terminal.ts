import { createColors } from 'picocolors';
import { bySeverity, dimensionIds, findingText, labels, type FileReport, type Finding } from '#dockerfile';
import type { Language } from '../messages/translate.ts';
import { printableLine } from '../output/printable.ts';
import { cutToWidth, displayWidth, padToWidth } from '../output/width.ts';

export interface TerminalOptions {
  readonly language: Language;
  readonly colors: boolean;
  readonly columns: number;
  /** Also why each finding matters. */
  readonly explains: boolean;
}

const barCells = 20;

/** What people read: bars for the dimensions, then the findings, the worst first. */
export function terminalReport({ path, rating }: FileReport, options: TerminalOptions): string {
  const paint = createColors(options.colors);
  const words = labels[options.language];
  const tone = (value: number): ((text: string) => string) =>
    value >= 80 ? paint.green : value >= 60 ? paint.yellow : paint.red;
  const width = Math.max(...dimensionIds.map((id) => displayWidth(words.dimensions[id])));
  const lines = [
    `${paint.bold(printableLine(path))}  ${tone(rating.score)(paint.bold(`${rating.score}/100  ${rating.grade}`))}`,
    '',
  ];
  for (const id of dimensionIds) {
    const value = rating.dimensions[id];
    const name = padToWidth(words.dimensions[id], width);
    if (value === null) lines.push(`  ${name}  ${paint.dim(words.notApplicable)}`);
    else {
      const full = Math.round((value / 100) * barCells);
      lines.push(
        `  ${name}  ${tone(value)('█'.repeat(full))}${paint.dim('░'.repeat(barCells - full))}  ${String(value).padStart(3)}`,
      );
    }
  }
  lines.push('');
  if (rating.findings.length === 0) lines.push(`  ${words.none}`, '');
  for (const finding of bySeverity(rating.findings)) lines.push(...findingLines(finding, options), '');
  return `${lines.join('\n')}\n`;
}

function findingLines(finding: Finding, { language, colors, columns, explains }: TerminalOptions): string[] {
  const paint = createColors(colors);
  const words = labels[language];
  const { title, why, fix } = findingText(finding, language);
  const color = { error: paint.red, warning: paint.yellow, info: paint.cyan }[finding.severity];
  const others = [...(finding.equivalents.hadolint ?? []), ...(finding.equivalents.buildkit ?? [])];
  const known = others.length === 0 || others.length > 4 ? '' : paint.dim(` (${others.join(', ')})`);
  const line = `${words.line} ${finding.line}`;
  const lines = [
    `  ${color(words.severities[finding.severity])} ${paint.bold(finding.id)} ${line}: ${printableLine(title)}${known}`,
  ];
  if (finding.evidence !== '')
    lines.push(paint.dim(`    ${cutToWidth(printableLine(finding.evidence), Math.max(20, columns - 6))}`));
  if (explains) lines.push(`    ${printableLine(why)}`);
  lines.push(`    → ${printableLine(fix)}`);
  return lines;
}
