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

describe('the doors', () => {
  let folder: string;
  let doors: Doors;
  let port: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-doors-'));
    port = await freePort();
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
      tcpAddress: () => ({ host: '127.0.0.1', port }),
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
});
