import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gantryPaths, silentLog, systemClock } from '#core';
import { createDocker } from '#docker';
import { settingsSchema } from '#settings';
import { freePort } from '#testing';
import { openDoors, type Doors } from './doors.ts';
import { planListeners } from './listen-plan.ts';

describe('the doors', () => {
  let folder: string;
  let doors: Doors;
  let port: number;
  let host: string;
  let hasKeys: boolean;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-doors-'));
    port = await freePort();
    [host, hasKeys] = ['127.0.0.1', false];
    const paths = gantryPaths({ HOME: folder, GANTRY_HOME: join(folder, 'g') });
    const settings = settingsSchema.parse({ docker: { bridge: 'off' } });
    doors = await openDoors({
      paths,
      clock: systemClock,
      log: silentLog,
      docker: createDocker({
        env: { DOCKER_HOST: `unix://${folder}/no.sock` },
        userHome: folder,
        dockerConfig: paths.dockerConfig,
        ownSocket: paths.dockerSocket,
        log: silentLog,
      }),
      settings: () => settings,
      plan: () => planListeners({ ...settings.server, port, host }, { hasKeys }),
      certificate: () => Promise.reject(new Error('no certificate is asked for')),
      requestListener: (door) => (_request, response) => response.end(door),
    });
  });
  afterEach(async () => {
    doors.stopAccepting();
    await doors.closeOthers();
    await doors.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (at: number): Promise<string> => await (await fetch(`http://127.0.0.1:${at}/`)).text();

  it('listen on the port that the settings name now', async () => {
    const before = port;
    expect(await ask(before)).toBe('tcp');
    port = await freePort();
    await doors.follow();
    expect(await ask(port)).toBe('tcp');
    await expect(ask(before)).rejects.toThrow('fetch failed');
    expect(doors.addresses()).toContain(`http://127.0.0.1:${port}`);
  });

  it('keep the port they have when the new one is taken, and say so', async () => {
    const before = port;
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    port = (other.address() as AddressInfo).port;
    await expect(doors.follow()).rejects.toMatchObject({ code: 'daemon.port_in_use' });
    other.close();
    expect(await ask(before)).toBe('tcp');
    port = before;
  });

  it('open to the network with a key, not without one, and close when the last one goes', async () => {
    host = '0.0.0.0';
    await expect(doors.follow()).rejects.toMatchObject({
      code: 'settings.invalid',
      params: { reason: 'network_needs_key', host: '0.0.0.0' },
    });
    expect(doors.apiAddresses()).toContain(`http://127.0.0.1:${port}`);

    hasKeys = true;
    await doors.followKeys();
    expect(doors.refused()).toBeUndefined();
    expect(doors.apiAddresses()).toContain(`http://0.0.0.0:${port}`);
    expect(doors.apiAddresses()).not.toContain(`http://127.0.0.1:${port}`);
    expect(await ask(port)).toBe('tcp');

    hasKeys = false;
    await doors.followKeys();
    expect(doors.refused()).toMatchObject({ params: { reason: 'network_needs_key' } });
    expect(doors.apiAddresses()).toContain(`http://127.0.0.1:${port}`);
    expect(await ask(port)).toBe('tcp');
  });

  it('go back to one address when all of them cannot be had', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const before = port;
    [host, hasKeys, port] = ['0.0.0.0', true, (other.address() as AddressInfo).port];
    await expect(doors.follow()).rejects.toMatchObject({ code: 'daemon.port_in_use' });
    other.close();
    expect(await ask(before)).toBe('tcp');
  });
});
