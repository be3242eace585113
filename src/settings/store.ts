import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError, createMutex, errorCodeOf, writeFileAtomic } from '#core';
import { settingsSchema, type Settings } from './schema.ts';

export interface SettingsStore {
  /** The settings in force. */
  current(): Settings;
  /** Sets one value by its path, keeps the file's comments, and applies it at once. */
  set(path: readonly string[], value: unknown): Promise<Settings>;
}

/**
 * Reads the settings file; a missing one means defaults.
 * @throws AppError `settings.invalid` naming the key and what it expected.
 */
export async function openSettings(path: string): Promise<SettingsStore> {
  let settings = parse(await readText(path), path);
  const mutex = createMutex();
  return {
    current: () => settings,
    set: (keys, value) =>
      mutex.run(async () => {
        const document = parseDocument(await readText(path));
        document.setIn(keys, value);
        const text = document.toString();
        const next = parse(text, path);
        await writeFileAtomic(path, text, { mode: 0o600 });
        settings = next;
        return next;
      }),
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

function parse(text: string, path: string): Settings {
  const document = parseDocument(text);
  const [syntaxError] = document.errors;
  if (syntaxError) throw invalid(path, syntaxError.message.split('\n')[0] ?? 'not YAML');
  const result = settingsSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  throw invalid(path, z.prettifyError(result.error).replaceAll('\n', ' '));
}

function invalid(path: string, reason: string): AppError {
  return new AppError('settings.invalid', `The settings file ${path} is not valid: ${reason}`, {
    hint: 'Correct the file, or remove it to use the defaults.',
    params: { path, reason },
  });
}
