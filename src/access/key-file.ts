import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, errorCodeOf } from '#core';

const storedKey = z.strictObject({
  name: z.string().min(1),
  scopes: z.array(z.enum(['infer', 'models', 'mcp', 'admin'])),
  /** SHA-256, hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.number(),
  expiresAt: z.number().optional(),
  lastUsedAt: z.number().optional(),
});

const keyFile = z.strictObject({ keys: z.array(storedKey) });

export type StoredKey = z.infer<typeof storedKey>;

/** A missing file holds no keys; one that cannot be read lets nobody in by accident. @throws AppError `settings.invalid` */
export async function readKeyFile(path: string): Promise<readonly StoredKey[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const parsed = keyFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.keys;
  throw new AppError('settings.invalid', `The file of API keys ${path} is not valid.`, {
    hint: 'Remove it, and make new keys with: gantry key create',
    params: { reason: 'keys', path },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
