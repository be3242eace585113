import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { openSettings, type SettingsStore } from '#settings';
import { followSettings } from './follow-settings.ts';

describe('settings that take effect at once', () => {
  let folder: string;
  let file: string;
  let store: SettingsStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-follow-'));
    file = join(folder, 'settings.yaml');
    store = await openSettings(file);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are followed when they have changed', async () => {
    const seen: number[] = [];
    const settings = followSettings(store, async () => {
      seen.push(store.current().server.port);
    });
    await settings.set(['server', 'port'], 9999);
    expect(seen).toEqual([9999]);
  });

  it('are taken back when they cannot be followed: to the value before, or to none', async () => {
    await store.set(['server', 'port'], 8888);
    const settings = followSettings(store, () =>
      Promise.reject(new AppError('daemon.port_in_use', 'Port 80 is in use.')),
    );
    const changes = [
      { path: ['server', 'port'], value: 80 },
      { path: ['docker', 'bridge'], value: 'off' },
    ];
    await expect(settings.change(changes)).rejects.toMatchObject({ code: 'daemon.port_in_use' });
    expect(store.current().server.port).toBe(8888);
    expect(store.current().docker.bridge).toBe('auto');
    expect(await readFile(file, 'utf8')).not.toContain('off');
  });
});
