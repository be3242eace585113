import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError, digestHex } from '#core';
import { createModelsWorld, ggufBytes, pullResult, type ModelsWorld } from '#testing';
import type { Models } from '../types.ts';

const gguf = 'application/vnd.docker.ai.gguf.v3';
const signal = new AbortController().signal;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const hammer = fileURLToPath(new URL('../../testing/hammer-store.ts', import.meta.url));

let world: ModelsWorld;
beforeEach(async () => {
  world = await createModelsWorld();
});
afterEach(() => world.dispose());

interface IndexOnDisk {
  models: { id: string; tags: string[]; files: string[] }[];
}

/** Index, manifests and blobs say the same, and nothing else is there. */
async function expectConsistent(): Promise<IndexOnDisk> {
  const index: IndexOnDisk = JSON.parse(await readFile(world.inStore('models.json'), 'utf8'));
  const hexes = (digests: string[]): string[] => [...new Set(digests.map((digest) => digest.slice(7)))].toSorted();
  expect((await readdir(world.inStore('manifests', 'sha256'))).toSorted()).toEqual(
    hexes(index.models.map(({ id }) => id)),
  );
  expect((await world.blobNames()).toSorted()).toEqual(hexes(index.models.flatMap(({ files }) => files)));
  const tags = index.models.flatMap((model) => model.tags);
  expect(new Set(tags).size).toBe(tags.length);
  expect(await readdir(world.inStore('locks'))).toEqual([]);
  return index;
}

function addModels(count: number): string[] {
  const shared = { mediaType: 'application/x-shared', bytes: Buffer.from('shared by all') };
  return Array.from({ length: count }, (_, number) => {
    const bytes = ggufBytes({ metadata: { 'general.architecture': 'llama', 'general.name': `m${number}` } });
    world.sources.addModel(`docker.io/ai/m${number}:latest`, [{ mediaType: gguf, bytes }, shared]);
    return `m${number}`;
  });
}

async function unlessGone(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === 'model.not_found')) throw error;
  });
}

it('200 pulls, tags and removals at once leave a store that agrees with itself', async () => {
  const names = addModels(8);
  const models = await world.open();
  const name = (at: number): string => names[at % names.length] ?? '';
  const work = Array.from({ length: 200 }, async (_, at) => {
    if (at % 4 < 2) await pullResult(models.pull(name(at), { signal }));
    else if (at % 4 === 2) await unlessGone(models.tag(name(at * 3), `copy/t${at}`));
    else await unlessGone(models.remove(name(at * 5), { force: true }));
  });
  await Promise.all(work);
  await expectConsistent();
});

it('any order of pulls, tags and removals does what it does one after the other', async () => {
  const names = addModels(4);
  const models = await world.open();
  // An empty store has no index file yet.
  await pullResult(models.pull('m0', { signal }));
  const step = fc.record({
    act: fc.constantFrom('pull', 'tag', 'remove', 'force'),
    name: fc.constantFrom(...names),
    tag: fc.constantFrom('copy/a', 'copy/b', 'm1'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const tags = new Map<string, string>();
      for (const model of await models.list()) await models.remove(model.id, { force: true });
      for (const { act, name, tag } of steps) await follow(models, { act, name, tag, tags });
      const listed = (await models.list()).flatMap((model) => model.tags.map((text) => [text, digestHex(model.id)]));
      expect(new Map(listed as [string, string][])).toEqual(tags);
      await expectConsistent();
    }),
    { numRuns: 25 },
  );
});

async function follow(
  models: Models,
  { act, name, tag, tags }: { act: string; name: string; tag: string; tags: Map<string, string> },
): Promise<void> {
  const full = `docker.io/ai/${name}:latest`;
  const target = tag.includes('/') ? `docker.io/${tag}:latest` : `docker.io/ai/${tag}:latest`;
  const holder = tags.get(full);
  if (act === 'pull') {
    tags.set(full, digestHex((await pullResult(models.pull(name, { signal }))).model.id));
  } else if (act === 'tag') {
    await unlessGone(models.tag(full, tag));
    if (holder !== undefined) tags.set(target, holder);
  } else {
    await unlessGone(models.remove(full, { force: act === 'force' }));
    tags.delete(full);
  }
}

it('two processes on one store lose nothing of each other', async () => {
  const rounds = 15;
  const run = (name: string, partner: string) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', hammer, world.inStore(), name, partner, String(rounds)], {
      cwd: root,
      timeout: 15_000,
    });
  await Promise.all([run('left', 'right'), run('right', 'left')]);
  const index = await expectConsistent();
  for (const name of ['left', 'right']) {
    const tags = index.models.flatMap((model) => model.tags).filter((tag) => tag.startsWith(`docker.io/kept/${name}:`));
    expect(tags).toHaveLength(rounds);
  }
});
