import Anthropic, { BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psBody } from '#contract';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe("Anthropic's official SDK against the real daemon", () => {
  let started: ModelDaemon;
  beforeAll(async () => {
    started = await startModelDaemon();
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip) context.skip(started.skip);
  });

  const client = (path = '/anthropic'): Anthropic =>
    new Anthropic({ baseURL: `${started.url}${path}`, apiKey: 'not-needed', maxRetries: 0 });
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Name one animal.' }];
  const weather: Anthropic.Tool = {
    name: 'get_weather',
    description: 'The weather in a city',
    input_schema: {
      type: 'object',
      properties: { city: { enum: ['Paris', 'London'] } },
      required: ['city'],
      additionalProperties: false,
    },
  };

  it.each(['/anthropic', '', '/engines', '/engines/llama.cpp'])('creates a message at %s', async (path) => {
    const message = await client(path).messages.create({ model: started.model, max_tokens: 16, messages });
    expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_sequence: null });
    expect(message.content[0]).toMatchObject({ type: 'text', text: expect.stringMatching(/\w/) as string });
    expect(message.usage.output_tokens).toBeGreaterThan(0);
    expect(message._request_id).toMatch(/^[\w-]{36}$/);
  });

  it('says that max_tokens or a stop sequence ended it', async () => {
    const cut = await client().messages.create({ model: started.model, max_tokens: 4, messages });
    expect(cut.stop_reason).toBe('max_tokens');
    const stopped = await client().messages.create({
      model: started.model,
      max_tokens: 200,
      stop_sequences: ['.', ',', ' '],
      messages: [{ role: 'user', content: 'Write a long sentence about the sea.' }],
    });
    expect(stopped.stop_reason).toBe('stop_sequence');
    expect(['.', ',', ' ']).toContain(stopped.stop_sequence);
  });

  it('streams, and the helper puts the same message together as a whole answer', async () => {
    const asked = { model: started.model, max_tokens: 24, temperature: 0, messages };
    const stream = client().messages.stream(asked);
    const seen: string[] = [];
    let text = '';
    stream.on('text', (delta) => (text += delta));
    for await (const event of stream) seen.push(event.type);
    const message = await stream.finalMessage();
    expect(seen[0]).toBe('message_start');
    expect(seen.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    expect(message.content).toEqual([expect.objectContaining({ type: 'text', text })]);
    const whole = await client().messages.create(asked);
    expect(whole.content[0]).toMatchObject({ text });
    const tokens = ({ usage }: Anthropic.Message): number => usage.input_tokens + (usage.cache_read_input_tokens ?? 0);
    expect(tokens(message)).toBe(tokens(whole));
    expect(message.usage.output_tokens).toBe(whole.usage.output_tokens);
  });

  it('calls a tool when it must, streamed or not, with input that fits its schema', async () => {
    const asked = {
      model: started.model,
      max_tokens: 200,
      tools: [weather],
      tool_choice: { type: 'any' as const },
      messages: [{ role: 'user' as const, content: 'How is the weather in Paris?' }],
    };
    const message = await client().messages.create(asked);
    const streamed = await client().messages.stream(asked).finalMessage();
    for (const { content, stop_reason } of [message, streamed]) {
      expect(stop_reason).toBe('tool_use');
      const [call] = content;
      expect(call).toMatchObject({ type: 'tool_use', name: 'get_weather' });
      const { city } = (call as Anthropic.ToolUseBlock).input as { city: unknown };
      expect(['Paris', 'London']).toContain(city);
    }
    const [call] = message.content as Anthropic.ToolUseBlock[];
    const result: Anthropic.ToolResultBlockParam = {
      type: 'tool_result',
      tool_use_id: call?.id ?? '',
      content: [{ type: 'text', text: '21 degrees and sunny' }],
    };
    const answer = await client().messages.create({
      model: started.model,
      max_tokens: 24,
      tools: [weather],
      tool_choice: { type: 'none' },
      messages: [
        ...asked.messages,
        { role: 'assistant', content: message.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(answer.content[0]?.type).toBe('text');
  });

  it('answers in the form of a schema', async () => {
    const schema = {
      type: 'object',
      properties: { animal: { enum: ['cat', 'spider'] }, legs: { type: 'integer', minimum: 0, maximum: 8 } },
      required: ['animal', 'legs'],
      additionalProperties: false,
    };
    const { content } = await client().messages.create({
      model: started.model,
      max_tokens: 100,
      messages,
      output_config: { format: { type: 'json_schema', schema } },
    });
    const [block] = content;
    const { animal, legs } = JSON.parse(block?.type === 'text' ? block.text : '') as { animal: unknown; legs: number };
    expect(['cat', 'spider']).toContain(animal);
    expect(legs).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['a question', {}],
    ['a question with tools, which the model reads as words', { tools: [weather], system: 'Be brief.' }],
  ])('counts the tokens that %s really has', async (_name, extra) => {
    const asked = { model: started.model, messages, ...extra };
    const { input_tokens: counted } = await client().messages.countTokens(asked);
    const { usage } = await client().messages.create({ ...asked, max_tokens: 1 });
    expect(counted).toBe(usage.input_tokens + (usage.cache_read_input_tokens ?? 0));
  });

  it('lists models and shows one', async () => {
    const ids: string[] = [];
    for await (const model of client().models.list({ limit: 1 })) ids.push(model.id);
    expect(ids).toEqual([`docker.io/${started.model}`]);
    expect(await client().models.retrieve(started.model)).toMatchObject({ type: 'model', id: ids[0] });
  });

  it('gets typed errors', async () => {
    const failure = async (params: Partial<Anthropic.MessageCreateParamsNonStreaming>): Promise<unknown> =>
      await client()
        .messages.create({ model: started.model, max_tokens: 8, messages, ...params })
        .catch((error: unknown) => error);
    const missing = await failure({ model: 'ai/not-here' });
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing).toMatchObject({ status: 404, type: 'not_found_error', requestID: expect.any(String) as string });
    expect(await failure({ messages: [] })).toBeInstanceOf(BadRequestError);
    const long = await failure({ messages: [{ role: 'user', content: 'word '.repeat(60_000) }] });
    expect(long).toMatchObject({ status: 400, type: 'invalid_request_error' });
    expect((long as Error).message).toContain('context');
  });

  it('answers a request as Claude Code sends it', async () => {
    const cached = { type: 'ephemeral' };
    const answer = await fetch(`${started.url}/anthropic/v1/messages?beta=true`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer none',
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'claude-code-20250219,interleaved-thinking-2025-05-14',
      },
      body: JSON.stringify({
        model: started.model,
        max_tokens: 16,
        stream: true,
        system: [{ type: 'text', text: 'You are a helper.', cache_control: cached }],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'hi', cache_control: cached }] }],
        tools: [{ ...weather, cache_control: cached, eager_input_streaming: true }],
        metadata: { user_id: 'me' },
        thinking: { type: 'adaptive' },
        output_config: { effort: 'high' },
        context_management: { edits: [{ type: 'clear_thinking_20251015' }] },
      }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-gantry-ignored')).toBe('context_management');
    const text = await answer.text();
    expect(text).toContain('event: message_start');
    expect(text).toContain('event: message_stop');
  });

  it('aborts, and the place in the runner is free again', async () => {
    const stream = client().messages.stream({
      model: started.model,
      max_tokens: 2000,
      messages: [{ role: 'user', content: 'Write a long story.' }],
    });
    stream.on('text', () => stream.abort());
    await expect(stream.done()).rejects.toThrow('aborted');
    await expect
      .poll(async () => psBody.parse(await (await fetch(`${started.url}/engines/ps`)).json())[0]?.active_requests ?? 0)
      .toBe(0);
  });
});
