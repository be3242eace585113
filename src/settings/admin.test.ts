import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettings, type SettingEntry, type SettingsStore } from '#settings';

async function opened(admin: unknown, own = ''): Promise<SettingsStore> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-admin-'));
  const [path, adminFile] = [join(folder, 'settings.yaml'), join(folder, 'admin-settings.json')];
  await writeFile(path, own);
  await writeFile(adminFile, typeof admin === 'string' ? admin : JSON.stringify(admin));
  return await openSettings(path, { adminFile });
}

const entryOf = (store: SettingsStore, key: string): SettingEntry | undefined =>
  store.entries().find(({ path }) => path.join('.') === key);

describe("an administrator's settings", () => {
  it('hold over those of the user when they are locked, and cannot be changed', async () => {
    const store = await opened({ 'inference.gpu': { value: 'none', locked: true } }, 'inference:\n  gpu: cuda\n');
    expect(store.current().inference.gpu).toBe('none');
    expect(entryOf(store, 'inference.gpu')).toMatchObject({
      value: 'none',
      origin: 'locked',
      lockedBy: expect.stringMatching(/admin-settings\.json$/),
    });
    await expect(store.set(['inference', 'gpu'], 'auto')).rejects.toMatchObject({
      code: 'settings.invalid',
      params: { reason: 'locked', key: 'inference.gpu' },
    });
    await expect(store.set(['inference'], {})).rejects.toMatchObject({ params: { reason: 'locked' } });
    await expect(store.set(['inference', 'queueLimit'], 3)).resolves.toBeDefined();
    expect(store.current().inference).toMatchObject({ gpu: 'none', queueLimit: 3 });
  });

  it('are defaults when they are not', async () => {
    const admin = { 'log.maxFiles': { value: 9 }, 'log.level': { value: 'debug', locked: false } };
    const store = await opened(admin, 'log:\n  level: warn\n');
    expect(store.current().log).toMatchObject({ maxFiles: 9, level: 'warn' });
    expect(entryOf(store, 'log.maxFiles')).toMatchObject({ value: 9, default: 9, origin: 'default' });
    expect(entryOf(store, 'log.level')).toMatchObject({ value: 'warn', default: 'debug', origin: 'file' });
    await store.set(['log', 'maxFiles'], 2);
    expect(store.current().log.maxFiles).toBe(2);
  });

  it('lock what may hold any name as a whole, and all below it', async () => {
    const tools = { shell: { enabled: false } };
    const store = await opened({
      'assistant.tools': { value: tools, locked: true },
      modelSettings: { value: {}, locked: true },
    });
    expect(entryOf(store, 'assistant.tools.shell.enabled')).toMatchObject({ value: false, origin: 'locked' });
    expect(entryOf(store, 'modelSettings')).toMatchObject({ value: {}, origin: 'locked' });
    for (const path of [['modelSettings', 'ai/x', 'pin'], ['assistant', 'tools', 'fetch'], ['assistant']])
      await expect(store.set(path, true)).rejects.toMatchObject({ params: { reason: 'locked' } });
  });

  it('may be those that Docker Desktop has', async () => {
    const store = await opened({
      configurationFileVersion: 2,
      enableInference: { value: false, locked: true },
      enableDockerAI: { value: false, locked: true },
      enableDockerMCPToolkit: { value: false, locked: true },
      enableInferenceTCP: { value: true, locked: false },
      enableInferenceTCPPort: { value: 4321, locked: true },
      enableInferenceCORS: { value: 'https://a.example, https://b.example', locked: true },
    });
    expect(store.current().modelRunner.enabled).toBe(false);
    expect(store.current().mcp.enabled).toBe(false);
    expect(entryOf(store, 'assistant.enabled')).toMatchObject({ value: false, origin: 'locked' });
    expect(store.current().server).toMatchObject({ port: 4321, origins: ['https://a.example', 'https://b.example'] });
    expect(entryOf(store, 'server.port')?.origin).toBe('locked');
  });

  it.each([
    ['{', 'it is no JSON'],
    ['[]', 'it is no object'],
    ['{"server.port": 5}', 'server.port is not'],
    ['{"server.prot": {"value": 5}}', 'prot'],
    ['{"server.port": {"value": "high"}}', 'port'],
  ])('are never ignored: %s', async (text, reason) => {
    await expect(opened(text)).rejects.toMatchObject({
      code: 'settings.invalid',
      message: expect.stringContaining(reason),
    });
  });
});
