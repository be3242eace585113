import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { llamaServerFrom, registriesFrom } from './runner-variables.ts';

describe('LLAMA_SERVER_PATH', () => {
  it('names the program in a folder, by the name that Docker gives it first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-server-'));
    const put = async (name: string): Promise<void> => {
      await writeFile(join(folder, name), '');
      await chmod(join(folder, name), 0o755);
    };
    const env = { LLAMA_SERVER_PATH: folder };
    expect(await llamaServerFrom(env)).toBe(join(folder, 'llama-server'));
    await put('llama-server');
    expect(await llamaServerFrom(env)).toBe(join(folder, 'llama-server'));
    await put('com.docker.llama-server');
    expect(await llamaServerFrom(env)).toBe(join(folder, 'com.docker.llama-server'));
  });

  it('names nothing when it is empty', async () => {
    expect(await llamaServerFrom({ LLAMA_SERVER_PATH: '' })).toBeUndefined();
  });
});

describe('DEFAULT_REGISTRY', () => {
  it.each([
    [{}, undefined, []],
    [{ DEFAULT_REGISTRY: '' }, undefined, []],
    [{ DEFAULT_REGISTRY: 'Registry.Local:5000' }, 'registry.local:5000', []],
    [{ DEFAULT_REGISTRY: 'index.docker.io' }, 'docker.io', []],
    [
      { DEFAULT_REGISTRY: 'registry.local:5000', INSECURE_REGISTRY: 'true' },
      'registry.local:5000',
      ['registry.local:5000'],
    ],
  ])('%o', (env, defaultRegistry, insecure) => {
    expect(registriesFrom(env)).toEqual({ defaultRegistry, insecure });
  });

  it.each(['https://registry.example.com', 'a b', 'host:99999'])('is refused as %s', (text) => {
    expect(() => registriesFrom({ DEFAULT_REGISTRY: text })).toThrow('not a registry');
  });
});
