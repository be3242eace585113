import type { SettingEntryBody } from '#contract';
import { changeSettings, fetchSettings } from '../client/settings.ts';
import { closest } from '#core';
import type { CliContext } from '../context.ts';
import { tableText } from '../output/table.ts';
import { usageError } from '../usage-error.ts';

interface JsonOption {
  readonly json?: boolean;
}

export async function listSettings(context: CliContext, { json = false }: JsonOption): Promise<number> {
  const entries = await fetchSettings(await context.daemon());
  if (json) context.printJson(entries);
  else context.print(settingsTable(entries, context));
  return 0;
}

/** One setting as it is, for scripts; a group of them as a table. */
export async function getSetting(context: CliContext, key: string, { json = false }: JsonOption): Promise<number> {
  const entries = await fetchSettings(await context.daemon());
  const [one] = entries.filter((entry) => entry.key === key);
  const group = entries.filter((entry) => entry.key.startsWith(`${key}.`));
  if (!one && group.length === 0) throw unknownSetting(key, { entries, context });
  if (json) context.printJson(one ?? group);
  else if (one) context.print(`${valueText(one.value, context)}\n`);
  else context.print(settingsTable(group, context));
  return 0;
}

export async function setSetting(
  context: CliContext,
  { key, text }: { key: string; text: string },
  { json = false }: JsonOption,
): Promise<number> {
  return await change(context, { key, value: parseValue(text) }, json ? 'json' : 'text');
}

export async function unsetSetting(context: CliContext, key: string, { json = false }: JsonOption): Promise<number> {
  return await change(context, { key, value: null }, json ? 'json' : 'text');
}

async function change(
  context: CliContext,
  { key, value }: { key: string; value: unknown },
  output: 'json' | 'text',
): Promise<number> {
  const daemon = await context.daemon();
  const before = await fetchSettings(daemon);
  // What can hold any name is checked by the daemon.
  if (!key.startsWith('modelSettings.') && !before.some((entry) => isWithin(entry.key, key))) {
    throw unknownSetting(key, { entries: before, context });
  }
  const entries = await changeSettings(daemon, [{ path: key, value }]);
  const changed = entries.filter((entry) => isWithin(entry.key, key));
  if (output === 'json') context.printJson(changed);
  else for (const one of changed) context.print(`${changedText(one, context)}\n`);
  return 0;
}

function isWithin(key: string, group: string): boolean {
  return key === group || key.startsWith(`${group}.`);
}

function changedText({ key, value }: SettingEntryBody, context: CliContext): string {
  return context.t('settings.changed', { key, value: valueText(value, context) });
}

/** JSON where it is JSON, else the text itself: `4096`, `true`, `["http://a"]`, `5m`. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function valueText(value: unknown, { t }: CliContext): string {
  if (value === null || value === undefined) return t('settings.unset');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function settingsTable(entries: readonly SettingEntryBody[], context: CliContext): string {
  const { t } = context;
  const origins = {
    default: t('settings.origin.default'),
    file: t('settings.origin.file'),
    locked: t('settings.origin.locked'),
  };
  return tableText(
    [t('column.setting'), t('column.value'), t('column.origin')],
    entries.map(({ key, value, origin }) => [key, valueText(value, context), origins[origin]]),
  );
}

function unknownSetting(
  key: string,
  { entries, context: { t } }: { entries: readonly SettingEntryBody[]; context: CliContext },
): Error {
  const name = closest(
    key,
    entries.map((entry) => entry.key),
  );
  return usageError(t('settings.unknown', { key }), {
    hint: name === undefined ? undefined : t('usage.suggestion', { name }),
  });
}
