import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { startFakeRunner, streamedAnswer, wholeAnswer } from '../testing/fake-runner.ts';
import { forSamples, fuzzedBodies } from '../testing/fuzz-bodies.ts';

const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' };
const conversation = {
  model: 'ai/smollm2',
  instructions: 'Be brief.',
  stream: true,
  input: [
    { type: 'message', role: 'developer', content: 'One.' },
    { role: 'user', content: [{ type: 'input_text', text: 'hi' }, image] },
    { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello', annotations: [] }] },
    { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"city":"Paris"}' },
    { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_text', text: 'sun' }, image] },
  ],
  tools: [
    { type: 'function', name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  ],
  tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'weather' }] },
  parallel_tool_calls: false,
  max_output_tokens: 8,
  temperature: 0.5,
  metadata: { a: 'b' },
  reasoning: { effort: 'low', summary: 'auto' },
  include: ['reasoning.encrypted_content'],
};
const structured = {
  model: 'ai/smollm2',
  input: 'hi',
  store: true,
  previous_response_id: null,
  text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
};

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  const runner = await startFakeRunner(api);
  runner.reply = ({ path, body }) => {
    if (path === '/apply-template') return { json: { prompt: 'x' } };
    if (path === '/tokenize') return { json: { tokens: [1] } };
    return body['stream'] === true
      ? { chunks: streamedAnswer([{ content: 'x' }]) }
      : { json: wholeAnswer({ content: 'x' }) };
  };
});
afterAll(() => api[Symbol.asyncDispose]());

it('answers 5,000 fuzzed requests with an answer or an error of the client, in its own shape', async () => {
  const statuses = new Map<number, number>();
  await forSamples(fuzzedBodies([conversation, structured]), { count: 5000, seed: 7 }, async (body) => {
    const path = body.length % 5 === 0 ? '/v1/responses/input_tokens' : '/v1/responses';
    const answer = await fetch(`${api.url}${path}`, { method: 'POST', body });
    const { status } = answer;
    const text = await answer.text();
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect([200, 400, 404], `${body} → ${text}`).toContain(status);
    if (status !== 200)
      expect(JSON.parse(text), body).toMatchObject({ error: { message: expect.any(String) as string } });
    else expect(text, body).not.toContain('response.failed');
  });
  // Both ends were reached: what is fuzzed is neither all noise nor all valid.
  expect(statuses.get(200)).toBeGreaterThan(200);
  expect(statuses.get(400)).toBeGreaterThan(1000);
  expect(api.inference.leased).toBe(0);
}, 60_000);
