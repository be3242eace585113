import { printableLine } from '../../output/printable.ts';
import type { Translate } from '../../messages/translate.ts';
import type { Item, ToolItem } from '../state/types.ts';
import { diffLines, isDiff } from '../text/diff.ts';
import { cleanLines, plain, styled, type Line, type Style } from '../text/line.ts';
import { markdownLines } from '../text/markdown.ts';
import { visibleLines } from '../text/visible.ts';
import { wrap } from '../text/wrap.ts';
import { say } from './say.ts';

export interface Look {
  readonly columns: number;
  readonly t: Translate;
  /** Tools and thoughts whole. */
  readonly expanded: boolean;
}

const shortPreview = 12;
const shortOutput = 6;

/** The rows of one item, without the empty row before it. */
export function itemLines(item: Item, look: Look): Line[] {
  const { columns: width, t } = look;
  switch (item.kind) {
    case 'user': {
      const lines = cleanLines(item.text).flatMap((line, index) =>
        wrap(styled(line, { bold: true }), {
          width,
          first: index === 0 ? styled('› ', { color: 'cyan', bold: true }) : plain('  '),
          rest: plain('  '),
        }),
      );
      const names = item.attachments.map((name) => styled(`  + ${printableLine(name)}`, { dim: true }));
      return [...lines, ...names.flatMap((line) => wrap(line, { width }))];
    }
    case 'answer':
      return markdownLines(item.text, width);
    case 'reasoning':
      return thoughtLines(item.text, look);
    case 'facts':
      return [
        ...wrap(styled(printableLine(item.title), { bold: true, color: 'cyan' }), { width }),
        ...markdownLines(item.markdown, width),
      ];
    case 'tool':
      return toolLines(item, look);
    case 'notice': {
      const { sign, style } = notices[item.level];
      const text = item.saying ? say(t, item.saying) : (item.text ?? '');
      return cleanLines(text).flatMap((line, index) =>
        wrap(styled(line, style), { width, first: styled(index === 0 ? `${sign} ` : '  ', style), rest: plain('  ') }),
      );
    }
  }
}

const notices = {
  info: { sign: '·', style: { dim: true } },
  warning: { sign: '!', style: { color: 'yellow' } },
  error: { sign: '✗', style: { color: 'red' } },
} as const satisfies Record<string, { sign: string; style: Style }>;

function thoughtLines(text: string, { columns: width, t, expanded }: Look): Line[] {
  const dim: Style = { dim: true, italic: true };
  if (expanded) return cleanLines(text).flatMap((line) => wrap(styled(line, dim), { width }));
  const first = wrap(styled(t('tui.thought', { text: printableLine(text) }), dim), { width });
  return first.length > 2 ? [...first.slice(0, 1), [...(first[1] ?? []), ...styled(' …', dim)]] : first;
}

export const riskColors: Readonly<Record<string, Style['color']>> = {
  R0: 'green',
  R1: 'green',
  R2: 'yellow',
  R3: 'yellow',
  R4: 'red',
  R5: 'red',
};

const stateSigns: Readonly<Record<ToolItem['state'], { sign: string; style: Style }>> = {
  running: { sign: '◌', style: { color: 'cyan' } },
  asked: { sign: '?', style: { color: 'yellow', bold: true } },
  done: { sign: '✓', style: { color: 'green' } },
  failed: { sign: '✗', style: { color: 'red' } },
  rejected: { sign: '⊘', style: { color: 'yellow' } },
  denied: { sign: '⊘', style: { color: 'yellow' } },
  invalid: { sign: '✗', style: { color: 'red' } },
  timeout: { sign: '✗', style: { color: 'red' } },
  stopped: { sign: '⊘', style: { dim: true } },
};

/** The name of a risk class; one that this version does not know stands for itself. */
export function riskText(risk: string, t: Translate): string {
  switch (risk) {
    case 'R0':
    case 'R1':
    case 'R2':
    case 'R3':
    case 'R4':
    case 'R5':
      return t(`tui.risk.${risk}`);
    default:
      return printableLine(risk);
  }
}

function toolLines(item: ToolItem, look: Look): Line[] {
  const { columns: width, t, expanded } = look;
  const { sign, style } = stateSigns[item.state];
  const title: Line = [
    ...styled(`${sign} `, style),
    ...styled(printableLine(item.title) || printableLine(item.tool), { bold: true }),
    ...styled(`  ${printableLine(item.tool)} · `, { dim: true }),
    ...styled(riskText(item.risk, t), { color: riskColors[item.risk] ?? 'yellow' }),
    ...styled(` · ${t(`tui.tool.${item.state}`)}`, style),
  ];
  // While it is asked about, the question shows it whole.
  const shown = item.preview ?? (expanded ? item.arguments : '');
  const preview = item.state === 'asked' || shown === '' ? [] : previewLines(shown, width - 2);
  const output = item.output === '' ? [] : cleanLines(item.output.replace(/\n+$/, ''));
  const bar = styled('│ ', { dim: true });
  return [
    ...wrap(title, { width, rest: plain('  ') }),
    ...head(preview, { most: expanded ? Infinity : shortPreview, t }).map((line) => [...plain('  '), ...line]),
    ...tail(output, { most: expanded ? Infinity : shortOutput, t }).flatMap((line) =>
      wrap(styled(line, { dim: true }), { width, first: [...plain('  '), ...bar] }),
    ),
  ];
}

/** A command or a diff, exactly. */
export function previewLines(text: string, width: number): Line[] {
  const lines = visibleLines(text.replace(/\n$/, ''));
  const coloured = isDiff(text) ? diffLines(lines.join('\n')) : lines.map((line) => styled(line, { color: 'cyan' }));
  return coloured.flatMap((line) => wrap(line, { width, rest: plain('  '), first: [] }));
}

function head(lines: readonly Line[], { most, t }: { most: number; t: Translate }): readonly Line[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), styled(t('tui.moreLines', { count: lines.length - most }), { dim: true })];
}

function tail(lines: readonly string[], { most, t }: { most: number; t: Translate }): readonly string[] {
  if (lines.length <= most) return lines;
  return [t('tui.moreLines', { count: lines.length - most }), ...lines.slice(-most)];
}
