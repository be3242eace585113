import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Env } from '#core';
import { createCredentials, readDockerMirrors, readDockerProxies, type RunHelper } from '#registry';

const signal = new AbortController().signal;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

async function configDir(config: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-docker-'));
  await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return folder;
}

async function find(
  registry: string,
  config: unknown,
  { env = {}, runHelper }: { env?: Env; runHelper?: RunHelper } = {},
) {
  return createCredentials({ dockerConfigDir: await configDir(config), env, runHelper }).forRegistry(registry, {
    signal,
  });
}

describe('credentials', () => {
  it('come from auths by exact host, in every spelling docker login has used', async () => {
    const auths = {
      'https://index.docker.io/v1/': { auth: base64('hub:secret:with:colons') },
      'registry.example:5000': { username: 'u', password: 'p' },
      'https://old.example/v2/': { auth: base64('old:pw') },
      'token.example': { auth: base64('x:y'), identitytoken: 'refresh' },
    };
    expect(await find('docker.io', { auths })).toEqual({
      kind: 'basic',
      username: 'hub',
      password: 'secret:with:colons',
    });
    expect(await find('registry.example:5000', { auths })).toEqual({ kind: 'basic', username: 'u', password: 'p' });
    expect(await find('old.example', { auths })).toEqual({ kind: 'basic', username: 'old', password: 'pw' });
    expect(await find('token.example', { auths })).toEqual({ kind: 'identity', token: 'refresh' });
    for (const other of [
      'registry.example',
      'a.registry.example:5000',
      'registry.example:50',
      'example',
      'index.docker.io.evil.example',
    ]) {
      expect(await find(other, { auths })).toBeUndefined();
    }
  });

  it('are asked of the helper of the host, else of the store, over stdin with the address they are stored under', async () => {
    const asked: string[] = [];
    const runHelper: RunHelper = (helper, serverUrl) => {
      asked.push(`${helper} ${serverUrl}`);
      const answers: Record<string, string> = {
        token: '{"ServerURL":"x","Username":"<token>","Secret":"t"}',
        none: '',
      };
      return Promise.resolve(answers[helper] ?? '{"Username":"u","Secret":"s"}');
    };
    const config = {
      credsStore: 'desktop',
      credHelpers: { 'a.example': 'token', 'b.example': 'none' },
      auths: { 'b.example': { auth: base64('b:b') } },
    };
    expect(await find('a.example', config, { runHelper })).toEqual({ kind: 'identity', token: 't' });
    expect(await find('b.example', config, { runHelper })).toEqual({ kind: 'basic', username: 'b', password: 'b' });
    expect(await find('docker.io', config, { runHelper })).toEqual({ kind: 'basic', username: 'u', password: 's' });
    expect(asked).toEqual(['token a.example', 'none b.example', 'desktop https://index.docker.io/v1/']);
  });

  it('of Docker Hub may come from the environment, and go nowhere else', async () => {
    const env = { DOCKER_HUB_USER: 'u', DOCKER_HUB_PASSWORD: 'p' };
    expect(await find('docker.io', {}, { env })).toEqual({ kind: 'basic', username: 'u', password: 'p' });
    expect(await find('registry.example', {}, { env })).toBeUndefined();
    expect(await find('docker.io', {}, { env: { DOCKER_USERNAME: 'only' } })).toBeUndefined();
  });

  it('are none when the helper fails or its name is not a name', async () => {
    const runHelper: RunHelper = () => Promise.reject(new Error('it broke'));
    expect(await find('a.example', { credsStore: 'x' }, { runHelper })).toBeUndefined();
    let ran = false;
    const spy: RunHelper = () => {
      ran = true;
      return Promise.resolve('');
    };
    expect(await find('a.example', { credsStore: '../../bin/sh' }, { runHelper: spy })).toBeUndefined();
    expect(ran).toBe(false);
  });

  it('are found by a real helper program on PATH', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-helper-'));
    const program = join(folder, 'docker-credential-test');
    await writeFile(
      program,
      `#!/bin/sh\nread server\n[ "$server" = known.example ] || { echo "credentials not found in native keychain"; exit 1; }\necho '{"Username":"u","Secret":"'$1'"}'\n`,
    );
    await chmod(program, 0o755);
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    expect(await find('known.example', { credsStore: 'test' }, { env })).toEqual({
      kind: 'basic',
      username: 'u',
      password: 'get',
    });
    expect(await find('other.example', { credsStore: 'test' }, { env })).toBeUndefined();
    expect(await find('known.example', { credsStore: 'missing' }, { env })).toBeUndefined();
  });

  it('are none without a file, and an unreadable file is said to be one', async () => {
    const none = createCredentials({ dockerConfigDir: join(tmpdir(), 'gantry-no-such-folder'), env: {} });
    expect(await none.forRegistry('docker.io', { signal })).toBeUndefined();
    await expect(find('docker.io', '{"auths":')).rejects.toMatchObject({ code: 'settings.invalid' });
  });
});

describe('the Docker configuration', () => {
  it('names proxies and mirrors', async () => {
    const folder = await configDir({
      proxies: { default: { httpsProxy: 'http://p', noProxy: 'x' } },
      'registry-mirrors': ['https://m/'],
    });
    expect(await readDockerProxies(folder)).toEqual({ httpsProxy: 'http://p', noProxy: 'x' });
    expect(await readDockerMirrors(join(folder, 'config.json'))).toEqual(['https://m/']);
    expect(await readDockerMirrors(join(folder, 'none.json'))).toEqual([]);
    const broken = await configDir('{"registry-mirrors": "x"}');
    await expect(readDockerMirrors(join(broken, 'config.json'))).rejects.toMatchObject({ code: 'settings.invalid' });
  });
});
