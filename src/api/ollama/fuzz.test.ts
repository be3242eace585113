import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog, type Log } from '#core';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { fakeModel } from '../testing/fake-ports.ts';

const model = 'ai/smollm2';
const runsPerRoute = 450;
const atOnce = 8;

const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
const name = rarely(
  fc.constant(model),
  fc.constantFrom('absent', '', ' ', '../x', 'sha256:zz', 'x'.repeat(5000), '\u0000'),
);
const picture = fc.array(rarely(fc.constant('iVBORw0KGgo='), fc.constant('x')), { maxLength: 2 });
const json = fc.jsonValue({ maxDepth: 3 });
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 40, arbitrary: value }, { weight: 1, arbitrary: json });
const message = fc.record(
  {
    role: sometimes(rarely(fc.constantFrom('user', 'assistant', 'tool', 'system'), fc.constant(''))),
    content: sometimes(fc.string()),
    images: sometimes(rarely<unknown>(fc.constant([]), picture)),
    tool_calls: sometimes(fc.array(fc.record({ function: fc.record({ name: fc.string(), arguments: json }) }))),
    tool_name: sometimes(fc.string()),
  },
  { requiredKeys: ['role'] },
);
const options = fc.record(
  {
    temperature: sometimes(fc.double()),
    num_ctx: sometimes(fc.nat()),
    num_predict: sometimes(fc.integer()),
    stop: sometimes(fc.array(fc.string())),
    seed: sometimes(fc.integer()),
    odd: json,
  },
  { requiredKeys: [] },
);
const fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  model: sometimes(name),
  name: sometimes(name),
  stream: sometimes(fc.boolean()),
  messages: sometimes(fc.array(message, { maxLength: 4 })),
  prompt: sometimes(fc.string()),
  suffix: sometimes(rarely(fc.constant(''), fc.string())),
  system: sometimes(fc.string()),
  template: sometimes(rarely(fc.constant(''), fc.constantFrom('{{ .Prompt }}', '{% if x %}'))),
  context: sometimes(fc.array(fc.nat())),
  raw: sometimes(fc.boolean()),
  images: sometimes(rarely<unknown>(fc.constant([]), picture)),
  format: sometimes(rarely<unknown>(fc.constantFrom('json', '', { type: 'object' }), fc.constant('yaml'))),
  think: sometimes(rarely<unknown>(fc.constant(false), fc.constantFrom(true, 'low', 'lots'))),
  keep_alive: sometimes(rarely<unknown>(fc.constantFrom(0, -1, '5m', '0'), fc.constantFrom('soon', 1e308))),
  options: sometimes(options),
  tools: sometimes(rarely<unknown[]>(fc.constant([]), fc.array(json, { maxLength: 3 }))),
  logprobs: sometimes(fc.boolean()),
  input: sometimes(fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 4 }))),
  truncate: sometimes(fc.boolean()),
  dimensions: sometimes(fc.integer({ min: -2, max: 1000 })),
  source: sometimes(name),
  destination: sometimes(name),
  from: sometimes(name),
  files: sometimes(fc.dictionary(fc.constantFrom('a.gguf', '../b', ''), fc.constantFrom('sha256:1', ''))),
  parameters: sometimes(options),
  license: sometimes(fc.oneof(fc.string(), fc.array(fc.string()))),
  quantize: sometimes(rarely(fc.constant(''), fc.constant('q4_0'))),
};
const body = fc.oneof(
  { weight: 9, arbitrary: fc.record(fields, { requiredKeys: [] }).map((value) => JSON.stringify({ model, ...value })) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.string(),
      json.map((value) => JSON.stringify(value)),
    ),
  },
);

describe('bodies that nobody would send', () => {
  let api: ApiUnderTest;
  const failures: unknown[] = [];
  const log: Log = { ...silentLog, error: (...said) => void failures.push(said), child: () => log };
  beforeAll(async () => {
    api = await startApi({ log });
    api.models.bundle = () =>
      Promise.resolve({
        id: fakeModel().id,
        modelPath: '/m',
        config: { format: 'gguf' },
        header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
        weightBytes: 1,
      });
    // Nothing is ever removed, so that each body meets the same store.
    api.models.remove = () => Promise.resolve([]);
    await api.runner((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.once('end', () => {
        const asked = (text === '' ? {} : JSON.parse(text)) as { input?: unknown[]; stream?: boolean };
        if (asked.stream === true) {
          const choice = { delta: { content: '{}' }, text: 'x', finish_reason: 'stop' };
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`);
          return;
        }
        const data = (asked.input ?? []).map(() => ({ embedding: [1, 0] }));
        response.end(JSON.stringify({ data, tokens: [1], prompt: 'answer-so-far-7f3a', choices: [] }));
      });
    });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it.each([
    'chat',
    'generate',
    'embed',
    'embeddings',
    'show',
    'pull',
    'push',
    'copy',
    'create',
    'delete',
    'blobs/sha256:1',
    'tags',
  ])('never break /api/%s', async (path) => {
    const method = path === 'delete' ? 'DELETE' : 'POST';
    const answer = async (text: string): Promise<void> => {
      const response = await fetch(`${api.url}/api/${path}`, { method, body: text });
      const said = await response.text();
      expect(response.status, `${text}\n${said}`).toBeLessThan(500);
      if (response.status >= 400) expect(JSON.parse(said), text).toEqual({ error: expect.any(String) as string });
    };
    const bodies = fc.sample(body, { numRuns: runsPerRoute, seed: 20_261_124 });
    for (let at = 0; at < bodies.length; at += atOnce) await Promise.all(bodies.slice(at, at + atOnce).map(answer));
    expect(failures).toEqual([]);
    expect(api.inference.leased).toBe(0);
  });
});
