import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
