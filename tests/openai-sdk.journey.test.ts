import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psBody } from '#contract';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('the official OpenAI SDK against the real daemon', () => {
  let started: ModelDaemon;
  beforeAll(async () => {
    started = await startModelDaemon();
  });
  afterAll(() => started.stop());

  describe.each(['/engines/v1', '/v1', '/engines/llama.cpp/v1', '/exp/vDD4.40/engines/v1'])('at %s', (path) => {
    const client = (): OpenAI => new OpenAI({ baseURL: `${started.url}${path}`, apiKey: 'not-needed', maxRetries: 0 });
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Name one animal.' }];

    it('chats', async (context) => {
      if (started.skip) context.skip(started.skip);
      const answer = await client().chat.completions.create({ model: started.model, messages, max_tokens: 16 });
      expect(answer.choices[0]?.message.content).toBeTruthy();
      expect(answer.usage?.completion_tokens).toBeGreaterThan(0);
    });

    it('streams with usage', async (context) => {
      if (started.skip) context.skip(started.skip);
      const stream = await client().chat.completions.create({
        model: started.model,
        messages,
        max_tokens: 16,
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = '';
      let usage: OpenAI.CompletionUsage | null | undefined;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        usage = chunk.usage ?? usage;
      }
      expect(text).not.toBe('');
      expect(usage?.total_tokens).toBeGreaterThan(0);
    });

    it('completes plain text', async (context) => {
      if (started.skip) context.skip(started.skip);
      const answer = await client().completions.create({
        model: started.model,
        prompt: 'Once upon a time',
        max_tokens: 8,
      });
      expect(answer.choices[0]?.text).toBeTruthy();
    });

    it('lists models and shows one', async (context) => {
      if (started.skip) context.skip(started.skip);
      const models = await client().models.list();
      const [first] = models.data;
      expect(first?.object).toBe('model');
      expect(await client().models.retrieve(first?.id ?? '')).toMatchObject({ id: first?.id });
    });

    it('gets typed errors', async (context) => {
      if (started.skip) context.skip(started.skip);
      await expect(client().chat.completions.create({ model: 'ai/not-here', messages })).rejects.toMatchObject({
        status: 404,
        code: 'model_not_found',
      });
      await expect(
        client().chat.completions.create({ model: started.model, messages: 'hello' as never }),
      ).rejects.toMatchObject({ status: 400 });
      const long = 'word '.repeat(60_000);
      await expect(
        client().chat.completions.create({ model: started.model, messages: [{ role: 'user', content: long }] }),
      ).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
    });

    it('aborts, and the place in the runner is free again', async (context) => {
      if (started.skip) context.skip(started.skip);
      const abort = new AbortController();
      const stream = await client().chat.completions.create(
        {
          model: started.model,
          messages: [{ role: 'user', content: 'Write a long story.' }],
          stream: true,
          max_tokens: 2000,
        },
        { signal: abort.signal },
      );
      await expect(
        (async () => {
          for await (const chunk of stream) if (chunk.choices[0]?.delta.content) abort.abort();
          // The SDK ends an aborted stream quietly.
          abort.signal.throwIfAborted();
        })(),
      ).rejects.toThrow();
      await expect
        .poll(
          async () => psBody.parse(await (await fetch(`${started.url}/engines/ps`)).json())[0]?.active_requests ?? 0,
        )
        .toBe(0);
    });
  });

  describe('beyond words', () => {
    const client = (): OpenAI => new OpenAI({ baseURL: `${started.url}/v1`, apiKey: 'not-needed', maxRetries: 0 });
    const parameters = { type: 'object', properties: { city: { type: 'string', maxLength: 30 } }, required: ['city'] };
    const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'weather', parameters } }];
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Weather in Paris?' }];

    it('gathers a streamed call as its own helper does', async (context) => {
      if (started.skip) context.skip(started.skip);
      const stream = client().chat.completions.stream({
        model: started.model,
        messages,
        tools,
        tool_choice: 'required',
      });
      const { choices } = await stream.finalChatCompletion();
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      const [call] = choices[0]?.message.tool_calls ?? [];
      expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toMatchObject({
        city: expect.any(String),
      });
    });

    it('parses JSON of a schema', async (context) => {
      if (started.skip) context.skip(started.skip);
      const schema = { type: 'object', properties: { tame: { type: 'boolean' } }, required: ['tame'] };
      const answer = await client().chat.completions.parse({
        model: started.model,
        messages: [{ role: 'user', content: 'Is a cat tame?' }],
        response_format: { type: 'json_schema', json_schema: { name: 'animal', schema, strict: true } },
      });
      expect(answer.choices[0]?.message.parsed).toMatchObject({ tame: expect.any(Boolean) });
    });
  });
});

describe('the official OpenAI SDK with a model that makes embeddings', () => {
  let started: ModelDaemon;
  beforeAll(async () => {
    const settings = 'modelSettings:\n  test/smollm2:135m:\n    runtimeFlags: ["--pooling", "mean"]\n';
    started = await startModelDaemon({}, { settings });
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip !== undefined) context.skip(started.skip);
  });

  it.each(['float', 'base64'] as const)('embeds as %s', async (encoding) => {
    const client = new OpenAI({ baseURL: `${started.url}/engines/v1`, apiKey: 'not-needed', maxRetries: 0 });
    const { data, usage } = await client.embeddings.create({
      model: started.model,
      input: ['a cat', 'a dog'],
      encoding_format: encoding,
    });
    expect(data.map(({ index }) => index)).toEqual([0, 1]);
    expect(data[0]?.embedding).toHaveLength(encoding === 'float' ? 576 : 3072);
    expect(usage.total_tokens).toBeGreaterThan(0);
  });
});
