import picocolors from 'picocolors';
import type { AssistantEvent, AssistantSessionBody } from '#contract';
import { AppError } from '#core';
import type { CliContext } from '../../context.ts';
import { isErrorCode } from '../../exit-codes.ts';
import { colorsWanted } from '../../output/colors.ts';
import { printable, printableLine } from '../../output/printable.ts';

export interface TurnPrinter {
  show(event: AssistantEvent): void;
  end(): void;
}

/** The answer goes to standard output, what is done on the way to standard error. Texts of others are made harmless. */
export function createTurnPrinter(context: CliContext): TurnPrinter {
  const { t, print, notice, stderr, env } = context;
  const paint = picocolors.createColors(colorsWanted(stderr, env));
  let open = false;
  const endLine = (): void => {
    if (open) print('\n');
    open = false;
  };
  return {
    show(event) {
      if (event.type !== 'text') endLine();
      switch (event.type) {
        case 'text':
          print(printable(event.text));
          open = !event.text.endsWith('\n');
          return;
        case 'answer_discarded':
          notice(paint.yellow(t('ai.turn.discarded')));
          return;
        case 'fact_card':
          print(`${printable(unfenced(event.markdown)).trimEnd()}\n`);
          return;
        case 'tool_call':
          notice(`${paint.cyan('•')} ${printableLine(event.title)}`);
          return;
        case 'tool_call_response':
          if (event.outcome !== 'done') notice(paint.red(`  ${outcome(event, context)}`));
          return;
        case 'needs_approval':
          notice(
            `  ${paint.yellow('!')} ${t('ai.turn.needsApproval', { title: printableLine(event.title), risk: event.risk })}`,
          );
          for (const line of previewLines(event.preview)) notice(paint.dim(`    ${line}`));
          return;
        case 'warning':
          notice(paint.yellow(t(`ai.turn.warning.${event.reason}`)));
          return;
        case 'compacted':
          notice(paint.dim(t('ai.turn.compacted')));
          return;
        case 'error': {
          const { code, message, hint, params } = event;
          context.report(new AppError(isErrorCode(code) ? code : 'internal', message, { hint, params }));
          return;
        }
        default:
          return;
      }
    },
    end: endLine,
  };
}

function outcome(event: Extract<AssistantEvent, { type: 'tool_call_response' }>, { t }: CliContext): string {
  const first = printableLine(event.text.split('\n').find((line) => line.trim() !== '') ?? '').slice(0, 200);
  return event.outcome === 'failed' || event.outcome === 'invalid' || event.outcome === 'done'
    ? first
    : t(`ai.turn.outcome.${event.outcome}`);
}

const mostLines = 60;

export function previewLines(preview: string | undefined): readonly string[] {
  const lines = (preview ?? '').split('\n').map((line) => printable(line));
  if (preview === undefined || lines.length <= mostLines) return preview === undefined ? [] : lines;
  return [...lines.slice(0, mostLines), `… (+${lines.length - mostLines})`];
}

/** Our own blocks of plain text need no fences on a terminal. */
function unfenced(markdown: string): string {
  return markdown.replaceAll(/^(`{3,})(?:text|diff)?\n([\s\S]*?)\n\1$/gm, '$2');
}

/** What came of a turn, in one object: for scripts. */
export function turnJson({ id }: AssistantSessionBody, events: readonly AssistantEvent[]): unknown {
  const last = events.at(-1);
  const ended = last?.type === 'turn_ended' ? last : undefined;
  const of = <Type extends AssistantEvent['type']>(type: Type): Extract<AssistantEvent, { type: Type }>[] =>
    events.filter((event): event is Extract<AssistantEvent, { type: Type }> => event.type === type);
  const responses = new Map(of('tool_call_response').map((one) => [one.callId, one]));
  return {
    session: id,
    stopReason: ended?.stopReason ?? 'interrupted',
    answer: of('text')
      .map(({ text }) => text)
      .join(''),
    facts: of('fact_card').map(({ kind, title, markdown, data }) => ({ kind, title, markdown, data })),
    calls: of('tool_call').map(({ callId, tool, title, preview, risk }) => ({
      tool,
      title,
      preview: preview ?? null,
      risk,
      outcome: responses.get(callId)?.outcome ?? null,
    })),
    needsApproval: of('needs_approval').map(({ tool, title, preview, risk, arguments: args }) => ({
      tool,
      title,
      preview: preview ?? null,
      risk,
      arguments: args,
    })),
    plan: ended?.plan ?? null,
    errors: of('error').map(({ code, message, hint }) => ({ code, message, hint: hint ?? null })),
  };
}
