import { randomBytes, scrypt } from 'node:crypto';
import { chmod, stat } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, writeFileAtomic, type Clock } from '#core';
import { readText } from '../state/read-text.ts';
import { withLock } from '../state/with-lock.ts';
import type { SecretStore } from './types.ts';

export interface EncryptedFileOptions {
  /** All values, encrypted together, so that not even their number and lengths can be told apart. */
  readonly path: string;
  /** A key of its own where there is no passphrase, readable by its owner alone. */
  readonly keyPath: string;
  /** For a `new` file, or to `open` one: from the environment or the person; undefined when there is none. */
  readonly passphrase: (why: 'new' | 'open') => Promise<string | undefined>;
  readonly clock: Clock;
}

const keyBytes = 32;
const nonceBytes = 24;
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;

const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));
const keySchema = z.union([
  z.strictObject({ kind: z.literal('file') }),
  z.strictObject({
    kind: z.literal('scrypt'),
    // Bounded: a file that was tampered with must not cost gigabytes.
    N: z
      .number()
      .int()
      .min(2 ** 14)
      .max(2 ** 20),
    r: z.literal(8),
    p: z.literal(1),
    salt: z.base64(),
  }),
]);
const fileSchema = z.strictObject({ version: z.literal(1), key: keySchema, nonce: bytes, data: bytes });
const contentSchema = z.record(z.string(), z.string());

type KeyKind = z.output<typeof keySchema>;
type Content = Readonly<Record<string, string>>;

/**
 * Secrets in one file, XChaCha20-Poly1305. With a passphrase (scrypt) the file alone is of no use to anybody. Without, the key lies beside
 * it, for its owner alone: that protects copies and backups of the file, and not from programs that run as the same user.
 */
export function createEncryptedFile({ path, keyPath, passphrase, clock }: EncryptedFileOptions): SecretStore {
  let derived: { readonly salt: string; readonly N: number; readonly key: Buffer } | undefined;

  const keyFor = async (kind: KeyKind, { create }: { create: boolean }): Promise<Buffer> => {
    if (kind.kind === 'file') return await keyOfFile(keyPath, { create });
    const { salt, N } = kind;
    if (derived?.salt === salt && derived.N === N) return derived.key;
    const words = await passphrase('open');
    if (words === undefined || words === '') throw locked();
    derived = { salt, N, key: await stretch(words, { salt: Buffer.from(salt, 'base64'), N }) };
    return derived.key;
  };

  const open = async (): Promise<{ kind: KeyKind; content: Content } | undefined> => {
    const text = await readText(path);
    if (text === undefined) return undefined;
    const { key: kind, nonce, data } = parseFile(text, path);
    const key = await keyFor(kind, { create: false });
    const { xchacha20poly1305 } = await import('@noble/ciphers/chacha');
    let plain: Uint8Array;
    try {
      plain = xchacha20poly1305(key, nonce, associated(kind)).decrypt(data);
    } catch {
      if (kind.kind === 'scrypt') derived = undefined;
      throw kind.kind === 'scrypt'
        ? unusable('the passphrase is wrong, or the file was changed', path)
        : unusable('the key does not fit, or the file was changed', path);
    }
    try {
      return { kind, content: contentSchema.parse(JSON.parse(Buffer.from(plain).toString('utf8'))) };
    } finally {
      plain.fill(0);
    }
  };

  const write = async (content: Content, kind: KeyKind): Promise<void> => {
    const key = await keyFor(kind, { create: true });
    const nonce = randomBytes(nonceBytes);
    const { xchacha20poly1305 } = await import('@noble/ciphers/chacha');
    const plain = Buffer.from(JSON.stringify(content));
    const data = xchacha20poly1305(key, nonce, associated(kind)).encrypt(plain);
    plain.fill(0);
    const file = { version: 1, key: kind, nonce: nonce.toString('base64'), data: Buffer.from(data).toString('base64') };
    await writeFileAtomic(path, `${JSON.stringify(file)}\n`, { mode: 0o600 });
  };

  const change = (edit: (content: Record<string, string>) => void): Promise<void> =>
    withLock(
      `${path}.lock`,
      async () => {
        const before = await open();
        const kind = before?.kind ?? (await newKind(passphrase));
        const content = { ...before?.content };
        edit(content);
        await write(content, kind);
      },
      { clock },
    );

  return {
    kind: 'file',
    async unavailable() {
      return undefined;
    },
    get: async (name) => {
      const content = (await open())?.content;
      return content && Object.hasOwn(content, name) ? content[name] : undefined;
    },
    set: (name, value) =>
      change((content) => {
        content[name] = value;
      }),
    remove: (name) =>
      change((content) => {
        delete content[name];
      }),
  };
}

async function newKind(passphrase: EncryptedFileOptions['passphrase']): Promise<KeyKind> {
  if (!(await passphrase('new'))) return { kind: 'file' };
  return { kind: 'scrypt', ...cost, salt: randomBytes(16).toString('base64') };
}

/** What decides about the key is part of what is authenticated, so that nobody can weaken it. */
function associated(kind: KeyKind): Uint8Array {
  return Buffer.from(JSON.stringify({ version: 1, key: kind }));
}

function parseFile(text: string, path: string): z.output<typeof fileSchema> {
  try {
    const file = fileSchema.parse(JSON.parse(text));
    if (file.nonce.length === nonceBytes) return file;
  } catch {
    // Told below: the parser's words would quote the file.
  }
  throw unusable('it is not a file of secrets, or it was damaged', path);
}

async function keyOfFile(path: string, { create }: { create: boolean }): Promise<Buffer> {
  const text = await readText(path);
  if (text === undefined) {
    if (!create) throw unusable('its key is gone', path);
    const key = randomBytes(keyBytes);
    await writeFileAtomic(path, `${key.toString('base64')}\n`, { mode: 0o600 });
    return key;
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, 0o600);
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes) throw unusable('its key is damaged', path);
  return key;
}

function stretch(words: string, { salt, N }: { salt: Buffer; N: number }): Promise<Buffer> {
  const { r, p } = cost;
  const maxmem = 128 * r * (N + p + 2) + (1 << 20);
  return new Promise((resolve, reject) => {
    scrypt(words.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function locked(): AppError {
  return new AppError('secret.unavailable', 'The file of secrets is locked with a passphrase.', {
    hint: 'Set GANTRY_SECRETS_PASSPHRASE.',
    params: { reason: 'passphrase' },
  });
}

function unusable(detail: string, path: string): AppError {
  return new AppError('secret.unavailable', `The file of secrets ${path} cannot be used: ${detail}.`, {
    params: { reason: 'encrypted_file', path, detail },
  });
}
