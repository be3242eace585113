import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError, errorCodeOf } from '#core';
import { settingsSchema, type Settings } from './schema.ts';

type RuleSet = Settings['assistant']['permissions'];

const none: RuleSet = { deny: [], ask: [], allow: [] };

const lockedSchema = z.strictObject({
  assistant: z.strictObject({
    permissions: z.strictObject(settingsSchema.shape.assistant.unwrap().shape.permissions.unwrap().shape),
  }),
});

/**
 * The rules for the assistant that an administrator set for everybody on this machine; they hold before those of users. A file that
 * is there and cannot be understood is an error: what it forbids must not become allowed by a slip.
 * @throws AppError `settings.invalid`
 */
export async function readLockedRules(path: string): Promise<RuleSet> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'ENOTDIR') return none;
    throw invalid(path, errorCodeOf(error) ?? 'it cannot be read');
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    throw invalid(path, 'it is not YAML');
  }
  const result = lockedSchema.safeParse(value);
  if (result.success) return result.data.assistant.permissions;
  throw invalid(path, z.prettifyError(result.error).replaceAll('\n', ' '));
}

function invalid(path: string, reason: string): AppError {
  return new AppError('settings.invalid', `The settings file ${path} is not valid: ${reason}`, {
    hint: 'Correct the file, or remove it to use the defaults.',
    params: { path, reason },
  });
}
