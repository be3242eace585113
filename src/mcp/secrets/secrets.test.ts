import { chmod, mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock, type Env } from '#core';
import { runProgram } from '../state/run-program.ts';
import { parseDotenv } from './dotenv.ts';
import { createEncryptedFile } from './encrypted-file.ts';
import { createKeychain, type KeychainEntry } from './keychain.ts';
import { secretName, secretOfReference } from './names.ts';
import { createSecretPlaces } from './places.ts';
import { parseSecretsOption, readSecretFiles } from './secret-files.ts';
import { createSecretResolver, createSecrets, createVault, type Secrets } from './secrets.ts';
import type { SecretStore } from './types.ts';

const canary = 'canary-4f9c1b7e2a';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-secrets-'));
});

/** A keychain in memory. */
function fakeKeychain(entries = new Map<string, string>()): SecretStore {
  const entry = (account: string): KeychainEntry => ({
    setPassword: async (value) => void entries.set(account, value),
    getPassword: async () => entries.get(account) ?? null,
    deleteCredential: async () => entries.delete(account),
  });
  return createKeychain({ service: 'test', open: async (_service, account) => entry(account) });
}

const noKeychain = createKeychain({
  service: 'test',
  open: async () => {
    throw new Error("Couldn't access platform storage: AccessDenied");
  },
});

function fileStore(words?: string): SecretStore {
  return createEncryptedFile({
    path: join(folder, 'secrets.enc'),
    keyPath: join(folder, 'secrets.key'),
    passphrase: async () => words,
    clock: systemClock,
  });
}

function open({ keychain = noKeychain, env = {} }: { keychain?: SecretStore; env?: Env } = {}): Secrets {
  const places = createSecretPlaces(join(folder, 'secrets.yaml'), { clock: systemClock });
  return createSecrets({
    places,
    keychain,
    file: fileStore(),
    env: { PATH: process.env['PATH'], ...env },
    run: runProgram,
  });
}

async function everythingOnDisk(): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.join('\n');
}

const thrown = async (work: Promise<unknown>): Promise<Error> =>
  await work.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error as Error,
  );

describe('a secret', () => {
  it('that was set is read, listed without its value, and gone after it was removed', async () => {
    const secrets = open({ keychain: fakeKeychain() });
    expect(await secrets.set('docker/mcp/github.token', canary)).toEqual({ in: 'keychain', instead: undefined });
    expect(await secrets.read('github.token')).toBe(canary);
    const list = await secrets.list();
    expect(list).toEqual([{ name: 'github.token', place: { in: 'keychain' }, provider: 'keychain' }]);
    await secrets.remove('github.token');
    expect(await secrets.list()).toEqual([]);
    await expect(secrets.read('github.token')).rejects.toMatchObject({ code: 'secret.not_found' });
    await expect(secrets.remove('github.token')).rejects.toMatchObject({ code: 'secret.not_found' });
  });

  it('goes to the encrypted file where there is no keychain, and that is said', async () => {
    const stored = await open().set('a', canary);
    expect(stored).toEqual({ in: 'file', instead: 'no keychain service answers in this session' });
    expect(await open().read('a')).toBe(canary);
    expect(await everythingOnDisk()).not.toContain(canary);
    await expect(open().set('a', canary, { in: 'keychain' })).rejects.toMatchObject({ code: 'secret.unavailable' });
  });

  it('leaves no older value behind when it moves', async () => {
    const entries = new Map<string, string>();
    const secrets = open({ keychain: fakeKeychain(entries) });
    await secrets.set('a', 'old');
    await secrets.set('a', canary, { in: 'file' });
    expect(entries.size).toBe(0);
    expect(await secrets.read('a')).toBe(canary);
  });

  it('of several lines comes back as it was', async () => {
    const pem = '-----BEGIN X-----\nabc\r\n\n-----END X-----\n';
    await open().set('pem', pem);
    expect(await open().read('pem')).toBe(pem);
  });

  it.each([
    ['', 'it is empty'],
    ['a\0b', 'NUL'],
    ['x'.repeat(70_000), 'larger'],
  ])('cannot be what no variable can hold: %#', async (value, reason) => {
    await expect(open().set('a', value)).rejects.toThrow(reason);
  });

  it('can be in a variable, a file or the answer of a program', async () => {
    const secrets = open({ env: { TOKEN: 'from-env', GANTRY_SECRET_CI_KEY: 'from-ci' } });
    await writeFile(join(folder, 'one'), 'from-file\n');
    await secrets.refer('a', { env: 'TOKEN' });
    await secrets.refer('b', { path: join(folder, 'one') });
    await secrets.refer('c', {
      command: [process.execPath, '-e', 'console.log("from-" + process.argv[1])', '$HOME;x'],
    });
    expect(await Promise.all(['a', 'b', 'c', 'ci.key'].map((name) => secrets.read(name)))).toEqual([
      'from-env',
      'from-file',
      'from-$HOME;x',
      'from-ci',
    ]);
    expect((await secrets.list()).map(({ provider }) => provider)).toEqual([
      'env TOKEN',
      `path ${join(folder, 'one')}`,
      `command ${process.execPath}`,
    ]);
  });

  it.each([
    ['process.exit(3)', 'it ended with 3'],
    ['', 'it said nothing'],
    [`process.stdout.write("${canary}".repeat(10000))`, 'it said more than'],
    [`console.error("${canary}"); process.exit(1)`, 'it ended with 1'],
  ])('that a program does not give is an error that tells nothing of it: %s', async (script, reason) => {
    const secrets = open();
    await secrets.refer('c', { command: [process.execPath, '-e', script] });
    const error = await thrown(secrets.read('c'));
    expect(error.message).toContain(reason);
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain(canary);
  });

  it.each(['', '/a', 'a/', 'a//b', 'a b', 'ä', '../x;'])('cannot be called %j', (name) => {
    expect(() => secretName(name)).toThrow('cannot be the name of a secret');
  });

  it('is meant by a reference', () => {
    expect(secretOfReference('se://docker/mcp/github.token')).toBe('github.token');
    expect(secretOfReference('se://mine')).toBe('mine');
    expect(secretOfReference('https://x')).toBeUndefined();
  });

  it('that the oauth part keeps is not listed, and gives its access token where one is meant', async () => {
    const secrets = open();
    const vault = createVault(secrets);
    await vault.write('docker/mcp/oauth/github', JSON.stringify({ url: 'x', tokens: { access_token: canary } }));
    expect(await secrets.list()).toEqual([]);
    expect(await secrets.read('oauth/github')).toBe(canary);
    await vault.remove('docker/mcp/oauth/github');
    expect(await vault.read('docker/mcp/oauth/github')).toBeUndefined();
  });
});

describe('the encrypted file', () => {
  const path = (): string => join(folder, 'secrets.enc');

  it('with a passphrase opens with it alone', async () => {
    await fileStore('words of mine').set('a', canary, {});
    expect(await readdir(folder)).not.toContain('secrets.key');
    expect(await fileStore('words of mine').get('a', {})).toBe(canary);
    await expect(fileStore('others').get('a', {})).rejects.toThrow('the passphrase is wrong');
    await expect(fileStore().get('a', {})).rejects.toMatchObject({ hint: 'Set GANTRY_SECRETS_PASSPHRASE.' });
  });

  it('and its key are for their owner alone', async () => {
    await fileStore().set('a', canary, {});
    await chmod(join(folder, 'secrets.key'), 0o644);
    expect(await fileStore().get('a', {})).toBe(canary);
    for (const name of ['secrets.enc', 'secrets.key']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('that was changed anywhere is refused', async () => {
    await fileStore().set('a', canary, {});
    const file = JSON.parse(await readFile(path(), 'utf8')) as { data: string; nonce: string; key: object };
    const flipped = (text: string): string => {
      const data = Buffer.from(text, 'base64');
      data[0] = (data[0] ?? 0) ^ 1;
      return data.toString('base64');
    };
    const changes = [
      { ...file, data: flipped(file.data) },
      { ...file, nonce: flipped(file.nonce) },
      { ...file, key: { kind: 'scrypt', N: 16_384, r: 8, p: 1, salt: 'AAAA' } },
      { ...file, key: { kind: 'scrypt', N: 2 ** 30, r: 8, p: 1, salt: 'AAAA' } },
      { ...file, nonce: '' },
      {},
    ];
    for (const changed of changes) {
      await writeFile(path(), JSON.stringify(changed));
      const error = await thrown(fileStore('x').get('a', {}));
      expect(error).toMatchObject({ code: 'secret.unavailable' });
    }
  });

  it('without its key is refused, and no new key is made over it', async () => {
    await fileStore().set('a', canary, {});
    await writeFile(join(folder, 'secrets.key'), 'AAAA');
    await expect(fileStore().set('b', 'x', {})).rejects.toThrow('its key is damaged');
  });

  it('loses nothing when many write at once', async () => {
    const names = Array.from({ length: 8 }, (_none, index) => `s${index}`);
    await Promise.all(names.map((name) => fileStore().set(name, name, {})));
    expect(await Promise.all(names.map((name) => fileStore().get(name, {})))).toEqual(names);
  });
});

describe('the keychain of this machine', () => {
  it('works, or says why it does not', async () => {
    const keychain = createKeychain({ service: 'gantry-test' });
    const why = await keychain.unavailable({});
    if (why === undefined) {
      await keychain.set('probe', canary, {});
      expect(await keychain.get('probe', {})).toBe(canary);
      await keychain.remove('probe', {});
    } else expect(why).toMatch(/keychain/);
  });
});

describe('the resolver', () => {
  const declared = (server: string): ReadonlySet<string> => new Set(server === 'github' ? ['github.token', 'b'] : []);

  it('gives a server what its entry declares, and nothing else', async () => {
    const secrets = open();
    await secrets.set('github.token', canary);
    const resolver = createSecretResolver({ secrets, declared });
    expect(await resolver.resolve(['github.token'], { server: 'github' })).toEqual(new Map([['github.token', canary]]));
    await expect(resolver.resolve(['github.token'], { server: 'other' })).rejects.toMatchObject({ code: 'mcp.denied' });
    expect(await resolver.has(['github.token', 'b'], {})).toEqual(new Set(['github.token']));
  });

  it('fails and names what is missing, and never gives an empty text', async () => {
    const resolver = createSecretResolver({ secrets: open({ env: { GANTRY_SECRET_B: '' } }), declared });
    const error = await thrown(resolver.resolve(['github.token', 'b'], { server: 'github' }));
    expect(error).toMatchObject({ code: 'secret.not_found', message: 'There is no secret github.token, b.' });
  });

  it('asks the places of --secrets in their order, each secret for itself', async () => {
    const secrets = open();
    await secrets.set('github.token', 'from-store');
    await writeFile(join(folder, 'f'), 'github.token=from-file\nb="two\\nlines"\r\n');
    const read = async (option: string) => {
      const sources = await readSecretFiles(parseSecretsOption(option));
      const resolver = createSecretResolver({ secrets, sources, declared });
      return Object.fromEntries(await resolver.resolve(['github.token', 'b'], { server: 'github' }));
    };
    expect(await read(`docker-desktop:/absent:${folder}/f`)).toEqual({ 'github.token': 'from-store', b: 'two\nlines' });
    expect(await read(`${folder}/f:docker-desktop`)).toEqual({ 'github.token': 'from-file', b: 'two\nlines' });
    await expect(read('/absent')).rejects.toMatchObject({ code: 'settings.invalid' });
  });
});

describe('the option --secrets', () => {
  it.each([
    ['docker-desktop', ['store']],
    ['docker-desktop:/run/secrets/mcp_secret:/.env', ['store', '/run/secrets/mcp_secret', '/.env']],
    ['C:\\keys\\a.env', ['C:\\keys\\a.env']],
    ['docker-desktop:C:/keys/a.env:D:\\b', ['store', 'C:/keys/a.env', 'D:\\b']],
    ['./a.env:b.env', ['./a.env', 'b.env']],
  ])('%s', (text, expected) => {
    expect(parseSecretsOption(text).map((part) => (part.kind === 'store' ? 'store' : part.path))).toEqual(expected);
  });
});

describe('a file of secrets', () => {
  const parse = (text: string): Record<string, string> => Object.fromEntries(parseDotenv(text, 'f'));

  it.each([
    ['a=b', { a: 'b' }],
    ['github.personal_access_token=x=y#z', { 'github.personal_access_token': 'x=y#z' }],
    ['# comment\n\nexport A = 1 \r\n', { A: '1' }],
    ['a="b c" # why', { a: 'b c' }],
    ["a='b\"\\n'", { a: 'b"\\n' }],
    ['a="b\\n\\"c\\\\"', { a: 'b\n"c\\' }],
    ['a="one\ntwo"\nb=3', { a: 'one\ntwo', b: '3' }],
    ['\uFEFFa=', { a: '' }],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ['a\nb=1', 'line 1: it is not NAME=VALUE'],
    [`ok=1\n${canary}`, 'line 2'],
    [`a="${canary}`, 'line 1: its " is never closed'],
    [`a="x" ${canary}`, 'something follows'],
  ])('%j is refused without telling what is in it', (text, reason) => {
    expect(() => parse(text)).toThrow(reason);
    expect(() => parse(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(canary) }));
  });

  it('gives back what was quoted, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (value) => {
        fc.pre(!/\r/.test(value));
        const quoted = value.replaceAll(/["\\]/g, '\\$&');
        expect(parse(`A="${quoted}"\nB=1`)).toEqual({ A: value, B: '1' });
      }),
    );
  });
});
