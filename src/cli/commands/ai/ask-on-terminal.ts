import { once } from 'node:events';
import { createInterface } from 'node:readline';
import picocolors from 'picocolors';
import type { ApprovalRequest, AssistantEvent } from '#contract';
import type { CliContext } from '../../context.ts';
import { colorsWanted } from '../../output/colors.ts';
import { printableLine } from '../../output/printable.ts';
import { previewLines } from './turn-printer.ts';

type Question = Extract<AssistantEvent, { type: 'tool_call_confirmation' | 'continue_confirmation' }>;

/** Shows exactly what would happen and takes one letter; anything that is no clear yes is a no. */
export async function askOnTerminal(context: CliContext, question: Question): Promise<ApprovalRequest> {
  const { t, notice, stderr, env } = context;
  const paint = picocolors.createColors(colorsWanted(stderr, env));
  if (question.type === 'continue_confirmation') {
    const answer = await readAnswer(context, `${t('ai.approve.continue', { steps: question.steps })} [y/N] `);
    return { kind: /^(?:y|yes)$/i.test(answer) ? 'once' : 'reject' };
  }
  const { title, preview, risk, reasons, untrustedWords, attachedWords = [], scopes } = question;
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
  notice(`${paint.yellow('?')} ${paint.bold(printableLine(title))}  ${risk}${why}`);
  for (const line of previewLines(preview)) notice(`    ${line}`);
  if (untrustedWords.length > 0) {
    const words = untrustedWords.map(printableLine).join(' ').slice(0, 300);
    notice(paint.red(t('ai.approve.untrusted', { words })));
  }
  if (attachedWords.length > 0) {
    const words = attachedWords.map(printableLine).join(' ').slice(0, 300);
    notice(paint.yellow(t('ai.approve.attached', { words })));
  }
  const choices = scopes.length > 0 ? t('ai.approve.choices') : t('ai.approve.choice');
  const answer = await readAnswer(context, `${choices} [y/N${scopes.length > 0 ? '/s/p' : ''}] `);
  if (/^(?:y|yes)$/i.test(answer)) return { kind: 'once' };
  if (/^s$/i.test(answer) && scopes.includes('session')) return { kind: 'session' };
  if (/^p$/i.test(answer) && scopes.includes('project')) return { kind: 'project' };
  return { kind: 'reject' };
}

async function readAnswer({ stdin, stderr, signal }: CliContext, question: string): Promise<string> {
  stderr.write(question);
  const lines = createInterface({ input: stdin });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  try {
    const [line] = (await once(lines, 'line', { signal: AbortSignal.any([signal, ended.signal]) })) as [string];
    return line.trim();
  } catch {
    signal.throwIfAborted();
    stderr.write('\n');
    return '';
  } finally {
    lines.close();
  }
}
