import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettings, settingPath } from '#settings';

async function settingsFile(text?: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'gantry-settings-')), 'settings.yaml');
  if (text !== undefined) await writeFile(path, text);
  return path;
}

describe('settings file', () => {
  it('means defaults when it does not exist', async () => {
    const store = await openSettings(await settingsFile());
    expect(store.current().server).toMatchObject({ host: '127.0.0.1', port: 12_434 });
    expect(store.current().models.fallback).toBe('allow');
  });

  it('refuses an unknown key instead of ignoring it', async () => {
    const path = await settingsFile('inference:\n  contextSise: 4096\n');
    await expect(openSettings(path)).rejects.toMatchObject({
      code: 'settings.invalid',
      message: expect.stringContaining('contextSise'),
    });
  });

  it('refuses a value of the wrong type and names its key', async () => {
    const path = await settingsFile('server:\n  port: yes please\n');
    await expect(openSettings(path)).rejects.toMatchObject({ message: expect.stringContaining('server.port') });
  });

  it.each(['ftp://mirror.example', 'https://', 'https://me@mirror.example', 'https://mirror.example/?a', 'a b', ''])(
    'refuses a mirror that is none: %j',
    async (mirror) => {
      const store = await openSettings(await settingsFile());
      await expect(store.set(['models', 'registryMirrors'], [mirror])).rejects.toMatchObject({
        message: expect.stringContaining('the URL of a mirror'),
      });
      await store.set(['models', 'registryMirrors'], ['mirror.gcr.io', 'http://127.0.0.1:5000/hub']);
      expect(store.current().models.registryMirrors).toHaveLength(2);
    },
  );

  it('keeps comments when it sets a value', async () => {
    const path = await settingsFile('# mine\ninference:\n  threads: 2 # two cores\n');
    const store = await openSettings(path);
    await store.set(['inference', 'runtime'], 'xllamacpp');
    const text = await readFile(path, 'utf8');
    expect(text).toContain('# mine');
    expect(text).toContain('# two cores');
    expect((await openSettings(path)).current().inference).toMatchObject({ threads: 2, runtime: 'xllamacpp' });
  });

  it('leaves file and values alone when the new value is not valid', async () => {
    const path = await settingsFile('server:\n  port: 4000\n');
    const store = await openSettings(path);
    await expect(store.set(['server', 'port'], -1)).rejects.toMatchObject({ code: 'settings.invalid' });
    expect(store.current().server.port).toBe(4000);
    expect(await readFile(path, 'utf8')).toContain('4000');
  });

  it('takes a value out again, and the default holds', async () => {
    const path = await settingsFile('server: { port: 4000, host: "::1" } # mine\n');
    const store = await openSettings(path);
    await store.change([
      { path: ['server', 'port'], value: undefined },
      { path: ['log', 'level'], value: undefined },
    ]);
    expect(store.current().server).toMatchObject({ port: 12_434, host: '::1' });
    expect(await readFile(path, 'utf8')).toContain('# mine');
  });

  it('sets a value in a file that was emptied', async () => {
    const store = await openSettings(await settingsFile());
    await store.change([{ path: ['log', 'level'], value: undefined }]);
    await store.set(['log', 'level'], 'debug');
    expect(store.current().log.level).toBe('debug');
  });

  it.each(['inference: [', 'inference: 5', '- one', 'inference:\n  - one'])(
    'says that the file is wrong, and leaves all as it is, when it was made %j by hand meanwhile',
    async (text) => {
      const path = await settingsFile('inference: { queueLimit: 3 }');
      const store = await openSettings(path);
      await writeFile(path, text);
      await expect(store.set(['inference', 'queueLimit'], 4)).rejects.toMatchObject({
        code: 'settings.invalid',
        message: expect.stringContaining(path),
        hint: expect.stringContaining('Correct the file'),
        params: { at: 'file' },
      });
      expect(store.current().inference.queueLimit).toBe(3);
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('refuses a path below a value, and does not blame the file', async () => {
    const store = await openSettings(await settingsFile('inference: { keepAlive: 5m }'));
    const refused = await store.set(['inference', 'keepAlive', 'more'], 1).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'settings.invalid', params: expect.not.objectContaining({ at: 'file' }) });
  });

  it('puts right what was written by hand meanwhile', async () => {
    const path = await settingsFile();
    const store = await openSettings(path);
    await writeFile(path, 'inference: { queueLimit: many }');
    await store.set(['inference', 'queueLimit'], 4);
    expect(store.current().inference.queueLimit).toBe(4);
  });

  it('changes several values or none', async () => {
    const store = await openSettings(await settingsFile());
    const changes = [
      { path: ['server', 'port'], value: 5000 },
      { path: ['server', 'prot'], value: 1 },
    ];
    await expect(store.change(changes)).rejects.toMatchObject({ message: expect.stringContaining('prot') });
    expect(store.current().server.port).toBe(12_434);
  });

  it('lists every setting with where it comes from, also those nobody set', async () => {
    const store = await openSettings(
      await settingsFile('server: { port: 4000 }\nmodelSettings: { "ai/x:1.5": { pin: true } }\n'),
    );
    const entries = store.entries();
    expect(entries).toContainEqual({ path: ['server', 'port'], value: 4000, default: 12_434, origin: 'file' });
    const host = { path: ['server', 'host'], value: '127.0.0.1', default: '127.0.0.1', origin: 'default' };
    expect(entries).toContainEqual(host);
    const contextSize = { path: ['inference', 'contextSize'], value: null, default: null, origin: 'default' };
    expect(entries).toContainEqual(contextSize);
    const pin = { path: ['modelSettings', 'ai/x:1.5', 'pin'], value: true, default: null, origin: 'file' };
    expect(entries).toContainEqual(pin);
    // What may hold any name is there with none, too.
    expect(entries).toContainEqual({ path: ['assistant', 'tools'], value: {}, default: {}, origin: 'default' });
  });
});

describe('the key of a setting', () => {
  it.each([
    ['server.port', ['server', 'port']],
    ['modelSettings.ai/x:1.5.pin', ['modelSettings', 'ai/x:1.5', 'pin']],
    ['modelSettings', ['modelSettings']],
  ])('%s is a path', (key, path) => {
    expect(settingPath(key)).toEqual(path);
  });
});
