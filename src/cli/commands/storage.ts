import { formatSize } from '#core';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { tableText } from '../output/table.ts';
import { usageError } from '../usage-error.ts';

interface JsonOption {
  readonly json?: boolean;
}

export interface ClearStorageOptions extends JsonOption {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export async function listStorage(context: CliContext, { json = false }: JsonOption): Promise<number> {
  const { t } = context;
  const body = await fetchStorage(context);
  if (json) context.printJson(body);
  else {
    const rows = body.parts.map(({ id, bytes, files, clearable }) => [
      id,
      formatSize(bytes),
      String(files),
      clearable ? t('storage.yes') : t('storage.no'),
      t(`storage.part.${id}`),
    ]);
    context.print(
      tableText([t('column.part'), t('column.size'), t('column.files'), t('column.clearable'), t('column.what')], rows),
    );
  }
  return 0;
}

/** Says what would go, asks, and clears it. What is in use stays. */
export async function clearStorage(
  context: CliContext,
  names: readonly string[],
  { all = false, dryRun = false, force = false, json = false }: ClearStorageOptions,
): Promise<number> {
  const { t } = context;
  const { parts } = await fetchStorage(context);
  const can = parts.filter(({ clearable }) => clearable);
  const unknown = names.find((name) => !can.some(({ id }) => id === name));
  if (unknown !== undefined || (names.length === 0 && !all)) {
    throw usageError(unknown === undefined ? t('storage.which') : t('storage.unknown', { name: unknown }), {
      hint: t('storage.these', { names: can.map(({ id }) => id).join(', ') }),
    });
  }
  const wanted = all ? can : can.filter(({ id }) => names.includes(id));
  if (dryRun && json) context.printJson({ parts: wanted });
  else
    for (const { id, bytes } of wanted)
      context.notice(t('storage.would', { what: t(`storage.part.${id}`), size: formatSize(bytes) }));
  if (dryRun) return 0;
  if (!force && !(await confirm(context, t('storage.question')))) {
    context.notice(t('storage.cancelled'));
    return 0;
  }
  const daemon = await context.daemon();
  const cleared = await daemon.json(
    { method: 'POST', path: '/gantry/storage/clear', body: { parts: wanted.map(({ id }) => id) } },
    (contract) => contract.clearedStorageBody,
  );
  if (json) context.printJson(cleared);
  else context.print(`${t('storage.freed', { size: formatSize(cleared.freedBytes) })}\n`);
  return 0;
}

async function fetchStorage(context: CliContext) {
  const daemon = await context.daemon();
  return await daemon.json({ path: '/gantry/storage' }, (contract) => contract.storageBody);
}
