import { printableLine } from '../../output/printable.ts';
import type { MessageKey, Translate } from '../../messages/translate.ts';
import { editorRows } from '../input/editor.ts';
import { rowsOf } from '../state/on-dialog-key.ts';
import type { Choice, Confirmation, Dialog } from '../state/types.ts';
import { lineWidth, plain, styled, type Line } from '../text/line.ts';
import { cut, pad, wrap } from '../text/wrap.ts';
import { previewLines, riskColors, riskText } from './item-lines.ts';

export interface Cursor {
  readonly row: number;
  readonly column: number;
}

export interface Drawn {
  readonly lines: readonly Line[];
  readonly cursor?: Cursor | undefined;
}

interface Room {
  readonly columns: number;
  readonly rows: number;
  readonly t: Translate;
}

export function dialogLines(dialog: Dialog, room: Room): Drawn {
  switch (dialog.kind) {
    case 'approval':
      return approvalLines(dialog, room);
    case 'continue':
      return continueLines(dialog, room);
    case 'choice':
      return { lines: choiceLines(dialog, room) };
  }
}

function continueLines({ steps, armed }: Extract<Dialog, { kind: 'continue' }>, { columns, t }: Room): Drawn {
  const question = styled(t('tui.ask.continue', { steps }), { bold: true });
  return {
    lines: [
      ...wrap(question, { width: columns }),
      ...keyLines([t('tui.ask.yes'), t('tui.ask.no')], { armed, columns, t }),
    ],
  };
}

function approvalLines(dialog: Extract<Dialog, { kind: 'approval' }>, { columns, rows, t }: Room): Drawn {
  const { asked, armed, reason, scroll } = dialog;
  const title: Line = [
    ...styled(`? ${t('tui.ask.title')} `, { bold: true, color: 'yellow' }),
    ...styled(printableLine(asked.title), { bold: true }),
    ...styled(`  ${printableLine(asked.tool)}`, { dim: true }),
  ];
  const above = [...wrap(title, { width: columns, rest: plain('  '), first: [] }), ...whyLines(asked, { columns, t })];
  const keys = [
    t('tui.ask.once'),
    ...(asked.scopes.includes('session') ? [t('tui.ask.session')] : []),
    ...(asked.scopes.includes('project') ? [t('tui.ask.project')] : []),
    t('tui.ask.reject'),
  ];
  const below =
    reason === undefined
      ? keyLines(keys, { armed, columns, t })
      : wrap(styled(t('tui.ask.reason'), { bold: true }), { width: columns });
  const written = reason === undefined ? undefined : editorRows(reason, columns - 2);
  const space = Math.max(3, rows - above.length - below.length - (written?.rows.length ?? 0));
  const all = asked.preview === undefined ? [] : previewLines(asked.preview, columns - 2);
  const preview = window(all, { scroll, space, t, columns });
  const lines = [...above, ...preview, ...below];
  if (!written) return { lines };
  const rowsOfReason = written.rows.map((row): Line => [...styled('› ', { color: 'yellow' }), ...plain(row)]);
  const cursor = { row: lines.length + written.cursor.row, column: written.cursor.column + 2 };
  return { lines: [...lines, ...rowsOfReason], cursor };
}

/** As many rows as there is room for; which of all they are is said, so that nobody takes a part for the whole. */
function window(
  lines: readonly Line[],
  { scroll, space, t, columns }: { scroll: number; space: number; t: Translate; columns: number },
): Line[] {
  const bar = styled('┃ ', { color: 'yellow' });
  const shown = (part: readonly Line[]): Line[] => part.map((line) => [...bar, ...line]);
  if (lines.length <= space) return shown(lines);
  const count = Math.max(1, space - 1);
  const first = Math.min(scroll, lines.length - count);
  const place = t('tui.ask.lines', { first: first + 1, last: first + count, all: lines.length });
  return [...shown(lines.slice(first, first + count)), cut(styled(place, { dim: true }), columns)];
}

function whyLines(asked: Confirmation, { columns, t }: { columns: number; t: Translate }): Line[] {
  const risk = styled(t('tui.ask.risk', { risk: riskText(asked.risk, t) }), { color: riskColors[asked.risk] ?? 'red' });
  const reasons = asked.reasons.map((reason) => reasonText(reason, t)).join(', ');
  return [
    risk,
    ...(reasons === '' ? [] : [plain(t('tui.ask.reasons', { reasons }))]),
    ...(asked.because === 'rule' ? [plain(t('tui.ask.rule'))] : []),
    ...(asked.untrustedWords.length === 0
      ? []
      : [
          styled(t('tui.ask.untrusted', { words: asked.untrustedWords.map(printableLine).join(', ') }), {
            color: 'red',
            bold: true,
          }),
        ]),
    ...(asked.attachedWords === undefined
      ? []
      : [
          styled(t('ai.approve.attached', { words: asked.attachedWords.map(printableLine).join(', ') }), {
            color: 'yellow',
          }),
        ]),
  ].flatMap((line) => wrap(line, { width: columns, first: plain('  ') }));
}

const knownReasons = [
  'unknown-program',
  'runs-other-programs',
  'substitution',
  'control-flow',
  'background',
  'redirect',
  'environment',
  'here-document',
  'not-parsed',
  'too-long',
  'other-engine',
  'privileged',
  'host-path',
  'inside-container',
  'deletes',
  'writes',
  'network',
  'outside-project',
  'sensitive',
] as const;

/** A reason that this version has no text for stands for itself. */
function reasonText(reason: string, t: Translate): string {
  const known = knownReasons.find((one) => one === reason);
  return known ? t(`tui.reason.${known}`) : printableLine(reason);
}

function keyLines(
  keys: readonly string[],
  { armed, columns, t }: { armed: boolean; columns: number; t: Translate },
): Line[] {
  const line: Line = armed ? styled(keys.join('   '), { bold: true }) : styled(t('tui.ask.tab'), { dim: true });
  return wrap(line, { width: columns, first: plain('  ') });
}

const choiceTitles = {
  session: 'tui.choose.session',
  model: 'tui.choose.model',
  mode: 'tui.choose.mode',
  tools: 'tui.choose.tools',
  feedback: 'tui.choose.feedback',
} as const satisfies Record<Choice['purpose'], MessageKey>;

function choiceLines(choice: Choice, { columns, rows, t }: Room): Line[] {
  const found = rowsOf(choice);
  const title = wrap(styled(t(choiceTitles[choice.purpose]), { bold: true }), { width: columns });
  const filter =
    choice.filter === '' ? [] : [styled(t('tui.choose.filter', { text: choice.filter }), { color: 'cyan' })];
  if (found.length === 0) return [...title, ...filter, styled(t('tui.choose.none'), { dim: true })];
  const space = Math.max(3, rows - title.length - filter.length);
  const selected = Math.min(choice.selected, found.length - 1);
  const first = Math.max(0, Math.min(selected - Math.floor(space / 2), found.length - space));
  const widest = Math.min(
    Math.floor(columns * 0.6),
    Math.max(...found.map((row) => lineWidth(plain(printableLine(row.title))))),
  );
  const lines = found.slice(first, first + space).map((row, index): Line => {
    const isSelected = first + index === selected;
    const marks = choice.purpose === 'tools' ? `${row.enabled ? '[x]' : '[ ]'} ${row.approval ?? 'ask'}`.padEnd(9) : '';
    return cut(
      [
        ...styled(isSelected ? '› ' : '  ', { color: 'cyan', bold: true }),
        ...plain(marks),
        ...pad(cut(styled(printableLine(row.title), { bold: isSelected }), widest), widest),
        ...styled(`  ${printableLine(row.detail)}`, { dim: true }),
      ],
      columns,
    );
  });
  return [...title, ...filter, ...lines];
}
