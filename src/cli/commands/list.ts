import type { ModelBody } from '#contract';
import { openAiServer, type ChatServer } from '../chat/server.ts';
import { field } from '../client/read.ts';
import type { CliContext } from '../context.ts';
import { agoText } from '../output/duration.ts';
import { tableText } from '../output/table.ts';
import { columnTitles } from '../plugin/docker-titles.ts';
import { usageError } from '../usage-error.ts';
import { displayName, matchesFilter } from './model-name.ts';

export interface ListOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly openai?: boolean;
  readonly openaiurl?: string;
}

export async function list(context: CliContext, filter: string | undefined, options: ListOptions): Promise<number> {
  const { t } = context;
  if (options.quiet && options.openai) {
    throw usageError(t('usage.together', { first: '--quiet', second: '--openai' }));
  }
  if (options.openaiurl !== undefined) return await listOf(context, openAiServer(context, options.openaiurl), options);
  const daemon = await context.daemon();
  if (options.openai) {
    context.printJson(JSON.parse(await daemon.text({ path: '/engines/v1/models' })));
    return 0;
  }
  const all = await daemon.json({ path: '/models' }, (contract) => contract.modelListBody);
  const models =
    filter === undefined ? all : all.filter((model) => (model.tags ?? []).some((tag) => matchesFilter(tag, filter)));
  if (options.json) context.printJson(models);
  else if (options.quiet) for (const model of models) context.print(`${shortId(model.id)}\n`);
  else {
    context.print(tableText(header(context), modelRows(models, { context, filter })));
    if (models.length === 0)
      context.notice(filter === undefined ? t('list.empty') : t('list.noMatch', { name: filter }));
  }
  return 0;
}

/** The models of another server of OpenAI's API. */
async function listOf(context: CliContext, { client }: ChatServer, options: ListOptions): Promise<number> {
  const { t, clock } = context;
  if (options.quiet) throw usageError(t('usage.together', { first: '--quiet', second: '--openaiurl' }));
  const answer: unknown = JSON.parse(await client.text({ path: '/models' }));
  if (options.json || options.openai) {
    context.printJson(answer);
    return 0;
  }
  const data = field(answer, 'data');
  const rows = (Array.isArray(data) ? data : []).map((model: unknown) => {
    const created = field(model, 'created');
    const known = typeof created === 'number' && created > 0;
    return [String(field(model, 'id')), known ? agoText(created * 1000, { nowMs: clock.now(), t }) : ''];
  });
  context.print(tableText([t('column.model'), t('column.created')], rows));
  return 0;
}

/** The table of `gantry list`. */
export function modelsText(models: readonly ModelBody[], context: CliContext): string {
  return tableText(header(context), modelRows(models, { context, filter: undefined }));
}

function header(context: CliContext): string[] {
  const t = columnTitles(context);
  return [
    t('column.model'),
    t('column.parameters'),
    t('column.quantization'),
    t('column.architecture'),
    t('column.id'),
    t('column.created'),
    t('column.context'),
    t('column.size'),
  ];
}

/** One row per tag, sorted by name. */
function modelRows(
  models: readonly ModelBody[],
  { context, filter }: { context: CliContext; filter: string | undefined },
): string[][] {
  const { t, clock } = context;
  return models
    .flatMap((model) => {
      const { config } = model;
      const tags = (model.tags ?? []).filter((tag) => filter === undefined || matchesFilter(tag, filter));
      const names = tags.length > 0 ? tags.map(displayName) : [t('model.none')];
      return names.map((name) => [
        name,
        config.parameters ?? '',
        config.quantization ?? '',
        config.architecture ?? '',
        shortId(model.id),
        model.created > 0 ? agoText(model.created * 1000, { nowMs: clock.now(), t }) : '',
        contextOf(model),
        config.size ?? '',
      ]);
    })
    .toSorted(([a = ''], [b = '']) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
}

function contextOf({ config }: ModelBody): string {
  const trained = config.gguf?.[`${config.architecture ?? 'llama'}.context_length`];
  return config.context_size === undefined ? (trained ?? '') : String(config.context_size);
}

export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
