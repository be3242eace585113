import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettings } from '#settings';

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
});
