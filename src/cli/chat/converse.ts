import { AppError, toAppError } from '#core';
import type { CliContext } from '../context.ts';
import { AnswerInterrupted, statsLine } from './answer.ts';
import { answerWithSearch } from './answer-with-search.ts';
import type { LineReader } from './line-reader.ts';
import type { ChatMessage, ChatState, Sampling } from './messages.ts';
import { attachFiles } from './attach.ts';
import { runSlashCommand } from './run-slash.ts';
import type { ChatServer } from './server.ts';
import type { ChatRequest } from './stream.ts';
import { trimConversation } from './trim.ts';
import type { WebSearch } from './web-search.ts';

export interface ChatStart {
  readonly model: string;
  readonly system: string | undefined;
  readonly sampling: Sampling;
  readonly colors: boolean;
  readonly paintsCode?: boolean | undefined;
  readonly stats: boolean;
  readonly extras?: ChatRequest['extras'];
  /** Another server than the daemon. */
  readonly server?: ChatServer | undefined;
  /** Set where the model may search the web. */
  readonly search?: WebSearch | undefined;
}

const prompt = '> ';
const continuation = '. ';
const quotes = '"""';

/** Reads messages and answers them until the user leaves. */
export async function converse(context: CliContext, reader: LineReader, start: ChatStart): Promise<number> {
  const { t } = context;
  const state: ChatState = { model: start.model, system: start.system, sampling: start.sampling, messages: [] };
  context.notice(t('chat.placeholder', { model: start.model }));
  for (;;) {
    context.signal.throwIfAborted();
    const message = await readMessage(reader);
    if (message.type === 'end') {
      // The shell's prompt begins on a line of its own.
      context.notice('');
      return 0;
    }
    if (message.type === 'interrupt') {
      if (message.empty) context.notice(t('chat.leaveHint'));
      continue;
    }
    const text = message.text.trim();
    if (text === '') continue;
    reader.remember(message.text);
    if (text.startsWith('/') && !text.includes('\n')) {
      if ((await runSlashCommand(context, text, state)) === 'leave') return 0;
    } else await answer(context, { state, text: message.text }, start);
  }
}

/** One line, or all lines between `"""` and `"""`. */
async function readMessage(reader: LineReader): ReturnType<LineReader['read']> {
  const first = await reader.read(prompt);
  if (first.type !== 'line' || !first.text.trimStart().startsWith(quotes)) return first;
  let text = first.text.trimStart().slice(quotes.length);
  while (!text.trimEnd().endsWith(quotes)) {
    const next = await reader.read(continuation);
    // Leaving the block, not the chat.
    if (next.type === 'interrupt') return { type: 'interrupt', empty: false };
    if (next.type === 'end') return next;
    text += `\n${next.text}`;
  }
  return {
    type: 'line',
    text: text
      .trimEnd()
      .slice(0, -quotes.length)
      .replace(/^\n|\n$/g, ''),
  };
}

async function answer(
  context: CliContext,
  { state, text }: { state: ChatState; text: string },
  { colors, paintsCode, stats, extras, server, search }: ChatStart,
): Promise<void> {
  const { t } = context;
  let content: ChatMessage['content'];
  try {
    content = await attachFiles(context, text);
  } catch (thrown) {
    context.report(thrown);
    return;
  }
  const stop = new AbortController();
  const release = context.interrupts.take(() => stop.abort(new AppError('request.aborted', t('run.stopped'))));
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const before = state.messages;
  state.messages = [...before, { role: 'user', content }];
  try {
    for (;;) {
      try {
        // Asked for each time: a daemon that has been stopped or updated meanwhile is started again.
        const daemon = server?.client ?? (await context.daemon());
        const { model, sampling } = state;
        const request = { model, messages: withSystem(state), sampling, extras, path: server?.path };
        const given = await answerWithSearch(daemon, { request, context, search }, { signal, colors, paintsCode });
        state.messages = [...state.messages, { role: 'assistant', content: given.text }];
        if (given.finishReason === 'length') context.notice(t('run.cutOff'));
        if (stats) context.notice(statsLine(given, t));
        return;
      } catch (thrown) {
        const { partial, reason } = thrown instanceof AnswerInterrupted ? thrown : { partial: '', reason: thrown };
        context.signal.throwIfAborted();
        if (stop.signal.aborted) {
          context.notice(t('run.stopped'));
          state.messages = partial === '' ? before : [...state.messages, { role: 'assistant', content: partial }];
          return;
        }
        if (partial !== '' || !trim(context, { state, error: toAppError(reason) })) {
          state.messages = before;
          context.report(reason);
          return;
        }
      }
    }
  } finally {
    release();
  }
}

/** Makes room in a conversation that does not fit, and says so. False when that is not the trouble or nothing helps. */
function trim(context: CliContext, { state, error }: { state: ChatState; error: AppError }): boolean {
  if (error.code !== 'inference.context_overflow') return false;
  const { promptTokens, contextSize } = error.params;
  const trimmed = trimConversation(state.messages, {
    promptTokens: typeof promptTokens === 'number' ? promptTokens : undefined,
    contextSize: typeof contextSize === 'number' ? contextSize : undefined,
  });
  if (!trimmed) return false;
  state.messages = trimmed.messages;
  const size = contextSize ?? '?';
  context.notice(
    trimmed.dropped === 1
      ? context.t('chat.trimmed.one', { contextSize: size })
      : context.t('chat.trimmed.many', { contextSize: size, n: trimmed.dropped }),
  );
  return true;
}

function withSystem({ system, messages }: ChatState): readonly ChatMessage[] {
  return system === undefined ? messages : [{ role: 'system', content: system }, ...messages];
}
