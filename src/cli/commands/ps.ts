import { formatIecSize, parseDurationMs } from '#core';
import type { psBody } from '#contract';
import type { output } from 'zod';
import type { CliContext } from '../context.ts';
import { fromNowText } from '../output/duration.ts';
import { tableText } from '../output/table.ts';
import { columnTitles } from '../plugin/docker-titles.ts';
import { shortId } from './list.ts';
import { displayName } from './model-name.ts';

type RunnerBody = output<typeof psBody>[number];

export async function ps(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  const { t } = context;
  const daemon = await context.daemon();
  const runners = await daemon.json({ path: '/engines/ps' }, (contract) => contract.psBody);
  if (json) {
    context.printJson(runners);
    return 0;
  }
  const title = columnTitles(context);
  const header = [title('column.model'), title('column.backend'), title('column.mode'), title('column.until')];
  // `docker model ps` has four columns.
  const more = context.calledAs.style === 'gantry';
  if (more) header.push(title('column.context'), title('column.memory'));
  const rows = runners.map((runner) => [
    runner.model_name.startsWith('sha256:') ? shortId(runner.model_name) : displayName(runner.model_name.toLowerCase()),
    runner.backend_name,
    runner.mode,
    untilText(runner, context),
    ...(more ? [String(runner.context_size ?? ''), memoryText(runner)] : []),
  ]);
  context.print(tableText(header, rows));
  if (runners.length === 0) context.notice(t('ps.empty'));
  return 0;
}

function memoryText({ memory_bytes: bytes }: RunnerBody): string {
  return bytes === undefined ? '' : formatIecSize(bytes);
}

function untilText(runner: RunnerBody, { t, clock }: CliContext): string {
  if (runner.loading) return t('ps.loading');
  if (runner.in_use) return t('ps.inUse');
  const keepAliveMs = runner.keep_alive === undefined ? undefined : parseDurationMs(runner.keep_alive);
  if (keepAliveMs !== undefined && keepAliveMs < 0) return t('ps.forever');
  const expiresAt =
    runner.expires_at === undefined
      ? Date.parse(runner.last_used ?? '') + (keepAliveMs ?? Number.NaN)
      : Date.parse(runner.expires_at);
  if (Number.isNaN(expiresAt)) return '';
  const nowMs = clock.now();
  return expiresAt <= nowMs ? t('ps.expiring') : fromNowText(expiresAt, { nowMs, t });
}
