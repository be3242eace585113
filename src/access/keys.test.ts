import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core';
import { createManualClock, type ManualClock } from '#testing';
import { openKeys, type ApiKeys } from './keys.ts';

describe('API keys', () => {
  let folder: string;
  let clock: ManualClock;
  const path = (): string => join(folder, 'keys.json');
  const open = (): Promise<ApiKeys> => openKeys(path(), { clock, log: silentLog });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-keys-'));
    clock = createManualClock();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are known by their secret, after a restart too', async () => {
    const { secret } = await (await open()).create({ name: 'laptop', scopes: ['infer', 'models'] });
    const keys = await open();
    expect(keys.check(secret)).toMatchObject({ state: 'valid', key: { name: 'laptop', scopes: ['infer', 'models'] } });
    expect(keys.check(`${secret}x`)).toEqual({ state: 'unknown' });
    expect(keys.check('')).toEqual({ state: 'unknown' });
  });

  it('are written as hashes, for their owner alone', async () => {
    const { secret } = await (await open()).create({ name: 'laptop', scopes: ['infer'] });
    const text = await readFile(path(), 'utf8');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(secret.slice('gantry_'.length));
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('hold 256 random bits', async () => {
    const keys = await open();
    const secrets = [];
    for (const name of ['a', 'b', 'c']) secrets.push((await keys.create({ name, scopes: ['infer'] })).secret);
    for (const secret of secrets) expect(secret).toMatch(/^gantry_[\w-]{43}$/);
    expect(new Set(secrets).size).toBe(3);
  });

  it('end when they expire', async () => {
    const keys = await open();
    const { secret } = await keys.create({ name: 'guest', scopes: ['infer'], expiresInMs: 1000 });
    clock.advance(999);
    expect(keys.check(secret).state).toBe('valid');
    expect(keys.hasValid()).toBe(true);
    clock.advance(1);
    expect(keys.check(secret)).toMatchObject({ state: 'expired', key: { name: 'guest' } });
    expect(keys.hasValid()).toBe(false);
  });

  it('end when they are removed', async () => {
    const keys = await open();
    const { secret } = await keys.create({ name: 'old', scopes: ['admin'] });
    await keys.remove('old');
    expect(keys.check(secret).state).toBe('unknown');
    expect((await open()).list()).toEqual([]);
    await expect(keys.remove('old')).rejects.toMatchObject({ code: 'key.not_found', params: { name: 'old' } });
  });

  it('have names of their own', async () => {
    const keys = await open();
    await keys.create({ name: 'a', scopes: ['infer'] });
    await expect(keys.create({ name: 'a', scopes: ['admin'] })).rejects.toMatchObject({ code: 'key.conflict' });
    await expect(keys.create({ name: '../a', scopes: ['infer'] })).rejects.toMatchObject({ code: 'request.invalid' });
    expect(keys.list().map(({ name, scopes }) => ({ name, scopes }))).toEqual([{ name: 'a', scopes: ['infer'] }]);
  });

  it('say when they were used last, with one write for many uses', async () => {
    const keys = await open();
    const { secret } = await keys.create({ name: 'a', scopes: ['infer'] });
    const before = await readFile(path(), 'utf8');
    clock.advance(5000);
    for (let count = 0; count < 100; count += 1) keys.check(secret);
    expect(keys.list()[0]?.lastUsedAt).toBe(clock.now());
    expect(await readFile(path(), 'utf8')).toBe(before);
    await keys.close();
    expect((await open()).list()[0]?.lastUsedAt).toBe(clock.now());
  });

  it.each(['{', '[]', '{"keys":[{"name":"a","scopes":["all"],"hash":"","createdAt":1}]}'])(
    'are not taken from a file that is broken: %s',
    async (text) => {
      await writeFile(path(), text);
      await expect(open()).rejects.toMatchObject({ code: 'settings.invalid', params: { reason: 'keys' } });
    },
  );
});
