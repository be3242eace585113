import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModelBundle } from '#models';
import type { RunnerPlan } from '../types.ts';
import { modelMounts, planInside } from './model-mounts.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
}

function bundle(more: Partial<ModelBundle>): ModelBundle {
  return {
    id: `sha256:${'a'.repeat(64)}`,
    modelPath: join(folder, 'model.gguf'),
    config: { format: 'gguf' },
    header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
    weightBytes: 1,
    ...more,
  };
}

function plan(more: Partial<ModelBundle>, draft?: ModelBundle): RunnerPlan {
  return {
    runtime: { name: 'container', version: '1', path: 'image:tag', origin: 'engine', selected: true },
    bundle: bundle(more),
    ...(draft && { draft }),
    alias: 'ai/m:latest',
    estimatedBytes: 1,
    socket: '/run/r.sock',
    config: { mode: 'completion', contextSize: 512, parallel: 1, threads: 1, batchThreads: 1, runtimeFlags: [] },
  };
}

const targets = async (given: RunnerPlan): Promise<string[]> =>
  (await modelMounts(given)).map(({ Target }) => Target).toSorted();

it('mounts the files of the model alone, each read-only', async () => {
  await put('model.gguf', 'mmproj.gguf', 'template.jinja', 'other.gguf');
  const given = plan({ mmprojPath: join(folder, 'mmproj.gguf'), chatTemplatePath: join(folder, 'template.jinja') });
  const mounts = await modelMounts(given);
  expect(mounts.every(({ Type, ReadOnly }) => Type === 'bind' && ReadOnly)).toBe(true);
  expect(await targets(given)).toEqual(['/model/mmproj.gguf', '/model/model.gguf', '/model/template.jinja']);
  expect(planInside(given)).toMatchObject({
    bundle: {
      modelPath: '/model/model.gguf',
      mmprojPath: '/model/mmproj.gguf',
      chatTemplatePath: '/model/template.jinja',
    },
    socket: '/run/gantry/r.sock',
  });
});

it('mounts all shards of weights in several files', async () => {
  await put('m-00001-of-00002.gguf', 'm-00002-of-00002.gguf', 'n-00001-of-00002.gguf');
  expect(await targets(plan({ modelPath: join(folder, 'm-00001-of-00002.gguf') }))).toEqual([
    '/model/m-00001-of-00002.gguf',
    '/model/m-00002-of-00002.gguf',
  ]);
});

it('mounts every file of a model that is a folder where it was', async () => {
  await put('model.safetensors', 'config.json', 'sub/extra.json');
  const given = plan({ directory: folder, modelPath: join(folder, 'model.safetensors') });
  expect(await targets(given)).toEqual(['/model/config.json', '/model/model.safetensors', '/model/sub/extra.json']);
  expect(planInside(given).bundle.directory).toBe('/model');
});

it('keeps the draft model apart, which may have files of the same names', async () => {
  await put('model.gguf', 'draft/model.gguf');
  const given = plan({}, bundle({ modelPath: join(folder, 'draft/model.gguf') }));
  expect(await targets(given)).toEqual(['/draft/model.gguf', '/model/model.gguf']);
  expect(planInside(given).draft?.modelPath).toBe('/draft/model.gguf');
});
