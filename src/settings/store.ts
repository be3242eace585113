import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError, createMutex, errorCodeOf, writeFileAtomic } from '#core';
import { lockOn, readAdmin, withAdmin, type AdminValue } from './admin.ts';
import { listSettings, type SettingEntry } from './list.ts';
import { settingsSchema, type Settings } from './schema.ts';

export interface SettingChange {
  readonly path: readonly string[];
  /** Undefined takes the value out of the file, so that the default holds. */
  readonly value: unknown;
}

export interface SettingsStore {
  /** The settings in force. */
  current(): Settings;
  /** Each value in force and where it comes from. */
  entries(): readonly SettingEntry[];
  /** Sets one value by its path, keeps the file's comments, and applies it at once. */
  set(path: readonly string[], value: unknown): Promise<Settings>;
  /** Several at once, all or none. @throws AppError `settings.invalid` naming the key and what it expected */
  change(changes: readonly SettingChange[]): Promise<Settings>;
}

/**
 * Reads the settings file; a missing one means defaults. What an administrator gave in a file of its own is read once.
 * @throws AppError `settings.invalid` naming the key and what it expected.
 */
export async function openSettings(
  path: string,
  { adminFile }: { readonly adminFile?: string | undefined } = {},
): Promise<SettingsStore> {
  const admin = adminFile === undefined ? [] : await readAdmin(adminFile);
  let { settings, given } = parse(await readText(path), { path, admin });
  const { settings: defaults } = parse('', { path: adminFile ?? path, admin });
  const mutex = createMutex();
  const change = (changes: readonly SettingChange[]): Promise<Settings> =>
    mutex.run(async () => {
      for (const { path: keys } of changes) {
        const locked = lockOn(keys, admin);
        if (locked) throw lockedError(locked.join('.'), path);
      }
      const text = withChanges(await readText(path), { path, admin, changes });
      const next = parse(text, { path, admin });
      await writeFileAtomic(path, text, { mode: 0o600 });
      ({ settings, given } = next);
      return settings;
    });
  return {
    current: () => settings,
    entries: () => listSettings(settings, { given, admin, adminFile: adminFile ?? '', defaults }),
    set: (keys, value) => change([{ path: keys, value }]),
    change,
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** The text with other values. @throws AppError `settings.invalid` where there can be none: in a file made wrong by hand, or below a value */
function withChanges(
  text: string,
  { path, admin, changes }: { path: string; admin: readonly AdminValue[]; changes: readonly SettingChange[] },
): string {
  try {
    const document = parseDocument(text);
    // A file that says `null` says nothing; values can be set only in a map.
    if (document.toJS() === null) document.contents = null;
    for (const { path: keys, value } of changes) {
      if (value !== undefined) document.setIn(keys, value);
      else if (document.hasIn(keys)) document.deleteIn(keys);
    }
    return document.toString();
  } catch (cause) {
    try {
      parse(text, { path, admin });
    } catch (error) {
      throw error instanceof AppError ? invalid(path, String(error.params['reason']), 'file') : error;
    }
    throw invalid(path, cause instanceof Error ? cause.message : 'a value has no settings below it');
  }
}

function parse(
  text: string,
  { path, admin }: { path: string; admin: readonly AdminValue[] },
): { settings: Settings; given: unknown } {
  const document = parseDocument(text);
  const [syntaxError] = document.errors;
  if (syntaxError) throw invalid(path, syntaxError.message.split('\n')[0] ?? 'not YAML');
  const given: unknown = document.toJS() ?? {};
  const result = settingsSchema.safeParse(withAdmin(given, admin));
  if (result.success) return { settings: result.data, given };
  throw invalid(path, z.prettifyError(result.error).replaceAll('\n', ' '));
}

function lockedError(key: string, path: string): AppError {
  return new AppError('settings.invalid', `An administrator of this machine set ${key}.`, {
    hint: 'Ask who looks after this machine.',
    params: { path, reason: 'locked', key },
  });
}

/** `file`: it is the file as it is that is wrong, and not what was to be put into it. */
function invalid(path: string, reason: string, at?: 'file'): AppError {
  return new AppError('settings.invalid', `The settings file ${path} is not valid: ${reason}`, {
    hint: 'Correct the file, or remove it to use the defaults.',
    params: { path, reason, ...(at && { at }) },
  });
}
