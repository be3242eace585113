import { formatSize } from '#core';
import type { CliContext } from '../context.ts';
import { tableText } from '../output/table.ts';
import { columnTitles } from '../plugin/docker-titles.ts';

export async function df(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  const { t } = context;
  const daemon = await context.daemon();
  const usage = await daemon.json({ path: '/engines/df' }, (contract) => contract.diskUsageBody);
  if (json) {
    context.printJson(usage);
    return 0;
  }
  const title = columnTitles(context);
  const rows = [[t('df.models'), formatSize(usage.models_disk_usage)]];
  if (usage.default_backend_disk_usage > 0) rows.push([t('df.engine'), formatSize(usage.default_backend_disk_usage)]);
  context.print(tableText([title('column.type'), title('column.size')], rows));
  return 0;
}
