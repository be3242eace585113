import type { CatalogEvent, CatalogOptions } from '#mcp';
import type { CliContext } from '../../context.ts';
import { startSpinner } from '../../output/spinner.ts';

/** Shows on a terminal what is going on while catalogues are fetched; elsewhere says once that they are. */
export async function withProgress<T>(context: CliContext, work: (options: CatalogOptions) => Promise<T>): Promise<T> {
  const { t, stderr, clock, signal } = context;
  let last: CatalogEvent | undefined;
  const text = (): string => {
    if (last?.type === 'fetched') return t('mcp.catalog.fetched', { count: last.count });
    return last ? t('mcp.catalog.pulling', { ref: last.ref }) : t('mcp.catalog.working');
  };
  const spinner = startSpinner(text, { output: stderr, clock });
  try {
    return await work({
      signal,
      onEvent(event) {
        if (event.type === 'pulling' && !stderr.isTTY) context.notice(t('mcp.catalog.pulling', { ref: event.ref }));
        last = event;
      },
    });
  } finally {
    spinner.stop();
  }
}
