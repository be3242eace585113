import { AppError } from '#core';
import type { HuggingFace } from '#registry';
import type { Card } from './types.ts';

const mostCardBytes = 1024 * 1024;

/** The README of a repository, without the data at its head. A longer one is refused rather than cut. */
export async function cardOnHuggingFace(huggingFace: HuggingFace, name: string, signal: AbortSignal): Promise<Card> {
  const repository = await huggingFace.repository(name, { signal });
  const file = repository.files.find(({ path }) => path.toLowerCase() === 'readme.md');
  if (!file) return { text: '', origin: 'Hugging Face' };
  const { chunks } = await huggingFace.blob(repository, file).open({ startByte: 0 }, { signal });
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of chunks) {
    parts.push(part);
    sizeBytes += part.length;
    if (sizeBytes > mostCardBytes) throw tooLong(name);
  }
  const text = Buffer.concat(parts).toString('utf8');
  return { text: text.replace(/^---\r?\n[^]*?\r?\n---\r?\n/, ''), origin: 'Hugging Face' };
}

function tooLong(name: string): AppError {
  return new AppError('source.invalid_response', `The README of ${name} is longer than 1 MiB.`, {
    params: { label: name, size: mostCardBytes },
  });
}
