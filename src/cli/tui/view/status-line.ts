import { printableLine } from '../../output/printable.ts';
import type { Translate } from '../../messages/translate.ts';
import type { State } from '../state/types.ts';
import { lineWidth, plain, styled, type Line, type Span } from '../text/line.ts';
import { cut } from '../text/wrap.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

interface StatusOptions {
  readonly columns: number;
  readonly t: Translate;
  readonly tick: number;
  readonly home: string;
}

/** Model, mode, working directory, context and tokens: as many of them as there is room for, the first first. */
export function statusLine(state: State, { columns, t, tick, home }: StatusOptions): Line {
  const { session, usage, turn, leaving } = state;
  const doing: Span[] = [];
  if (leaving) doing.push({ text: t('tui.leaving'), style: { color: 'yellow' } });
  else if (turn !== 'idle') {
    const sign = frames[tick % frames.length] ?? '';
    doing.push({ text: `${sign} ${t(turn === 'running' ? 'tui.working' : 'tui.stopping')}`, style: { color: 'cyan' } });
  }
  const modeStyle =
    session.mode === 'auto'
      ? { color: 'red' as const }
      : session.mode === 'plan'
        ? { color: 'blue' as const }
        : { dim: true };
  const parts: Span[] = [
    ...doing,
    { text: modelText(state, t), style: { dim: true } },
    { text: session.mode, style: modeStyle },
    { text: shortPath(session.workingDirectory, home), style: { dim: true } },
    ...(usage ? usageParts(usage, t) : []),
  ];
  const line: Span[] = [];
  for (const part of parts) {
    const more = line.length === 0 ? [part] : [...styled(' · ', { dim: true }), part];
    if (line.length > 0 && lineWidth([...line, ...more]) > columns - 1) break;
    line.push(...more);
  }
  return cut([...plain(''), ...line], columns - 1);
}

function modelText({ session: { model } }: State, t: Translate): string {
  if (!model) return t('tui.noModel');
  return model.isLocal ? printableLine(model.name) : `${printableLine(model.name)} (${t('tui.remote')})`;
}

function usageParts(usage: NonNullable<State['usage']>, t: Translate): Span[] {
  const used = usage.promptTokens + usage.completionTokens;
  const percent = usage.contextTokens > 0 ? Math.min(100, Math.round((used * 100) / usage.contextTokens)) : undefined;
  return [
    ...(percent === undefined
      ? []
      : [{ text: t('tui.context', { percent }), style: percent >= 80 ? { color: 'yellow' as const } : { dim: true } }]),
    { text: t('tui.tokens', { tokens: used }), style: { dim: true } },
  ];
}

function shortPath(path: string, home: string): string {
  const shown = printableLine(path);
  return home !== '' && (shown === home || shown.startsWith(`${home}/`)) ? `~${shown.slice(home.length)}` : shown;
}
