import { mkdir, mkdtemp, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog, systemClock } from '#core';
import { openGrants, type GrantStore, type GrantWish } from './grants.ts';

let home: string;
let path: string;
let store: GrantStore;
const open = (): Promise<GrantStore> => openGrants({ path, userHome: home, clock: systemClock, log: silentLog });
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'gantry-grants-')));
  path = join(home, '.gantry', 'mcp', 'grants.yaml');
  await mkdir(join(home, 'code'));
  await mkdir(join(home, '.ssh'));
  store = await open();
});
afterEach(() => store[Symbol.dispose]());

const give = (given: string, changes: Partial<GrantWish> = {}) =>
  store.add({ server: 'files', path: given, from: home, mode: 'ro', evenThoughSensitive: false, ...changes });

describe('a grant', () => {
  it('holds from when it was given, and is there for the next', async () => {
    expect(await give('~/code')).toEqual({ server: 'files', path: join(home, 'code'), mode: 'ro' });
    expect(store.current()).toHaveLength(1);
    using again = await open();
    expect(again.current()).toEqual(store.current());
  });

  it('given again changes what it allows', async () => {
    await give('code');
    await give('code', { mode: 'rw' });
    expect(store.current()).toEqual([{ server: 'files', path: join(home, 'code'), mode: 'rw' }]);
  });

  it('is for what a link leads to', async () => {
    await symlink(join(home, 'code'), join(home, 'link'));
    expect((await give('link')).path).toBe(join(home, 'code'));
    await symlink(join(home, '.ssh'), join(home, 'innocent'));
    await expect(give('innocent')).rejects.toMatchObject({ code: 'mcp.denied' });
  });

  it('for credentials, the system or a whole home needs to be said in words', async () => {
    for (const place of ['~/.ssh', '~', '/etc', '/var/lib', tmpdir()]) {
      const attempt = give(place);
      if (place === '/var/lib') await expect(attempt).resolves.toBeDefined();
      else await expect(attempt).rejects.toMatchObject({ hint: expect.stringContaining('--even-though-sensitive') });
    }
    await give('~/.ssh', { evenThoughSensitive: true });
    expect(store.current()).toContainEqual({ server: 'files', path: join(home, '.ssh'), mode: 'ro' });
  });

  it.each(['/', '/proc', '/sys/kernel', '/dev/null'])('for %s is never given', async (place) => {
    await expect(give(place, { evenThoughSensitive: true })).rejects.toThrow('cannot be given to any server');
  });

  it('for what is not there, or by a name that is none, is refused', async () => {
    await expect(give('absent')).rejects.toThrow('there is nothing there');
    await expect(give('code', { server: 'a b' })).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('is taken back alone or with all others of the server', async () => {
    await mkdir(join(home, 'b'));
    await give('code');
    await give('b');
    await give('b', { server: '*' });
    await store.remove('files', { path: 'code', from: home });
    await expect(store.remove('files', { path: 'code', from: home })).rejects.toMatchObject({
      code: 'request.not_found',
    });
    await store.remove('files');
    expect(store.current()).toEqual([{ server: '*', path: join(home, 'b'), mode: 'ro' }]);
  });

  it('that another process gave is heard of', async () => {
    using other = await open();
    const heard = vi.fn<() => void>();
    store.watch(heard);
    await other.add({ server: 'x', path: 'code', from: home, mode: 'rw', evenThoughSensitive: false });
    await vi.waitFor(() => expect(store.current()).toHaveLength(1), { timeout: 5000 });
    expect(heard).toHaveBeenCalled();
  });

  it('file that cannot be understood gives nothing, and is not written over', async () => {
    const text = '# mine\ngrants: [{server: a, path: relative}]\n';
    await writeFile(path, text);
    using broken = await open();
    expect(broken.current()).toEqual([]);
    const wish = { server: 'x', path: 'code', from: home, mode: 'ro', evenThoughSensitive: false } as const;
    await expect(broken.add(wish)).rejects.toMatchObject({ code: 'settings.invalid' });
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
