import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFileAtomic } from '#core';
import { fileRevision } from './file-revision.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-revision-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('changes when a file appears, and each time it is replaced, though its size stays', async () => {
  const path = join(folder, 'index.json');
  const revision = fileRevision(path);
  const seen = [revision()];
  for (const text of ['one', 'two', 'two']) {
    await writeFileAtomic(path, text);
    seen.push(revision());
  }
  expect(new Set(seen).size).toBe(4);
  expect(revision()).toBe(seen.at(-1));
});
