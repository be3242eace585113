import { AppError } from '#core';
import { readText } from '../state/read-text.ts';
import { parseDotenv } from './dotenv.ts';

/** One part of `--secrets`: where it looks, in this order. */
export type SecretsPart = { readonly kind: 'store' } | { readonly kind: 'file'; readonly path: string };

/**
 * `docker-desktop:/run/secrets/mcp_secret:/.env` → parts that are asked one after the other for each secret. A drive letter is no part.
 * `docker-desktop` is our own store, whatever the machine.
 */
export function parseSecretsOption(text: string): readonly SecretsPart[] {
  const parts = text.split(/(?<!(?:^|:)[A-Za-z]):|:(?![\\/])/).filter((part) => part !== '');
  return parts.map((part) =>
    part === 'docker-desktop' || part === 'gantry' ? { kind: 'store' } : { kind: 'file', path: part },
  );
}

export interface SecretFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Reads the files among the parts. One that does not exist is passed over where there are others, as lists with places that may be are
 * written; one that is named alone must be there.
 * @throws AppError `settings.invalid`
 */
export async function readSecretFiles(parts: readonly SecretsPart[]): Promise<readonly (SecretFile | 'store')[]> {
  const read: (SecretFile | 'store')[] = [];
  for (const part of parts) {
    if (part.kind === 'store') {
      read.push('store');
      continue;
    }
    const text = await readText(part.path);
    if (text !== undefined) read.push({ path: part.path, values: parseDotenv(text, part.path) });
    else if (parts.length === 1) throw noFile(part.path);
  }
  if (read.length === 0 && parts.length > 0) {
    throw noFile(parts.map((part) => (part.kind === 'file' ? part.path : '')).join(', '));
  }
  return read;
}

function noFile(path: string): AppError {
  return new AppError('settings.invalid', `The file ${path} is not valid: it is not there.`, {
    hint: 'Name a file of NAME=VALUE lines, or leave --secrets out to use the secret store.',
    params: { path, reason: 'it is not there' },
  });
}
