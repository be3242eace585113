import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError, createMutex, writeFileAtomic, type Clock, type Log } from '#core';
import { readKeyFile, type StoredKey } from './key-file.ts';

export const scopes = ['infer', 'models', 'mcp', 'admin'] as const;

/** What a key is for. `admin` holds all the others. */
export type Scope = (typeof scopes)[number];

export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Unix time in ms, as the others. */
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
  readonly lastUsedAt?: number | undefined;
}

export type KeyCheck =
  | { readonly state: 'valid' | 'expired'; readonly key: ApiKey }
  | { readonly state: 'unknown'; readonly key?: undefined };

export interface ApiKeys {
  list(): readonly ApiKey[];
  /** Whether any key would be let in now. */
  hasValid(): boolean;
  /** `secret` is said here and never again. @throws AppError `key.conflict`, `request.invalid` */
  create(wanted: WantedKey): Promise<{ readonly secret: string; readonly key: ApiKey }>;
  /** @throws AppError `key.not_found` */
  remove(name: string): Promise<void>;
  /** Whose key this is; notes that it was used. */
  check(secret: string): KeyCheck;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

export interface WantedKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInMs?: number | undefined;
}

/** How every key begins: other tokens, which clients send because they must send something, are not taken for keys. */
export const keyPrefix = 'gantry_';

// When a key was used last is worth a write a minute, not one for each request.
const useWriteDelayMs = 60_000;

/** Keys in a file of the owner alone, which holds only their hashes. @throws AppError `settings.invalid` */
export async function openKeys(path: string, { clock, log }: { clock: Clock; log: Log }): Promise<ApiKeys> {
  let keys: readonly StoredKey[] = await readKeyFile(path);
  const mutex = createMutex();
  const used = new Map<string, number>();
  let cancelWrite: (() => void) | undefined;

  const withUse = (key: StoredKey): StoredKey => {
    const lastUsedAt = used.get(key.hash) ?? key.lastUsedAt;
    return lastUsedAt === undefined ? key : { ...key, lastUsedAt };
  };
  const write = async (next: readonly StoredKey[]): Promise<void> => {
    await writeFileAtomic(path, `${JSON.stringify({ keys: next }, undefined, 2)}\n`, { mode: 0o600 });
    keys = next;
  };
  const writeUses = async (): Promise<void> => {
    cancelWrite?.();
    cancelWrite = undefined;
    if (used.size === 0) return;
    await mutex.run(() => write(keys.map(withUse)));
    used.clear();
  };
  const noteUse = (hash: string): void => {
    used.set(hash, clock.now());
    cancelWrite ??= clock.schedule(useWriteDelayMs, () => {
      writeUses().catch((error: unknown) => log.warn('the last use of keys cannot be written', { error }));
    });
  };
  const isExpired = ({ expiresAt }: StoredKey): boolean => expiresAt !== undefined && expiresAt <= clock.now();

  return {
    list: () => keys.map((key) => publicPart(withUse(key))),
    hasValid: () => keys.some((key) => !isExpired(key)),
    create: ({ name, scopes: wanted, expiresInMs }) =>
      mutex.run(async () => {
        checkName(name);
        if (keys.some((key) => key.name === name)) throw taken(name);
        const secret = `${keyPrefix}${randomBytes(32).toString('base64url')}`;
        const key: StoredKey = {
          name,
          scopes: scopes.filter((scope) => wanted.includes(scope)),
          hash: hashOf(secret).toString('hex'),
          createdAt: clock.now(),
          ...(expiresInMs === undefined ? {} : { expiresAt: clock.now() + expiresInMs }),
        };
        await write([...keys.map(withUse), key]);
        return { secret, key: publicPart(key) };
      }),
    remove: (name) =>
      mutex.run(async () => {
        const rest = keys.filter((key) => key.name !== name);
        if (rest.length === keys.length) throw unknownName(name);
        await write(rest.map(withUse));
      }),
    check(secret) {
      const hash = hashOf(secret);
      // Every key is compared, and whole, so that time says nothing about them.
      const [found] = keys.filter((key) => timingSafeEqual(Buffer.from(key.hash, 'hex'), hash));
      if (!found) return { state: 'unknown' };
      if (isExpired(found)) return { state: 'expired', key: publicPart(found) };
      noteUse(found.hash);
      return { state: 'valid', key: publicPart(found) };
    },
    close: writeUses,
  };
}

/** A key is 256 random bits: nothing slower than one hash would make it harder to guess. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function publicPart({ name, scopes: allowed, createdAt, expiresAt, lastUsedAt }: StoredKey): ApiKey {
  return { name, scopes: allowed, createdAt, expiresAt, lastUsedAt };
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) return;
  throw new AppError('request.invalid', `"${name.slice(0, 80)}" cannot be the name of a key.`, {
    hint: 'Use up to 64 letters, digits, dots, dashes and underscores.',
    params: { reason: 'key_name', name: name.slice(0, 80) },
  });
}

function taken(name: string): AppError {
  return new AppError('key.conflict', `There is a key named ${name} already.`, {
    hint: `Choose another name, or remove it with: gantry key rm ${name}`,
    params: { name },
  });
}

function unknownName(name: string): AppError {
  return new AppError('key.not_found', `There is no key named ${name}.`, {
    hint: 'See the keys with: gantry key ls',
    params: { name },
  });
}
