import { createInterface } from 'node:readline/promises';
import type { ElicitRequestParams, ElicitResult } from '@modelcontextprotocol/client';
import type { Json, JsonObject } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printable, printableLine } from '../../output/printable.ts';
import { isObject, toolArguments, typesOf } from './tool-arguments.ts';

/** Asks the person at the terminal what a server wants to know, field by field; an empty answer to the first question declines. */
export async function answerQuestion(context: CliContext, params: ElicitRequestParams): Promise<ElicitResult> {
  const { stdin, stderr, signal, t } = context;
  if (!('requestedSchema' in params)) return { action: 'decline' };
  const schema = JSON.parse(JSON.stringify(params.requestedSchema)) as JsonObject;
  const { properties } = schema;
  const fields = Object.entries(isObject(properties) ? properties : {});
  stderr.write(`\n${printable(params.message)}\n`);
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    if (fields.length === 0) {
      const answer = await lines.question(t('mcp.tools.approve'), { signal });
      return /^(y|yes)$/i.test(answer.trim()) ? { action: 'accept', content: {} } : { action: 'decline' };
    }
    const words: string[] = [];
    for (const [key, field] of fields) {
      const answer = (await lines.question(questionText(key, field), { signal })).trim();
      if (answer === '' && words.length === 0) return { action: 'decline' };
      if (answer !== '') words.push(`${key}=${answer}`);
    }
    return { action: 'accept', content: toolArguments({ words, base: {} }, schema, t) as ElicitResult['content'] };
  } finally {
    lines.close();
  }
}

function questionText(key: string, field: Json): string {
  if (!isObject(field)) return `${printableLine(key)}: `;
  const { title, description, enum: choices } = field;
  const name = typeof title === 'string' ? title : key;
  const about = typeof description === 'string' ? ` (${description})` : '';
  const values = Array.isArray(choices) ? choices.map(String) : typesOf(field);
  return `${printableLine(`${name}${about} [${values.join(', ')}]`)}: `;
}
