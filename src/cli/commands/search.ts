import type { SearchBody } from '#contract';
import { AppError } from '#core';
import type { CliContext } from '../context.ts';
import { isErrorCode } from '../exit-codes.ts';
import { errorText } from '#texts';
import { printableLine } from '../output/printable.ts';
import { startSpinner } from '../output/spinner.ts';
import { tableText } from '../output/table.ts';
import { cutToWidth } from '../output/width.ts';
import type { searchSources } from './search-choices.ts';

export interface SearchOptions {
  readonly limit: number;
  readonly source: (typeof searchSources)[number];
  readonly json?: boolean;
}

const widestDescription = 50;

const aliases: Readonly<Record<string, string>> = { docker: 'dockerhub', hub: 'dockerhub', hf: 'huggingface' };

export async function search(context: CliContext, words: readonly string[], options: SearchOptions): Promise<number> {
  const { t, clock, stderr, language } = context;
  const term = words.join(' ');
  const query = new URLSearchParams({
    term,
    limit: String(options.limit),
    source: aliases[options.source] ?? options.source,
  });
  const daemon = await context.daemon();
  const spinner = startSpinner(() => t('search.asking'), { output: stderr, clock });
  let body: SearchBody;
  try {
    body = await daemon.json({ path: `/gantry/search?${query.toString()}` }, (contract) => contract.searchBody);
  } finally {
    spinner.stop();
  }
  for (const { source, code, message, params } of body.warnings) {
    const error = new AppError(isErrorCode(code) ? code : 'internal', message, { params });
    const reason = printableLine(errorText(error, language).message);
    context.notice(t('warning.label', { message: t('search.sourceFailed', { source, reason }) }));
  }
  if (options.json) context.printJson(body.results);
  else if (body.results.length > 0) context.print(table(body, t));
  else context.notice(term === '' ? t('search.nothing') : t('search.noMatch', { term: printableLine(term) }));
  return 0;
}

function table({ results }: SearchBody, t: CliContext['t']): string {
  const header = [
    t('column.name'),
    t('column.description'),
    t('column.backend'),
    t('column.size'),
    t('column.downloads'),
    t('column.stars'),
    t('column.source'),
  ];
  const rows = results.map((one) => [
    one.Name,
    cutToWidth(printableLine(one.Description), widestDescription),
    one.Backend,
    one.Size,
    countText(one.Downloads),
    countText(one.Stars),
    one.Source,
  ]);
  return tableText(header, rows);
}

/** `1.2M`, `45.0K`, `999` (contract model-runner §1.3). */
export function countText(count: number): string {
  if (count >= 1_000_000) return `${(count / 1_000_000).toFixed(1)}M`;
  return count >= 1000 ? `${(count / 1000).toFixed(1)}K` : String(count);
}
