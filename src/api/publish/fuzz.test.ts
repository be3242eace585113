import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createModelsWorld, type ModelsWorld } from '#testing';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
let world: ModelsWorld;
beforeAll(async () => {
  [api, world] = [await startApi(), await createModelsWorld()];
  Object.assign(api.models, await world.open());
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await world.dispose();
});

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '/',
    '/etc/passwd',
    '/dev/null',
    '/proc/self/mem',
    '..',
    'a/b:c',
    'x@sha256:',
    '',
    '\u0000',
    '/\u0000',
  ),
);
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
const names = ['gguf', 'safetensorsDir', 'dduf', 'from', 'mmproj', 'chatTemplate', 'licenses', 'contextSize'] as const;
const more = ['format', 'target', 'push', 'bearer-token', 'context_size'] as const;
const object = fc.dictionary(fc.constantFrom(...names, ...more), value);
const source = fc.constantFrom('gguf', 'safetensorsDir', 'dduf', 'from');
// Of the right types, so that what lies behind them is reached.
const wellTyped = fc.record(
  {
    target: text,
    mmproj: text,
    chatTemplate: text,
    licenses: fc.array(text, { maxLength: 3 }),
    contextSize: fc.integer({ min: 1 }),
    format: fc.constantFrom('docker', 'cncf'),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc.json(),
  fc.string(),
  object.map((fields) => JSON.stringify(fields)),
  fc
    .tuple(wellTyped, source, text)
    .map(([fields, name, path]) => JSON.stringify({ target: 'ai/fuzzed', ...fields, [name]: path })),
  fc.tuple(source, text).map(([name, path]) => JSON.stringify({ target: 'ai/fuzzed', [name]: path })),
);

it.each(['/gantry/package', '/models/ai/missing/push', '/models/ai/missing/repackage', '/models/load'])(
  '%s answers any body with a reason, and never with a failure of its own',
  async (path) => {
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const answer = await api.ask(path, { method: 'POST', body: sent });
        expect([400, 404, 422], `${sent} gave ${answer.status} ${answer.text}`).toContain(answer.status);
        expect(answer.text.length).toBeGreaterThan(5);
      }),
      { numRuns: 300 },
    );
    expect(await world.blobNames()).toEqual([]);
  },
);
