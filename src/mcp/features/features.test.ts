import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFeatures } from './features.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-features-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'config.json');

describe('features', () => {
  it('are as they are without a word', async () => {
    expect(await createFeatures({ dockerConfig: folder }).read()).toEqual({
      'dynamic-tools': true,
      'mcp-oauth-dcr': true,
      profiles: true,
      'tool-name-prefix': false,
    });
  });

  it('are what the configuration of the Docker CLI says, in words or truths', async () => {
    await writeFile(file(), '{"features": {"dynamic-tools": "disabled", "tool-name-prefix": true, "profiles": 7}}');
    expect(await createFeatures({ dockerConfig: folder }).read()).toMatchObject({
      'dynamic-tools': false,
      'tool-name-prefix': true,
      profiles: true,
    });
  });

  it('are switched without touching what else is there', async () => {
    await writeFile(file(), '{\n\t"auths": {},\n\t"features": {\n\t\t"buildkit": "true"\n\t}\n}');
    const features = createFeatures({ dockerConfig: folder });
    await features.set('tool-name-prefix', true);
    await features.set('tool-name-prefix', true);
    expect(await readFile(file(), 'utf8')).toBe(
      '{\n\t"auths": {},\n\t"features": {\n\t\t"buildkit": "true",\n\t\t"tool-name-prefix": "enabled"\n\t}\n}',
    );
    await features.set('tool-name-prefix', false);
    expect((await features.read())['tool-name-prefix']).toBe(false);
  });

  it.each([
    ['none', true, 'There is no feature "none".'],
    ['constructor', true, 'There is no feature "constructor".'],
    ['use-embeddings', true, 'cannot be switched so'],
    ['profiles', false, 'cannot be switched so'],
  ])('refuse %s: %s', async (name, isOn, sentence) => {
    await expect(createFeatures({ dockerConfig: folder }).set(name, isOn)).rejects.toThrow(sentence);
  });

  it('are not switched in a file that is broken', async () => {
    await writeFile(file(), '{"features": ');
    const features = createFeatures({ dockerConfig: folder });
    await expect(features.set('profiles', true)).rejects.toThrow(/config\.json:1:\d+ is left as it is/);
    await expect(features.read()).rejects.toThrow(/is left as it is/);
    expect(await readFile(file(), 'utf8')).toBe('{"features": ');
  });
});
