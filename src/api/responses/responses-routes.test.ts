import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { startFakeRunner, streamedAnswer, wholeAnswer, type FakeRunner } from '../testing/fake-runner.ts';

interface Event {
  readonly type: string;
  readonly sequence_number: number;
  readonly response?: Record<string, unknown>;
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

describe("OpenAI's Responses API", () => {
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
  const question = { model: 'ai/smollm2', input: 'Say hello' };
  const post = (body: object | string, path = '/v1/responses') =>
    api.ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const parsed = (text: string): Record<string, unknown> & { id: string } =>
    JSON.parse(text) as Record<string, unknown> & { id: string };
  const create = async (body: object): Promise<Record<string, unknown> & { id: string }> => {
    const answer = await post(body);
    expect(answer.status, answer.text).toBe(200);
    return parsed(answer.text);
  };

  it.each([
    '/responses',
    '/v1/responses',
    '/engines/responses',
    '/engines/v1/responses',
    '/engines/llama.cpp/v1/responses',
  ])('answers at %s', async (path) => {
    const answer = await post({ ...question, max_output_tokens: 8, temperature: 0 }, path);
    expect(answer.status).toBe(200);
    const response = parsed(answer.text);
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_[0-9a-f]{24}$/) as string,
      object: 'response',
      model: 'ai/smollm2',
      status: 'completed',
      output: [
        {
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
        },
      ],
      output_text: 'Hello',
      error: null,
      incomplete_details: null,
      instructions: null,
      temperature: 0,
      max_output_tokens: 8,
      store: true,
      previous_response_id: null,
      usage: { input_tokens: 30, input_tokens_details: { cached_tokens: 10 }, output_tokens: 5, total_tokens: 35 },
    });
    expect(runner.asked[0]).toMatchObject({ path: '/v1/chat/completions', body: { max_tokens: 8, stream: false } });
    expect(parsed((await api.ask(`${path}/${response.id}`)).text)).toEqual(response);
  });

  it('continues a conversation with all of its turns, but not with old instructions', async () => {
    const tools = [{ type: 'function', name: 'weather' }];
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{}' } }];
    runner.reply = () => ({ json: wholeAnswer({ content: null, tool_calls }, { finish: 'tool_calls' }) });
    const first = await create({ ...question, instructions: 'Be brief.', tools });
    expect(first['output']).toMatchObject([{ type: 'function_call', call_id: 'a', name: 'weather', arguments: '{}' }]);
    runner.reply = () => ({ json: wholeAnswer({ content: 'Sunny' }) });
    const output = { type: 'function_call_output', call_id: 'a', output: 'sun' };
    const second = await create({ ...question, input: [output], previous_response_id: first.id });
    const third = await create({ ...question, input: 'Why?', previous_response_id: second.id, store: false });
    expect(runner.asked.at(-1)?.body['messages']).toEqual([
      { role: 'user', content: 'Say hello' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', name: 'weather', content: 'sun' },
      { role: 'assistant', content: 'Sunny' },
      { role: 'user', content: 'Why?' },
    ]);
    const items = parsed((await api.ask(`/v1/responses/${second.id}/input_items?order=asc`)).text);
    expect(items).toMatchObject({
      object: 'list',
      data: [{ type: 'message', role: 'user' }, { type: 'function_call' }, { type: 'function_call_output' }],
      has_more: false,
    });
    const page = parsed((await api.ask(`/v1/responses/${second.id}/input_items?limit=1`)).text);
    expect(page).toMatchObject({ data: [{ type: 'function_call_output' }], has_more: true });
    const next = await api.ask(`/v1/responses/${second.id}/input_items?limit=1&after=${String(page['last_id'])}`);
    expect(parsed(next.text)).toMatchObject({ data: [{ type: 'function_call' }], has_more: true });
    expect((await api.ask(`/v1/responses/${third.id}`)).status).toBe(404);
    expect((await post({ ...question, previous_response_id: third.id })).status).toBe(404);
  });

  it('deletes a response, and says what is not there', async () => {
    const { id } = await create(question);
    const gone = await api.ask(`/v1/responses/${id}`, { method: 'DELETE' });
    expect(parsed(gone.text)).toEqual({ id, object: 'response.deleted', deleted: true });
    for (const [method, path] of [
      ['GET', id],
      ['DELETE', id],
      ['GET', `${id}/input_items`],
      ['POST', `${id}/cancel`],
      ['GET', `${id}/nothing`],
      ['GET', ''],
    ] as const) {
      const answer = await api.ask(`/v1/responses/${path}`, { method });
      expect(answer.status).toBe(404);
      expect(parsed(answer.text)).toMatchObject({ error: { code: 'not_found' } });
    }
  });

  it('refuses to cancel, since nothing runs in the background', async () => {
    const { id } = await create(question);
    expect((await api.ask(`/v1/responses/${id}/cancel`, { method: 'POST' })).status).toBe(400);
  });

  it('says that an answer was cut off', async () => {
    runner.reply = () => ({ json: wholeAnswer({ content: 'Hel' }, { finish: 'length' }) });
    expect(await create(question)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
    });
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x' } }];
    runner.reply = () => ({ json: wholeAnswer({ tool_calls }, { finish: 'length' }) });
    const cut = await create(question);
    expect(cut['output']).toMatchObject([{ type: 'function_call', status: 'incomplete', arguments: '{"x' }]);
    await create({ ...question, previous_response_id: cut.id });
    expect(runner.asked.at(-1)?.body['messages']).toEqual([{ role: 'user', content: 'Say hello\nSay hello' }]);
  });

  it('streams the events in their order, one item for each call', async () => {
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
    const events = eventsOf((await post({ ...question, stream: true })).text);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_event, index) => index + 1));
    expect(events.map(({ type, output_index: index }) => [type.slice('response.'.length), index])).toEqual([
      ['created', undefined],
      ['in_progress', undefined],
      ['output_item.added', 0],
      ['content_part.added', 0],
      ['reasoning_text.delta', 0],
      ['reasoning_text.done', 0],
      ['content_part.done', 0],
      ['output_item.done', 0],
      ['output_item.added', 1],
      ['content_part.added', 1],
      ['output_text.delta', 1],
      ['output_text.delta', 1],
      ['output_text.done', 1],
      ['content_part.done', 1],
      ['output_item.done', 1],
      ['output_item.added', 2],
      ['function_call_arguments.delta', 2],
      ['function_call_arguments.delta', 2],
      ['function_call_arguments.done', 2],
      ['output_item.done', 2],
      ['output_item.added', 3],
      ['function_call_arguments.done', 3],
      ['output_item.done', 3],
      ['completed', undefined],
    ]);
    const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
    const last = events.at(-1)?.response;
    expect(last).toMatchObject({
      status: 'completed',
      output: done,
      output_text: 'Hello',
      usage: { input_tokens: 30, output_tokens: 5, total_tokens: 35 },
    });
    expect(done).toMatchObject([
      { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'Hm' }] },
      { type: 'message', content: [{ text: 'Hello' }] },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"x":1}' },
      { type: 'function_call', call_id: 'b', name: 'g', arguments: '{}' },
    ]);
    expect(parsed((await api.ask(`/v1/responses/${String(last?.['id'])}`)).text)).toEqual(last);
  });

  it('ends a stream whose runner dies with what failed, and keeps nothing of it', async () => {
    runner.reply = () => ({ chunks: streamedAnswer([{ content: 'Hel' }]).slice(0, 2), dies: true });
    const events = eventsOf((await post({ ...question, stream: true })).text);
    expect(events.slice(-2)).toMatchObject([
      { type: 'error', code: 'server_error' },
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
    ]);
    expect((await api.ask(`/v1/responses/${String(events.at(-1)?.response?.['id'])}`)).status).toBe(404);
  });

  it('answers a failure before the first event with its status', async () => {
    api.inference.onAcquire = () => {
      throw new AppError('inference.queue_full', 'Full.', { params: { retryAfterSeconds: 3 } });
    };
    for (const stream of [false, true]) {
      const answer = await post({ ...question, stream });
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('3');
      expect(parsed(answer.text)).toMatchObject({ error: { message: 'Full.', type: 'server_error' } });
    }
  });

  it('counts the tokens of a request', async () => {
    runner.reply = ({ path }) => ({ json: path === '/apply-template' ? { prompt: 'x' } : { tokens: [1, 2, 3] } });
    const answer = await post(question, '/v1/responses/input_tokens');
    expect(parsed(answer.text)).toEqual({ object: 'response.input_tokens', input_tokens: 3 });
  });

  it('passes on what a request wants of its runner', async () => {
    await create({ ...question, keep_alive: '10m', context_size: 512 });
    expect(api.inference.acquired.at(-1)).toMatchObject({ keepAliveMs: 600_000, contextSize: 512 });
  });

  it('takes items by reference', async () => {
    const { output } = await create(question);
    const [item] = output as { id: string }[];
    await create({
      ...question,
      input: [
        { type: 'item_reference', id: item?.id },
        { role: 'user', content: 'more' },
      ],
    });
    expect(runner.asked.at(-1)?.body['messages']).toMatchObject([{ role: 'assistant', content: 'Hello' }, {}]);
  });

  it('refuses what cannot be read, with the codes of docker/model-runner', async () => {
    const missing = await post({ input: 'Hello' });
    expect(missing.status).toBe(400);
    expect(parsed(missing.text)).toMatchObject({ error: { code: 'invalid_request', message: 'model is required' } });
    expect(parsed((await post('{"model":')).text)).toMatchObject({ error: { code: 'invalid_request' } });
    const large = await post(' '.repeat(11 * 1024 * 1024));
    expect(large.status).toBe(413);
    expect(parsed(large.text)).toMatchObject({ error: { code: 'request_too_large' } });
    expect((await post(question, '/engines/nobackend/v1/responses')).status).toBe(404);
    expect((await post(`{"model":"m","input":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).status).toBe(400);
    expect((await api.ask('/v1/responses/%zz')).status).toBe(400);
    expect((await post(`{"model":"m","input":[${'5,'.repeat(4_000_000)}5]}`)).status).toBe(400);
  });

  it('takes very long conversations', async () => {
    const part = { type: 'input_text', text: '' };
    const turn = { role: 'user', content: Array.from({ length: 30_000 }, () => part) };
    await create({ ...question, input: [turn, turn] });
  });
});
