import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError, createMutex, errorCodeOf, writeFileAtomic } from '#core';
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
 * Reads the settings file; a missing one means defaults.
 * @throws AppError `settings.invalid` naming the key and what it expected.
 */
export async function openSettings(path: string): Promise<SettingsStore> {
  let { settings, given } = parse(await readText(path), path);
  const mutex = createMutex();
  const change = (changes: readonly SettingChange[]): Promise<Settings> =>
    mutex.run(async () => {
      const document = parseDocument(await readText(path));
      // A file that says `null` says nothing; values can be set only in a map.
      if (document.toJS() === null) document.contents = null;
      for (const { path: keys, value } of changes) {
        if (value !== undefined) document.setIn(keys, value);
        else if (document.hasIn(keys)) document.deleteIn(keys);
      }
      const text = document.toString();
      const next = parse(text, path);
      await writeFileAtomic(path, text, { mode: 0o600 });
      ({ settings, given } = next);
      return settings;
    });
  return {
    current: () => settings,
    entries: () => listSettings(settings, given),
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

function parse(text: string, path: string): { settings: Settings; given: unknown } {
  const document = parseDocument(text);
  const [syntaxError] = document.errors;
  if (syntaxError) throw invalid(path, syntaxError.message.split('\n')[0] ?? 'not YAML');
  const given: unknown = document.toJS() ?? {};
  const result = settingsSchema.safeParse(given);
  if (result.success) return { settings: result.data, given };
  throw invalid(path, z.prettifyError(result.error).replaceAll('\n', ' '));
}

function invalid(path: string, reason: string): AppError {
  return new AppError('settings.invalid', `The settings file ${path} is not valid: ${reason}`, {
    hint: 'Correct the file, or remove it to use the defaults.',
    params: { path, reason },
  });
}
