import { AppError, type Env } from '#core';
import type { Cancel } from '#docker';
import type { SecretResolver } from '../types.ts';
import { readText } from '../state/read-text.ts';
import type { RunProgram } from '../state/run-program.ts';
import { secretName, variableOf } from './names.ts';
import type { SecretPlaces } from './places.ts';
import type { SecretFile } from './secret-files.ts';
import type { SecretEntry, SecretPlace, SecretStore } from './types.ts';

export interface SecretsOptions {
  readonly places: SecretPlaces;
  readonly keychain: SecretStore;
  readonly file: SecretStore;
  readonly env: Env;
  readonly run: RunProgram;
}

export interface Secrets {
  /** Everything that is kept, without values and without what other parts of Gantry keep here. */
  list(): Promise<readonly SecretEntry[]>;
  /** Where it went. Without a place: the keychain, or the encrypted file where there is no keychain. */
  set(name: string, value: string, options?: Cancel & { in?: 'keychain' | 'file' | undefined }): Promise<SecretStored>;
  /** Says where a secret is, without reading it. */
  refer(name: string, place: Exclude<SecretPlace, { in: unknown }>): Promise<void>;
  /** @throws AppError `secret.not_found` */
  remove(name: string, options?: Cancel): Promise<void>;
  /** @throws AppError `secret.not_found`, `secret.unavailable` */
  read(name: string, options?: Cancel): Promise<string>;
  find(name: string, options?: Cancel): Promise<string | undefined>;
  has(name: string): Promise<boolean>;
}

export interface SecretStored {
  readonly in: 'keychain' | 'file';
  /** Why it is not in the keychain, where nobody chose. */
  readonly instead: string | undefined;
}

const maxBytes = 64 * 1024;
const commandMs = 30_000;
/** What other parts of Gantry keep: tokens of servers that run elsewhere. */
const internal = 'vault/';

export function createSecrets({ places, keychain, file, env, run }: SecretsOptions): Secrets {
  const storeOf = (kind: 'keychain' | 'file'): SecretStore => (kind === 'keychain' ? keychain : file);

  const readPlace = async (name: string, place: SecretPlace, options: Cancel): Promise<string | undefined> => {
    if ('in' in place) return await storeOf(place.in).get(name, options);
    if ('env' in place) return env[place.env] || undefined;
    if ('path' in place) return await ownFile(place.path);
    return await fromCommand(name, place.command, options);
  };

  const fromCommand = async (name: string, command: readonly string[], { signal }: Cancel): Promise<string> => {
    const [program = '', ...args] = command;
    const outcome = await run(program, { args, env, timeoutMs: commandMs, maxBytes, signal });
    const value = outcome.stdout.toString('utf8').replace(/\r?\n$/, '');
    outcome.stdout.fill(0);
    if (outcome.ended === 'timeout') throw commandFailed(name, program, `it took longer than ${commandMs / 1000} s`);
    if (outcome.ended === 'too_much') throw commandFailed(name, program, `it said more than ${maxBytes} bytes`);
    if (outcome.code !== 0) throw commandFailed(name, program, `it ended with ${outcome.code ?? 'a signal'}`);
    if (value === '') throw commandFailed(name, program, 'it said nothing');
    return value;
  };

  const find: Secrets['find'] = async (text, options = {}) => {
    const name = secretName(text);
    const place = (await places.read()).get(name);
    if (place) return await readPlace(name, place, options);
    if (name.startsWith('oauth/')) {
      const kept = await find(`${internal}${name}`, options);
      return kept === undefined ? undefined : accessToken(kept);
    }
    return env[variableOf(name)] || undefined;
  };

  const set: Secrets['set'] = async (text, value, { in: wanted, signal } = {}) => {
    const name = secretName(text);
    if (value === '') throw invalidValue(name, 'it is empty');
    if (value.includes('\0')) throw invalidValue(name, 'it has a NUL in it, which no variable can hold');
    if (Buffer.byteLength(value) > maxBytes) throw invalidValue(name, `it is larger than ${maxBytes} bytes`);
    const before = (await places.read()).get(name);
    const why = wanted === undefined ? await keychain.unavailable({ signal }) : undefined;
    const kind = wanted ?? (why === undefined ? 'keychain' : 'file');
    await storeOf(kind).set(name, value, { signal });
    await places.change((all) => all.set(name, { in: kind }));
    // An older value elsewhere would come back when this one is removed.
    if (before && 'in' in before && before.in !== kind) await storeOf(before.in).remove(name, { signal });
    return { in: kind, instead: why };
  };

  return {
    find,
    set,
    async list() {
      const all = [...(await places.read())].filter(([name]) => !name.startsWith(internal));
      return all
        .map(([name, place]) => ({ name, place, provider: providerOf(place) }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    },
    async refer(text, place) {
      const name = secretName(text);
      await places.change((all) => all.set(name, place));
    },
    async remove(text, { signal } = {}) {
      const name = secretName(text);
      const place = (await places.read()).get(name);
      if (!place) throw notFound([name]);
      if ('in' in place) await storeOf(place.in).remove(name, { signal });
      await places.change((all) => all.delete(name));
    },
    async read(text, options) {
      const value = await find(text, options);
      if (value === undefined) throw notFound([secretName(text)]);
      return value;
    },
    async has(text) {
      const name = secretName(text);
      const all = await places.read();
      const place = all.get(name);
      if (place) return 'env' in place ? Boolean(env[place.env]) : true;
      if (name.startsWith('oauth/') && all.has(`${internal}${name}`)) return true;
      return Boolean(env[variableOf(name)]);
    },
  };
}

export interface ResolverOptions {
  readonly secrets: Secrets;
  /** From `--secrets`, in its order; the store alone when absent. */
  readonly sources?: readonly (SecretFile | 'store')[] | undefined;
  /** What a server's entry declares. A server that is not known declares nothing. */
  readonly declared: (server: string) => ReadonlySet<string>;
}

/** Gives each server the secrets that its entry declares, and no others. */
export function createSecretResolver({ secrets, sources = ['store'], declared }: ResolverOptions): SecretResolver {
  const find = async (name: string, options: Cancel): Promise<string | undefined> => {
    for (const source of sources) {
      const value = source === 'store' ? await secrets.find(name, options) : source.values.get(name);
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  };
  return {
    async resolve(names, { server, signal }) {
      const allowed = declared(server);
      const foreign = names.find((name) => !allowed.has(name));
      if (foreign !== undefined) throw notDeclared(server, foreign);
      const values = new Map<string, string>();
      for (const name of names) {
        const value = await find(name, { signal });
        if (value !== undefined) values.set(name, value);
      }
      const missing = names.filter((name) => !values.has(name));
      if (missing.length > 0) throw notFound(missing);
      return values;
    },
    async has(names) {
      const found = new Set<string>();
      for (const name of names) {
        for (const source of sources) {
          if (source === 'store' ? await secrets.has(name) : source.values.has(name)) found.add(name);
        }
      }
      return found;
    },
  };
}

/** Where other parts of Gantry keep what must stay secret. */
export function createVault(secrets: Secrets): {
  read(id: string): Promise<string | undefined>;
  write(id: string, value: string): Promise<void>;
  remove(id: string): Promise<void>;
} {
  const own = (id: string): string => `${internal}${secretName(id)}`;
  return {
    read: (id) => secrets.find(own(id)),
    write: async (id, value) => {
      await secrets.set(own(id), value);
    },
    remove: async (id) => {
      if (await secrets.has(own(id))) await secrets.remove(own(id));
    },
  };
}

export function providerOf(place: SecretPlace): string {
  if ('in' in place) return place.in;
  if ('env' in place) return `env ${place.env}`;
  return 'path' in place ? `path ${place.path}` : `command ${place.command[0] ?? ''}`;
}

async function ownFile(path: string): Promise<string | undefined> {
  const text = await readText(path);
  return text?.replace(/\r?\n$/, '') || undefined;
}

function accessToken(kept: string): string | undefined {
  try {
    const { tokens } = JSON.parse(kept) as { tokens?: { access_token?: unknown } };
    return typeof tokens?.access_token === 'string' ? tokens.access_token : undefined;
  } catch {
    return undefined;
  }
}

function notFound(names: readonly string[]): AppError {
  const [first = ''] = names;
  return new AppError('secret.not_found', `There is no secret ${names.join(', ')}.`, {
    hint: `Set it first: gantry mcp secret set ${first}`,
    params: { name: names.join(', ') },
  });
}

function notDeclared(server: string, name: string): AppError {
  return new AppError(
    'mcp.denied',
    `${server} may not have the secret ${name}: its catalogue entry does not declare it.`,
    {
      params: { reason: 'secret_scope', server, name },
    },
  );
}

function invalidValue(name: string, detail: string): AppError {
  return new AppError('request.invalid', `This cannot be the value of ${name}: ${detail}.`, {
    params: { reason: 'secret_value', name, detail },
  });
}

function commandFailed(name: string, program: string, detail: string): AppError {
  return new AppError('secret.unavailable', `${program} did not give the secret ${name}: ${detail}.`, {
    hint: `Try it by hand: what it writes to standard output is the secret.`,
    params: { reason: 'command', name, program, detail },
  });
}
