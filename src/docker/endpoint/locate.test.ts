import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, type Env } from '#core';
import type { EngineAddress } from '../types.ts';
import { locateEngine } from './locate.ts';

describe('finding the Engine', () => {
  let folder: string;
  const servers: Server[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-locate-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const listenAt = async (path: string): Promise<void> => {
    const server = createServer((socket) => socket.destroy()).listen(path);
    servers.push(server);
    await once(server, 'listening');
  };

  const locate = (env: Env): Promise<EngineAddress> =>
    locateEngine({
      env: { ...env, XDG_RUNTIME_DIR: env['XDG_RUNTIME_DIR'] ?? join(folder, 'none') },
      userHome: folder,
      dockerConfig: join(folder, '.docker'),
      ownSocket: join(folder, 'own.sock'),
      log: silentLog,
    });

  it('takes the one that DOCKER_HOST names', async () => {
    await listenAt(join(folder, 'named.sock'));
    const { url, origin } = await locate({ DOCKER_HOST: `unix://${folder}/named.sock` });
    expect([url, origin]).toEqual([`unix://${folder}/named.sock`, 'environment']);
  });

  it('says in one sentence why the one that was named does not answer', async () => {
    await expect(locate({ DOCKER_HOST: `unix://${folder}/gone.sock` })).rejects.toMatchObject({
      code: 'docker.unavailable',
      message: `No Docker Engine answers (unix://${folder}/gone.sock: not there).`,
    });
  });

  it('reads the docker context in use', async () => {
    await listenAt(join(folder, 'context.sock'));
    await writeContext('mine', `unix://${folder}/context.sock`);
    expect(await locate({})).toMatchObject({ url: `unix://${folder}/context.sock`, origin: 'context' });
  });

  it('says that a context does not exist', async () => {
    await expect(locate({ DOCKER_CONTEXT: 'lost' })).rejects.toMatchObject({
      code: 'docker.unavailable',
      params: { context: 'lost' },
    });
  });

  it('looks behind our own socket when DOCKER_HOST names it, through links too', async () => {
    await listenAt(join(folder, 'own.sock'));
    await symlink(join(folder, 'own.sock'), join(folder, 'link.sock'));
    await mkdir(join(folder, 'run'));
    await listenAt(join(folder, 'run/docker.sock'));
    for (const name of ['own.sock', 'link.sock']) {
      const found = await locate({ DOCKER_HOST: `unix://${folder}/${name}`, XDG_RUNTIME_DIR: join(folder, 'run') });
      expect(found).toMatchObject({ url: `unix://${folder}/run/docker.sock`, origin: 'rootless' });
    }
  });

  async function writeContext(name: string, host: string): Promise<void> {
    const id = createHash('sha256').update(name).digest('hex');
    const meta = join(folder, '.docker/contexts/meta', id);
    await mkdir(meta, { recursive: true });
    await writeFile(join(folder, '.docker/config.json'), JSON.stringify({ currentContext: name }));
    await writeFile(join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  }
});
