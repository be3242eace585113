import { fstatSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Intent } from '#assistant';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { loadTranslate } from '../../messages/translate.ts';
import type { OneShotOptions } from './one-shot.ts';
import { usageError } from '../../usage-error.ts';
import { diskRows, diskText, listText, rowsOf } from './engine-lists.ts';

export interface AskOptions extends OneShotOptions {}

/**
 * Answers a question: through the assistant of the daemon where it is enabled and has a model, else from facts alone, in this
 * process and with no model. Ends with 3 when it is none that facts answer.
 */
export async function ask(context: CliContext, words: readonly string[], options: AskOptions): Promise<number> {
  const piped = options.yesTo === undefined || words.length > 0 ? await pipedText(context, words) : undefined;
  const question = (words.join(' ') || (piped ?? '')).trim();
  if (question === '' && options.yesTo === undefined) throw usageError(context.t('ai.ask.nothing'));
  const { languageOf, recognise } = await import('#assistant');
  const language = languageOf(question) ?? context.language;
  const asked: CliContext = { ...context, language, t: await loadTranslate(language) };
  const needsAgent = neededBy(options);
  const whyNoModel = await throughAssistant(asked, {
    question,
    piped: words.length > 0 ? piped : undefined,
    options,
    isWanted: needsAgent,
  });
  if (typeof whyNoModel === 'number') return whyNoModel;
  if (needsAgent) throw usageError(asked.t('ai.ask.needsAssistant'), { hint: asked.t('ai.ask.needsAssistantHint') });
  const intent = recognise(question);
  if (intent && words.length > 0 && piped !== undefined)
    return await answerWithPiped(asked, intent, { piped, options });
  if (intent) return await answer(asked, intent, options);
  asked.notice(whyNoModel ?? asked.t('ai.ask.notUnderstood'));
  asked.print(capabilities(asked));
  return exitCodes.notFound;
}

/** What was piped in is what failed, where the question is why; nothing else has a use for it. */
async function answerWithPiped(
  context: CliContext,
  intent: Intent,
  { piped, options }: { readonly piped: string; readonly options: AskOptions },
): Promise<number> {
  if (intent.kind === 'why' && intent.container === undefined)
    return await answer({ ...context, stdin: Readable.from([piped]) }, { ...intent, container: '-' }, options);
  context.notice(context.t('ai.ask.pipedUnused'));
  return await answer(context, intent, options);
}

/** Options that mean nothing without the assistant. */
function neededBy({ events, plan, session, yesTo, model }: AskOptions): boolean {
  return [events, plan, session, yesTo, model].some((one) => one !== undefined && one !== false);
}

interface Asked {
  readonly question: string;
  readonly piped: string | undefined;
  readonly options: AskOptions;
  readonly isWanted: boolean;
}

/** The exit code; or why there is no model to ask; undefined when the assistant is off. */
async function throughAssistant(
  context: CliContext,
  { question, piped, options, isWanted }: Asked,
): Promise<number | string | undefined> {
  const { isAssistantEnabled } = await import('../../client/assistant/is-enabled.ts');
  // Questions that facts answer need no daemon while the assistant is off.
  const isElsewhere = context.runningDaemon().address.kind === 'remote';
  if (!isElsewhere && !isAssistantEnabled(context.paths)) return undefined;
  const { openAssistant } = await import('../../client/assistant/open-assistant.ts');
  const client = await openAssistant(context);
  const state = await client.state();
  if (!state.enabled) return undefined;
  const { throwModelError } = await import('../../client/assistant/model-error.ts');
  throwModelError(state);
  if (state.model === null && !isWanted) return state.whyNoModel?.[context.language] ?? '';
  const { oneShot } = await import('./one-shot.ts');
  return await oneShot(context, client, { ...options, question, piped, state });
}

const mostPipedLength = 1_000_000;

/** What a pipe or a file holds on standard input. An input that is neither, as under a service, is not waited for. */
async function pipedText({ stdin, t }: CliContext, words: readonly string[]): Promise<string | undefined> {
  if (stdin.isTTY === true) return undefined;
  if (words.length > 0 && !holdsText(stdin)) return undefined;
  let text = '';
  for await (const chunk of stdin) {
    text += chunk.toString();
    if (text.length > mostPipedLength) throw usageError(t('ai.ask.pipedTooLong'));
  }
  return text.trim() === '' ? undefined : text;
}

function holdsText(stdin: object): boolean {
  const fd: unknown = Reflect.get(stdin, 'fd');
  if (typeof fd !== 'number') return false;
  const facts = fstatSync(fd);
  return facts.isFIFO() || facts.isFile();
}

async function answer(context: CliContext, intent: Intent, options: AskOptions): Promise<number> {
  const { t } = context;
  switch (intent.kind) {
    case 'rate':
      return await (await import('./rate.ts')).rate(context, pathsOf(intent.path), options);
    case 'fix':
      return await (await import('./fix.ts')).fix(context, pathsOf(intent.path), options);
    case 'generate':
      return await (await import('./generate.ts')).generate(context, intent.path ?? '.', options);
    case 'why':
      return await (await import('./why.ts')).why(context, intent.container, options);
    case 'doctor':
      return await (await import('./doctor.ts')).doctor(context, options);
    case 'run':
      if (intent.image === undefined) throw usageError(t('ai.ask.whichImage'));
      return await (await import('./run-image.ts')).runImage(context, intent.image, options);
    case 'scan':
      if (intent.image === undefined) throw usageError(t('ai.ask.whichImage'));
      return await (await import('./scan.ts')).scan(context, intent.image, options);
    case 'models':
      return await (await import('../list.ts')).list(context, undefined, options);
    case 'capabilities':
      context.print(capabilities(context));
      return 0;
    case 'disk':
      return await diskUsage(context, options);
    case 'containers':
    case 'images':
    case 'volumes':
    case 'networks':
      return await listOf(context, intent.kind, options);
  }
}

function pathsOf(path: string | undefined): readonly string[] {
  return path === undefined ? [] : [path];
}

export function capabilities({ t, calledAs }: CliContext): string {
  const examples = ['rate', 'fix', 'generate', 'why', 'doctor', 'run', 'scan', 'lists'] as const;
  const lines = examples.map(
    (one) => `  ${t(`ai.ask.can.${one}`)}\n    ${calledAs.name} ai "${t(`ai.ask.example.${one}`)}"`,
  );
  return `${t('ai.ask.can')}\n${lines.join('\n')}\n`;
}

async function listOf(
  context: CliContext,
  kind: 'containers' | 'images' | 'volumes' | 'networks',
  { json = false }: AskOptions,
): Promise<number> {
  const rows = await rowsOf(context, kind);
  if (json) context.printJson(rows);
  else context.print(listText(rows, context));
  return 0;
}

async function diskUsage(context: CliContext, { json = false }: AskOptions): Promise<number> {
  const rows = await diskRows(context);
  if (json) {
    context.printJson(rows);
    return 0;
  }
  context.print(diskText(rows, context));
  context.notice(context.t('ai.ask.pruneWarning'));
  return 0;
}
