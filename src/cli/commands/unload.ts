import type { CliContext } from '../context.ts';
import { usageError } from '../usage-error.ts';

export interface UnloadOptions {
  readonly all?: boolean;
  readonly backend?: string;
  readonly json?: boolean;
}

export async function unload(
  context: CliContext,
  models: readonly string[],
  { all = false, backend, json = false }: UnloadOptions,
): Promise<number> {
  const { t } = context;
  if (all === models.length > 0) throw usageError(t('usage.modelsOrAll'));
  const daemon = await context.daemon();
  const body = { ...(all ? { all } : { models }), ...(backend === undefined ? {} : { backend }) };
  const answer = await daemon.json(
    { method: 'POST', path: '/engines/unload', body },
    (contract) => contract.unloadedBody,
  );
  const count = answer.unloaded_runners;
  if (json) context.printJson(answer);
  else if (count === 0) context.print(`${t(all ? 'unload.noneRunning' : 'unload.noSuch')}\n`);
  else context.print(`${count === 1 ? t('unload.one') : t('unload.many', { n: count })}\n`);
  return 0;
}
