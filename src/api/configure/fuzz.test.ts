import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { forSamples, fuzzedBodies } from '../testing/fuzz-bodies.ts';

const configurations = [
  {
    model: 'ai/smollm2',
    mode: 'completion',
    'runtime-flags': ['--temp', '0.1', '--grammar', 'root ::= "/"'],
    'context-size': 1024,
    keep_alive: '5m',
    speculative: { draft_model: 'ai/smollm2', num_tokens: 4, min_acceptance_rate: 0.5 },
    llamacpp: { 'reasoning-budget': -1 },
  },
  { model: 'ai/smollm2', 'raw-runtime-flags': `--temp 0.1 --json-schema '{"a":1}'`, keep_alive: 30 },
  { model: 'ai/smollm2', vllm: { 'hf-overrides': { a: { b: [{ c: 1 }] } }, 'gpu-memory-utilization': 0.5 } },
];

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  api.models.bundle = async (id) => ({
    id,
    modelPath: '/m',
    config: { format: 'gguf' },
    header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
    weightBytes: 1,
  });
});
afterAll(() => api[Symbol.asyncDispose]());

it.each([
  { path: '/engines/_configure', examples: configurations },
  { path: '/engines/install-backend', examples: [{ backend: 'llama.cpp', version: 'latest' }] },
])(
  'no body of $path gives a 500, and settings stay valid',
  async ({ path, examples }) => {
    const seen = new Map<number, number>();
    await forSamples(fuzzedBodies(examples), { count: 2500, seed: 20_261_124 }, async (body) => {
      const { status, text } = await api.ask(path, { method: 'POST', body });
      seen.set(status, (seen.get(status) ?? 0) + 1);
      expect(status, `${body}\n${text}`).toBeLessThan(500);
    });
    expect(seen.get(400)).toBeGreaterThan(100);
    expect((await api.ask('/engines/_configure')).status).toBe(200);
  },
  60_000,
);
