import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerRegistryMissing } from '#testing';
import { composeCases, engineCases, networkCases, storageCases } from './diagnosis/cases-world.ts';
import { runCases } from './diagnosis/cases-run.ts';
import { busyboxMissing, makeFailingImage, type FailingImage } from './diagnosis/failing-image.ts';
import { ourDocker, provoke, removeAll, type Case, type Provoked } from './diagnosis/provoke.ts';
import { dockerMissing } from './docker-engine.ts';
import { runCommand } from './harness.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing()) ?? dockerRegistryMissing();
const compose = (await runCommand(['sh', '-c', 'command -v docker-compose'])).code === 0;
const cases: readonly Case[] = [
  ...runCases,
  ...networkCases,
  ...storageCases,
  ...engineCases,
  ...(compose ? composeCases : []),
];
const atOnce = 6;

describe.skipIf(missing !== undefined)(`failures provoked on the Engine${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');
  const provoked = new Map<Case, Provoked | Error>();
  let image: FailingImage;

  beforeAll(async () => {
    image = await makeFailingImage();
    const world = { image: image.name, run, docker: ourDocker() };
    const waiting = cases.map((one, index) => ({ one, container: `gantry-why-${run}-${index}` }));
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { one, container } = next;
        provoked.set(one, await provoke({ world, container }, one).catch((error: unknown) => error as Error));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  });

  afterAll(async () => {
    await removeAll(run);
    await image[Symbol.asyncDispose]();
  });

  it.each(cases.map((one) => [one.id, one.name, one] as const))('%s: %s', (id, _name, one) => {
    const outcome = provoked.get(one);
    if (outcome instanceof Error) throw outcome;
    const [first] = outcome?.diagnosis.causes ?? [];
    const seen = JSON.stringify({
      causes: outcome?.diagnosis.causes,
      log: outcome?.raw.log,
      output: outcome?.raw.output,
    }).slice(0, 3000);
    expect(first?.id, seen).toBe(id);
    if (one.text !== undefined) expect(first?.text, seen).toBe(one.text);
    expect(first?.evidence.length).toBeGreaterThan(0);
    expect(first?.confidence).toBeGreaterThanOrEqual(0.5);
  });

  it('are at least 45 different ones', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBeGreaterThanOrEqual(45);
  });
});
