import { text as readAll } from 'node:stream/consumers';
import type { Intent } from '#assistant';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { loadTranslate } from '../../messages/translate.ts';
import { usageError } from '../../usage-error.ts';
import { diskRows, diskText, listText, rowsOf } from './engine-lists.ts';

export interface AskOptions {
  readonly json?: boolean;
}

/** Answers a question from facts, in its language, with no model. Ends with 3 when it is none that facts answer. */
export async function ask(context: CliContext, words: readonly string[], options: AskOptions): Promise<number> {
  const question = (words.join(' ') || (context.stdin.isTTY ? '' : await readAll(context.stdin))).trim();
  if (question === '') throw usageError(context.t('ai.ask.nothing'));
  const { languageOf, recognise } = await import('#assistant');
  const language = languageOf(question) ?? context.language;
  const asked: CliContext = { ...context, language, t: await loadTranslate(language) };
  const intent = recognise(question);
  if (intent) return await answer(asked, intent, options);
  asked.notice(asked.t('ai.ask.notUnderstood'));
  asked.print(capabilities(asked));
  return exitCodes.notFound;
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
