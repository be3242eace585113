import type { AppError } from '#core';
import { createColors } from 'picocolors';
import { wentAway } from '../client/http.ts';
import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';
import { printable } from '../output/printable.ts';
import { startSpinner } from '../output/spinner.ts';
import { createCodePainter } from './paint-code.ts';
import { streamAnswer, type ChatRequest, type ToolCall } from './stream.ts';

const showElapsedAfterMs = 1000;
const showStopHintAfterMs = 20_000;

export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  /** Tools the model wants called before it answers. */
  readonly calls: readonly ToolCall[];
  readonly finishReason: string | undefined;
  readonly promptTokens: number | undefined;
  readonly tokens: number | undefined;
  readonly tokensPerSecond: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
}

export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Colour the code blocks of the answer. */
  readonly paintsCode?: boolean | undefined;
  /** Collect the answer without printing it. */
  readonly quiet?: boolean | undefined;
  readonly colors: boolean;
}

/** An answer that ended early keeps what had come. */
export class AnswerInterrupted extends Error {
  readonly partial: string;
  readonly reason: unknown;

  constructor(partial: string, reason: unknown) {
    super('The answer ended early.', { cause: reason });
    this.partial = partial;
    this.reason = reason;
  }
}

/** Streams an answer to standard output, with a moving sign until its first piece. @throws AnswerInterrupted */
export async function printAnswer(
  client: DaemonClient,
  { request, context }: { request: ChatRequest; context: CliContext },
  { signal, quiet = false, colors, paintsCode = false }: AnswerOptions,
): Promise<Answer> {
  const { t, clock, stdout, stderr } = context;
  const { dim, italic } = createColors(colors);
  const painter = paintsCode && !quiet ? createCodePainter() : undefined;
  const clean = (text: string): string => (stdout.isTTY ? printable(text) : text);
  const beganAt = clock.monotonic();
  const spinner = startSpinner((elapsedMs) => waitingText(elapsedMs, { model: request.model, t }), {
    output: stderr,
    clock,
  });
  let text = '';
  let reasoning = '';
  const calls = new Map<number, ToolCall>();
  let finishReason: string | undefined;
  let usage: { promptTokens: number; tokens: number } | undefined;
  let tokensPerSecond: number | undefined;
  let firstAt: number | undefined;
  const show = (output: 'answer' | 'reasoning', piece: string): void => {
    if (firstAt === undefined) spinner.stop();
    firstAt ??= clock.monotonic();
    if (quiet) return;
    if (output === 'reasoning') stderr.write(dim(italic(printable(piece))));
    else stdout.write(painter ? painter.paint(clean(piece)) : clean(piece));
  };
  const cutOff = (): AppError => wentAway(t);
  try {
    for await (const event of streamAnswer(client, request, { signal, cutOff })) {
      if (event.type === 'reasoning') {
        show('reasoning', reasoning === '' ? `${t('run.thinking')}\n${event.text}` : event.text);
        reasoning += event.text;
      } else if (event.type === 'text') {
        if (text === '' && reasoning !== '' && !quiet) stderr.write('\n\n');
        show('answer', event.text);
        text += event.text;
      } else if (event.type === 'call') {
        spinner.stop();
        calls.set(event.index, joined(calls.get(event.index), event));
      } else if (event.type === 'finish') finishReason = event.reason;
      else if (event.type === 'usage') usage = event;
      else tokensPerSecond = event.tokensPerSecond;
    }
  } catch (error) {
    throw new AnswerInterrupted(text, error);
  } finally {
    spinner.stop();
    if (painter) stdout.write(painter.end());
    if (text !== '' && !quiet && !text.endsWith('\n')) stdout.write('\n');
  }
  const totalMs = clock.monotonic() - beganAt;
  return {
    text,
    reasoning,
    calls: [...calls.values()],
    finishReason,
    promptTokens: usage?.promptTokens,
    tokens: usage?.tokens,
    tokensPerSecond: tokensPerSecond ?? averageSpeed(usage?.tokens, { firstAt, endAt: beganAt + totalMs }),
    firstTokenMs: firstAt === undefined ? undefined : firstAt - beganAt,
    totalMs,
  };
}

function joined(begun: ToolCall | undefined, piece: ToolCall): ToolCall {
  const { id, name, arguments: text } = piece;
  return begun ? { ...begun, arguments: begun.arguments + text } : { id, name, arguments: text };
}

function waitingText(elapsedMs: number, { model, t }: { model: string; t: CliContext['t'] }): string {
  const parts = [t('run.waiting', { model })];
  if (elapsedMs >= showElapsedAfterMs) parts.push(t('run.elapsed', { seconds: Math.floor(elapsedMs / 1000) }));
  if (elapsedMs >= showStopHintAfterMs) parts.push(t('run.stopHint'));
  return parts.join('  ');
}

function averageSpeed(
  tokens: number | undefined,
  { firstAt, endAt }: { firstAt: number | undefined; endAt: number },
): number | undefined {
  if (tokens === undefined || firstAt === undefined || endAt <= firstAt) return undefined;
  return (tokens * 1000) / (endAt - firstAt);
}

/** Tokens, time and speed in one line, as far as they are known. */
export function statsLine(answer: Answer, t: CliContext['t']): string {
  const whole = (value: number | undefined): string => (value === undefined ? '?' : String(Math.round(value)));
  return t('run.stats', {
    promptTokens: whole(answer.promptTokens),
    tokens: whole(answer.tokens),
    seconds: (answer.totalMs / 1000).toFixed(1),
    speed: answer.tokensPerSecond === undefined ? '?' : answer.tokensPerSecond.toFixed(1),
    firstMs: whole(answer.firstTokenMs),
  });
}
