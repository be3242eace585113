import { createParser } from 'eventsource-parser';
import type { RequestsBody } from '#contract';
import { isAbort, toAppError } from '#core';
import { parseAnswer } from '../client/read.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { tableText } from '../output/table.ts';
import { usageError } from '../usage-error.ts';
import { shortId } from './list.ts';
import { displayName } from './model-name.ts';

export interface RequestsOptions {
  readonly follow?: boolean;
  readonly includeExisting?: boolean;
  readonly model?: string;
  readonly json?: boolean;
}

/** On a terminal a table; in a pipe, or with --json, what the daemon sent. */
export async function requests(context: CliContext, options: RequestsOptions): Promise<number> {
  const { t } = context;
  if (options.includeExisting && !options.follow) throw usageError(t('requests.existingNeedsFollow'));
  const readable = context.stdout.isTTY === true && !options.json;
  if (options.follow) return await follow(context, options, { readable });
  const path = pathOf(options);
  const daemon = await context.daemon();
  if (!readable) {
    context.print(`${(await daemon.text({ path })).trimEnd()}\n`);
    return 0;
  }
  const body = await daemon.json({ path }, (contract) => contract.requestsBody);
  const rows = rowsOf(body);
  if (rows.length === 0) context.notice(t('requests.none'));
  else context.print(tableText(header(context), rows));
  return 0;
}

async function follow(
  context: CliContext,
  options: RequestsOptions,
  { readable }: { readable: boolean },
): Promise<number> {
  const { t } = context;
  const path = pathOf(options);
  const daemon = await context.daemon();
  const [{ requestsBody }, response] = await Promise.all([
    import('#contract'),
    daemon.stream({ path, headers: { accept: 'text/event-stream' } }),
  ]);
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'connected') context.notice(t('requests.connected'));
      if (event !== 'new_request' && event !== 'existing_request') return;
      if (!readable) context.print(`${data}\n`);
      else for (const row of rowsOf(parseAnswer(data, requestsBody, { path, t }))) context.print(`${lineOf(row)}\n`);
    },
  });
  try {
    for await (const chunk of response.text) parser.feed(chunk);
  } catch (thrown) {
    // Ctrl-C is how it is meant to end.
    if (context.signal.aborted && (isAbort(thrown) || toAppError(thrown).code === 'request.aborted')) return 0;
    throw thrown;
  }
  context.notice(t('requests.closed'));
  return 0;
}

function pathOf({ model, includeExisting }: RequestsOptions): string {
  const query = new URLSearchParams();
  if (model !== undefined) query.set('model', model);
  if (includeExisting) query.set('include_existing', 'true');
  return query.size === 0 ? '/engines/requests' : `/engines/requests?${query.toString()}`;
}

function header({ t }: CliContext): string[] {
  return [t('column.time'), t('column.status'), t('column.model'), t('column.request'), t('column.client')];
}

function rowsOf(body: RequestsBody): string[][] {
  return body
    .flatMap(({ records }) => records)
    .toSorted((a, b) => a.timestamp - b.timestamp)
    .map((record) => [
      new Date(record.timestamp * 1000).toISOString().replace('.000', ''),
      record.error ? `${record.status_code} ${record.error}` : String(record.status_code),
      record.model.startsWith('sha256:') ? shortId(record.model) : displayName(record.model),
      `${record.method} ${record.url}`,
      record.origin || (record.user_agent ?? ''),
    ]);
}

function lineOf(row: readonly string[]): string {
  return row.map(printableLine).join('  ');
}
