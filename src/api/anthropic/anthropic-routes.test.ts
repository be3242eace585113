import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { startFakeRunner, streamedAnswer, wholeAnswer, type FakeRunner } from '../testing/fake-runner.ts';

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

const eventsOf = (text: string): Event[] =>
  text
    .trim()
    .split('\n\n')
    .map((frame) => {
      const [name = '', data = ''] = frame.split('\n');
      const event = JSON.parse(data.slice('data: '.length)) as Event;
      expect(name).toBe(`event: ${event.type}`);
      return event;
    });

const call = (index: number, id: string, name: string) => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
});
const fragment = (index: number, text: string) => ({ tool_calls: [{ index, function: { arguments: text } }] });

describe("Anthropic's Messages API", () => {
  let api: ApiUnderTest;
  let runner: FakeRunner;
  beforeEach(async () => {
    api = await startApi();
    runner = await startFakeRunner(api);
  });
  afterEach(async () => {
    expect(api.inference.leased).toBe(0);
    await api[Symbol.asyncDispose]();
  });
  const question = { model: 'ai/smollm2', max_tokens: 8, messages: [{ role: 'user', content: 'Say hello' }] };
  const post = (body: object | string, path = '/anthropic/v1/messages') =>
    api.ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const answered = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

  it.each([
    '/anthropic/v1/messages',
    '/v1/messages',
    '/engines/v1/messages',
    '/engines/llama.cpp/v1/messages',
    '/anthropic/v1/messages?beta=true',
  ])('answers at %s', async (path) => {
    const answer = await post(question, path);
    expect(answer.status).toBe(200);
    expect(answer.headers['request-id']).toBe(answer.headers['x-request-id']);
    expect(answered(answer.text)).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-f]{24}$/),
      type: 'message',
      role: 'assistant',
      model: 'ai/smollm2',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 20,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 10,
        output_tokens: 5,
      },
    });
    expect(runner.asked[0]).toMatchObject({ path: '/v1/chat/completions', body: { stream: false, max_tokens: 8 } });
  });

  it.each([
    ['length', {}, 'max_tokens', null],
    ['stop', { __verbose: { stopping_word: 'END' } }, 'stop_sequence', 'END'],
    ['stop', { __verbose: { stopping_word: '' } }, 'end_turn', null],
  ])('says why it stopped: %s %j', async (finish, extra, ...[stop_reason, stop_sequence]) => {
    runner.reply = () => ({ json: wholeAnswer({ content: 'Hi' }, { finish, ...extra }) });
    expect(answered((await post(question)).text)).toMatchObject({ stop_reason, stop_sequence });
  });

  it('answers with thinking and calls as blocks', async () => {
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } }];
    runner.reply = () => ({
      json: wholeAnswer({ reasoning_content: 'Hm', content: null, tool_calls }, { finish: 'tool_calls' }),
    });
    expect(answered((await post(question)).text)).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'Hm', signature: '' },
        { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Paris' } },
      ],
      stop_reason: 'tool_use',
    });
  });

  it('leaves out a call that max_tokens cut off, and fails for one that is broken', async () => {
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Pa' } }];
    runner.reply = () => ({ json: wholeAnswer({ content: 'So', tool_calls }, { finish: 'length' }) });
    expect(answered((await post(question)).text)).toMatchObject({
      content: [{ type: 'text', text: 'So' }],
      stop_reason: 'max_tokens',
    });
    runner.reply = () => ({ json: wholeAnswer({ tool_calls }, { finish: 'tool_calls' }) });
    const failed = await post(question);
    expect(failed.status).toBe(500);
    expect(answered(failed.text)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  });

  it('streams the events in their order', async () => {
    runner.reply = () => ({
      chunks: streamedAnswer(
        [
          { reasoning_content: 'Hm' },
          { content: 'Hel' },
          { content: 'lo' },
          call(0, 'a', 'f'),
          fragment(0, '{"x"'),
          fragment(0, ':1}'),
          call(1, 'b', 'g'),
        ],
        'tool_calls',
      ),
    });
    const answer = await post({ ...question, stream: true });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    const events = eventsOf(answer.text);
    expect(events).toEqual([
      {
        type: 'message_start',
        message: expect.objectContaining({
          content: [],
          stop_reason: null,
          model: 'ai/smollm2',
          usage: { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 10, output_tokens: 1 },
        }) as unknown,
      },
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: '' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hel' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'lo' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"x"' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: ':1}' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'content_block_start', index: 3, content_block: { type: 'tool_use', id: 'b', name: 'g', input: {} } },
      { type: 'content_block_stop', index: 3 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 10, output_tokens: 5 },
      },
      { type: 'message_stop' },
    ]);
  });

  it('ends a stream whose runner dies with an error event', async () => {
    runner.reply = () => ({ chunks: streamedAnswer([{ content: 'Hel' }]).slice(0, 2), dies: true });
    const events = eventsOf((await post({ ...question, stream: true })).text);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  });

  it('counts tokens with the template and the tokenizer of the model', async () => {
    runner.reply = ({ path }) => ({
      json: path === '/apply-template' ? { prompt: '<user>Say hello' } : { tokens: [1, 2, 3] },
    });
    const answer = await post(question, '/anthropic/v1/messages/count_tokens');
    expect(answered(answer.text)).toEqual({ input_tokens: 3 });
    expect(runner.asked.map(({ path }) => path)).toEqual(['/apply-template', '/tokenize']);
    expect(runner.asked[1]?.body).toMatchObject({ content: '<user>Say hello', add_special: true, parse_special: true });
  });

  it.each<[AppError, number, string]>([
    [new AppError('request.unauthorized', 'No key.'), 401, 'authentication_error'],
    [new AppError('model.not_found', 'No model.'), 404, 'not_found_error'],
    [new AppError('inference.queue_full', 'Full.', { params: { retryAfterSeconds: 3 } }), 529, 'overloaded_error'],
    [new AppError('inference.out_of_memory', 'No room.'), 529, 'overloaded_error'],
    [new AppError('inference.timeout', 'Late.'), 504, 'timeout_error'],
    [new AppError('backend.failed', 'Broken.'), 500, 'api_error'],
    [new AppError('inference.context_overflow', 'Too long.'), 400, 'invalid_request_error'],
  ])('answers %s with %i %s', async (error, status, type) => {
    api.inference.onAcquire = () => {
      throw error;
    };
    for (const stream of [false, true]) {
      const answer = await post({ ...question, stream });
      expect(answer.status).toBe(status);
      expect(answered(answer.text)).toEqual({
        type: 'error',
        error: { type, message: error.message },
        request_id: answer.headers['request-id'],
      });
      if (status === 529) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  it('refuses what cannot be read, in its own shape', async () => {
    expect((await post('{"model":')).status).toBe(400);
    expect(answered((await post('[]')).text)).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error' },
    });
    const large = await post(' '.repeat(11 * 1024 * 1024));
    expect(large.status).toBe(413);
    expect(answered(large.text)).toMatchObject({ error: { type: 'request_too_large' } });
    expect((await post(question, '/engines/nobackend/v1/messages')).status).toBe(404);
    const deep = `{"model":"m","messages":[],"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect((await post(deep)).status).toBe(400);
    expect((await post('{"model":"m","messages":[{"role":"user","content":"\\ud800"}]}')).status).toBe(400);
    expect((await post(`{"model":"m","messages":[${'5,'.repeat(4_000_000)}5]}`)).status).toBe(400);
    const lost = await api.ask('/anthropic/v1/batches');
    expect(lost.status).toBe(404);
    expect(answered(lost.text)).toMatchObject({ error: { type: 'not_found_error' } });
  });

  it('takes very long conversations', async () => {
    const turn = { role: 'user', content: Array.from({ length: 30_000 }, () => ({ type: 'text', text: '' })) };
    expect((await post({ ...question, messages: [turn, turn] })).status).toBe(200);
  });

  it('counts what a model reads in words where its template knows no tools', async () => {
    runner.caps = { supports_tools: false, supports_tool_calls: false };
    runner.reply = ({ path }) => ({ json: path === '/apply-template' ? { prompt: 'x' } : { tokens: [1] } });
    const tools = [{ name: 'weather', input_schema: { type: 'object', properties: {} } }];
    await post({ ...question, tools }, '/anthropic/v1/messages/count_tokens');
    expect(JSON.stringify(runner.asked[0]?.body['messages'])).toContain('weather');
    expect(runner.asked[0]?.body).not.toHaveProperty('tools');
  });

  it('passes on what a request wants of its runner', async () => {
    const answer = await post({ ...question, keep_alive: '10m', context_size: 512 });
    expect(answer.headers['x-gantry-ignored']).toBeUndefined();
    expect(api.inference.acquired.at(-1)).toMatchObject({ keepAliveMs: 600_000, contextSize: 512 });
    expect((await post({ ...question, keep_alive: 'soon' })).status).toBe(400);
  });

  it('says which parameters had no effect', async () => {
    const answer = await post({ ...question, context_management: {}, cache_control: {} });
    expect(answer.headers['x-gantry-ignored']).toBe('context_management');
  });

  it('lists models page by page, and shows one', async () => {
    const one = { type: 'model', id: 'docker.io/ai/smollm2:latest', display_name: 'ai/smollm2:latest' };
    const list = answered((await api.ask('/anthropic/v1/models')).text);
    expect(list).toMatchObject({ data: [one], has_more: false, first_id: one.id, last_id: one.id });
    expect(answered((await api.ask('/anthropic/v1/models/ai%2Fsmollm2')).text)).toMatchObject(one);
    expect((await api.ask('/anthropic/v1/models/ai%2Fnothing')).status).toBe(404);
    expect((await api.ask('/anthropic/v1/models?limit=0')).status).toBe(400);
    expect((await api.ask('/anthropic/v1/models?after_id=x')).status).toBe(400);
  });
});
