import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { startFakeRunner, streamedAnswer, wholeAnswer } from '../testing/fake-runner.ts';
import { forSamples, fuzzedBodies } from '../testing/fuzz-bodies.ts';

const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
const tools = [
  { name: 'weather', description: 'Now', input_schema: { type: 'object', properties: { city: { type: 'string' } } } },
];
const conversation = (shown: object) => ({
  model: 'ai/smollm2',
  max_tokens: 8,
  stream: true,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'hi' }, shown] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm', signature: '' },
        { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Paris' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', is_error: true, content: [{ type: 'text', text: 'no' }, shown] },
      ],
    },
  ],
  tools,
  tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
  stop_sequences: ['END'],
  temperature: 0.5,
  top_k: 3,
  metadata: { user_id: 'me' },
  thinking: { type: 'enabled', budget_tokens: 1024 },
});
const structured = {
  model: 'ai/smollm2',
  messages: [{ role: 'user', content: [{ type: 'document', title: 'T', source: { type: 'text', data: 'x' } }] }],
  output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
};

// Images are refused for models that do not see them, so that most conversations have none.
const words = conversation({ type: 'text', text: 'there' });
const examples = [conversation(image), words, words, structured];

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
  await forSamples(fuzzedBodies(examples), { count: 5000, seed: 7 }, async (body) => {
    const path = body.length % 5 === 0 ? '/anthropic/v1/messages/count_tokens' : '/anthropic/v1/messages';
    const answer = await fetch(`${api.url}${path}`, { method: 'POST', body });
    const { status } = answer;
    const text = await answer.text();
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect([200, 400, 404], `${body} → ${text}`).toContain(status);
    if (status !== 200)
      expect(JSON.parse(text), body).toMatchObject({ type: 'error', error: { message: expect.any(String) as string } });
    else expect(text, body).not.toContain('event: error');
  });
  // Both ends were reached: what is fuzzed is neither all noise nor all valid.
  expect(statuses.get(200)).toBeGreaterThan(200);
  expect(statuses.get(400)).toBeGreaterThan(1000);
  expect(api.inference.leased).toBe(0);
}, 60_000);
