import { readFile } from 'node:fs/promises';
import { errorCodeOf } from '#core';
import type { CliContext } from '../context.ts';
import { usageError } from '../usage-error.ts';

/** `--format json`, or the path of a JSON schema, as OpenAI's `response_format`. */
export async function responseFormat({ t }: CliContext, format: string): Promise<object> {
  if (format === 'json') return { type: 'json_object' };
  let text: string;
  try {
    text = await readFile(format, 'utf8');
  } catch (cause) {
    throw usageError(t('load.unreadable', { file: format, reason: errorCodeOf(cause) ?? String(cause) }));
  }
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) {
      return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
    }
  } catch {
    // Told below.
  }
  throw usageError(t('run.notSchema', { file: format }));
}
