import { AppError, formatSize } from '#core';
import { AnswerInterrupted, statsLine, type Answer } from '../chat/answer.ts';
import { answerWithSearch } from '../chat/answer-with-search.ts';
import { attachFiles } from '../chat/attach.ts';
import type { ChatMessage, Sampling } from '../chat/messages.ts';
import { openAiServer, type ChatServer } from '../chat/server.ts';
import { createWebSearch } from '../chat/web-search.ts';
import type { DaemonClient } from '../client/daemon-client.ts';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { colorsWanted, type ColorChoice } from '../output/colors.ts';
import { isNim } from '../nim/plan.ts';
import type { Nim } from '../nim/start.ts';
import { printableLine } from '../output/printable.ts';
import { usageError } from '../usage-error.ts';
import { pullModel } from './pull.ts';
import { responseFormat } from './response-format.ts';
import { defaultRuntime, fetchRuntimes, install } from './runtime.ts';
import type { SourceChoice } from './source-choices.ts';

export interface RunOptions {
  readonly system?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly json?: boolean;
  readonly stats?: boolean;
  readonly source?: SourceChoice;
  readonly gguf?: string;
  readonly detach?: boolean;
  readonly color?: ColorChoice;
  readonly format?: string;
  readonly keepAlive?: string;
  readonly contextSize?: number;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly openaiurl?: string;
  readonly websearch?: boolean;
}

// The API takes 10 MiB; escaping makes a text longer.
const longestPromptBytes = 8 * 1024 * 1024;
const sayReadingAfterMs = 1000;

/** `run MODEL [PROMPT…]`: one answer, a chat on a terminal, or with --detach just the loading. */
export async function run(
  context: CliContext,
  { model, words }: { model: string; words: readonly string[] },
  options: RunOptions,
): Promise<number> {
  const { t } = context;
  const search = options.websearch ? createWebSearch(context) : undefined;
  const interactive = words.length === 0 && context.stdin.isTTY === true && !options.detach;
  if (options.detach && words.length > 0) throw usageError(t('run.detachWithPrompt'));
  if (options.json && interactive) throw usageError(t('run.jsonNeedsPrompt'), { hint: t('run.noPromptHint') });
  const prompt = options.detach || interactive ? '' : await readPrompt(context, words);
  const nim = isNim(model) && options.openaiurl === undefined ? await nimOf(context, { model, options }) : undefined;
  if (nim && options.detach) return 0;
  const server = nim?.server ?? serverOf(context, options);
  const daemon = server?.client ?? (await context.daemon());
  const name = nim?.model ?? (server ? model : await ensureModel(context, daemon, { model, options }));
  if (!server) await ensureRuntime(context, daemon);
  if (options.detach) return await preload(context, daemon, { name, options });
  const sampling = samplingOf(options);
  const extras = await extrasOf(context, options);
  const colors = colorsWanted(context.stderr, context.env, options.color);
  const paintsCode = colorsWanted(context.stdout, context.env, options.color);
  const stats = options.stats === true || options.verbose === true;
  if (interactive) {
    if (options.debug) context.notice(t('run.debug', { model: name }));
    const { chat } = await import('../chat/chat.ts');
    return await chat(context, daemon, {
      model: name,
      system: options.system,
      sampling,
      colors,
      paintsCode,
      stats,
      extras,
      server,
      search,
    });
  }
  if (options.debug) context.notice(t('run.debugPrompt', { model: name, prompt: words.join(' ') }));
  const messages: ChatMessage[] = [{ role: 'user', content: prompt }];
  if (options.system !== undefined) messages.unshift({ role: 'system', content: options.system });
  try {
    const answer = await answerWithSearch(
      daemon,
      { request: { model: name, messages, sampling, extras, path: server?.path }, context, search },
      { signal: context.signal, quiet: options.json === true, colors, paintsCode },
    );
    if (options.json) context.printJson({ model: name, ...answerJson(answer) });
    if (answer.finishReason === 'length') context.notice(t('run.cutOff'));
    if (stats) context.notice(statsLine(answer, t));
    return 0;
  } catch (error) {
    throw error instanceof AnswerInterrupted ? error.reason : error;
  }
}

function answerJson(answer: Answer): Record<string, unknown> {
  const { text, reasoning, finishReason, promptTokens, tokens, tokensPerSecond, firstTokenMs, totalMs } = answer;
  return {
    content: text,
    ...(reasoning === '' ? {} : { reasoning }),
    finish_reason: finishReason,
    usage: { prompt_tokens: promptTokens, completion_tokens: tokens },
    timings: {
      first_token_ms: firstTokenMs === undefined ? undefined : Math.round(firstTokenMs),
      total_ms: Math.round(totalMs),
      tokens_per_second: tokensPerSecond,
    },
  };
}

/** The words and the files they name, then standard input where it is not a terminal, with a blank line between. */
async function readPrompt(context: CliContext, words: readonly string[]): Promise<ChatMessage['content']> {
  const { stdin, clock, notice, signal, t } = context;
  const typed = await attachFiles(context, words.join(' '));
  if (stdin.isTTY) return typed;
  const cancel = clock.schedule(sayReadingAfterMs, () => notice(t('run.readingStdin')));
  const stop = (): void => {
    if ('destroy' in stdin && typeof stdin.destroy === 'function') stdin.destroy(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of stdin) {
      const bytes = Buffer.from(piece);
      size += bytes.length;
      if (size > longestPromptBytes) {
        throw new AppError('request.too_large', t('run.stdinTooLarge', { limit: formatSize(longestPromptBytes) }));
      }
      pieces.push(bytes);
    }
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
  const piped = Buffer.concat(pieces).toString('utf8').trimEnd();
  if (typeof typed !== 'string') return piped === '' ? typed : [...typed, { type: 'text', text: piped }];
  const prompt = [typed, piped].filter((part) => part !== '').join('\n\n');
  if (prompt === '') throw usageError(t('run.noPrompt'), { hint: t('run.noPromptHint') });
  return prompt;
}

function samplingOf(options: RunOptions): Sampling {
  return {
    ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
    ...(options.maxTokens === undefined ? {} : { max_tokens: options.maxTokens }),
    ...(options.topP === undefined ? {} : { top_p: options.topP }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
}

/** What the request asks for besides sampling, all of it for this request alone. */
async function extrasOf(context: CliContext, options: RunOptions): Promise<Record<string, unknown>> {
  const { format, keepAlive, contextSize } = options;
  return {
    ...(format === undefined ? {} : { response_format: await responseFormat(context, format) }),
    ...(keepAlive === undefined ? {} : { keep_alive: keepAlive }),
    ...(contextSize === undefined ? {} : { context_size: contextSize }),
  };
}

function serverOf(context: CliContext, options: RunOptions): ChatServer | undefined {
  if (options.openaiurl === undefined) return undefined;
  refuseOurs(options, (option) => context.t('run.notWithUrl', { option }));
  if (options.detach !== undefined) throw usageError(context.t('run.notWithUrl', { option: '--detach' }));
  return openAiServer(context, options.openaiurl);
}

async function nimOf(context: CliContext, { model, options }: { model: string; options: RunOptions }): Promise<Nim> {
  refuseOurs(options, (option) => context.t('nim.noOption', { option }));
  const { startNim } = await import('../nim/start.ts');
  return await startNim(context, model.trim());
}

/** Options that only our own daemon understands. */
function refuseOurs({ source, gguf, keepAlive, contextSize }: RunOptions, why: (option: string) => string): void {
  const ours = {
    '--source': source,
    '--gguf': gguf,
    '--keep-alive': keepAlive,
    '--context-size': contextSize,
  };
  const option = Object.entries(ours).find(([, value]) => value !== undefined)?.[0];
  if (option !== undefined) throw usageError(why(option));
}

/** The name to ask for: the model's own, or that of what was pulled in its place. */
async function ensureModel(
  context: CliContext,
  daemon: DaemonClient,
  { model, options }: { model: string; options: RunOptions },
): Promise<string> {
  const { source, gguf } = options;
  if (gguf === undefined) {
    try {
      await daemon.text({ path: modelPath(model) });
      return model;
    } catch (error) {
      const missing =
        error instanceof AppError && (error.code === 'model.not_found' || error.code === 'request.not_found');
      if (!missing) throw error;
    }
    context.notice(context.t('pull.missing', { name: printableLine(model) }));
  }
  const pulled = await pullModel(context, daemon, { model, source, gguf });
  return pulled.tag ?? model;
}

/** Installs the default runtime where there is none at all. A server that is not Gantry has no such list and needs none. */
async function ensureRuntime(context: CliContext, daemon: DaemonClient): Promise<void> {
  try {
    const runtimes = await fetchRuntimes(daemon);
    if (runtimes.some(({ backend = 'llama.cpp' }) => backend === 'llama.cpp')) return;
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.not_found') return;
    throw error;
  }
  context.notice(context.t('runtime.installing', { name: defaultRuntime }));
  await install(context, daemon, defaultRuntime);
}

async function preload(
  context: CliContext,
  daemon: DaemonClient,
  { name, options }: { name: string; options: RunOptions },
): Promise<number> {
  await daemon.text({
    method: 'POST',
    path: '/engines/v1/chat/completions',
    headers: { 'x-preload-only': 'true' },
    body: { model: name, messages: [], stream: false, ...(await extrasOf(context, options)) },
  });
  if (options.json) context.printJson({ model: name, loaded: true });
  else context.notice(context.t('run.loaded', { name: printableLine(name) }));
  return 0;
}
