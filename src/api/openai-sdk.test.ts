import type { IncomingMessage, ServerResponse } from 'node:http';
import OpenAI, { APIError, APIUserAbortError, BadRequestError, NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, deferred } from '#core';
import { startApi, type ApiUnderTest } from './testing/api-under-test.ts';

const chunk = (content: string): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

/** A runner that answers like llama.cpp, as far as the SDK looks. */
function createRunner(left: () => void) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const body = JSON.parse(text) as { stream?: boolean; messages?: { content: string }[] };
      const wanted = body.messages?.[0]?.content;
      if (wanted === 'overflow') {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(
          '{"error":{"code":400,"message":"too long","type":"exceed_context_size_error","n_prompt_tokens":9,"n_ctx":8}}',
        );
      } else if (body.stream) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(chunk('Hel'));
        if (wanted === 'die') setImmediate(() => request.socket.destroy());
        else if (wanted === 'endless') response.once('close', left);
        else response.end(`${chunk('lo')}data: [DONE]\n\n`);
      } else {
        response.writeHead(200, { 'content-type': 'application/json' });
        const message = { role: 'assistant', content: 'Hello' };
        response.end(
          JSON.stringify(
            request.url === '/v1/embeddings'
              ? {
                  object: 'list',
                  data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }],
                  model: 'm',
                  usage: {},
                }
              : {
                  id: 'c',
                  object: 'x',
                  created: 1,
                  model: 'm',
                  choices: [{ index: 0, message, text: 'Hello', finish_reason: 'stop' }],
                },
          ),
        );
      }
    });
  };
}

describe.each(['/engines/v1', '/v1', '/engines/llama.cpp/v1', '/exp/vDD4.40/engines/v1'])(
  'the official OpenAI client at %s',
  (prefix) => {
    let api: ApiUnderTest;
    let openai: OpenAI;
    const left = deferred<void>();
    const say = (content: string) => ({ model: 'ai/smollm2', messages: [{ role: 'user' as const, content }] });

    beforeAll(async () => {
      api = await startApi();
      await api.runner(createRunner(() => left.resolve()));
      openai = new OpenAI({ baseURL: api.url + prefix, apiKey: 'none', maxRetries: 0 });
    });
    afterAll(() => api[Symbol.asyncDispose]());

    it('chats', async () => {
      const answer = await openai.chat.completions.create(say('hi'));
      expect(answer.choices[0]?.message.content).toBe('Hello');
      expect(answer._request_id).toMatch(/^[\w-]{36}$/);
    });

    it('streams', async () => {
      let text = '';
      for await (const part of await openai.chat.completions.create({ ...say('hi'), stream: true })) {
        text += part.choices[0]?.delta.content ?? '';
      }
      expect(text).toBe('Hello');
    });

    it('completes and embeds', async () => {
      expect((await openai.completions.create({ model: 'm', prompt: 'hi' })).choices[0]?.text).toBe('Hello');
      const { data } = await openai.embeddings.create({ model: 'm', input: ['hi'], encoding_format: 'float' });
      expect(data[0]?.embedding).toEqual([0.5, 0.25]);
    });

    it('lists models and finds one', async () => {
      const ids: string[] = [];
      for await (const model of openai.models.list()) ids.push(model.id);
      expect(ids).toEqual(['docker.io/ai/smollm2:latest']);
      expect((await openai.models.retrieve('docker.io/ai/smollm2:latest')).owned_by).toBe('docker');
    });

    it('understands our errors', async () => {
      await expect(openai.models.retrieve('ai/missing')).rejects.toMatchObject({
        status: 404,
        code: 'model_not_found',
      });
      await expect(openai.models.retrieve('ai/missing')).rejects.toBeInstanceOf(NotFoundError);
      await expect(openai.chat.completions.create(say('overflow'))).rejects.toMatchObject({
        status: 400,
        code: 'context_length_exceeded',
        type: 'invalid_request_error',
        param: 'messages',
      });
      const wrong = openai.chat.completions.create({ ...say('hi'), temperature: 'hot' as unknown as number });
      await expect(wrong).rejects.toBeInstanceOf(BadRequestError);
    });

    it('throws when the runner dies mid-answer, after what had come', async () => {
      const parts: string[] = [];
      const read = async (): Promise<void> => {
        for await (const part of await openai.chat.completions.create({ ...say('die'), stream: true })) {
          parts.push(part.choices[0]?.delta.content ?? '');
        }
      };
      await expect(read()).rejects.toBeInstanceOf(APIError);
      expect(parts).toEqual(['Hel']);
    });

    it('aborts, and the runner hears of it', async () => {
      const controller = new AbortController();
      const answer = await openai.chat.completions.create(
        { ...say('endless'), stream: true },
        { signal: controller.signal },
      );
      for await (const part of answer) {
        expect(part.choices[0]?.delta.content).toBe('Hel');
        controller.abort();
      }
      await left.promise;
    });

    it('aborts while the model loads', async () => {
      const controller = new AbortController();
      api.inference.onAcquire = ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new AppError('request.aborted', 'left')));
          controller.abort();
        });
      const answer = openai.chat.completions.create(say('hi'), { signal: controller.signal });
      await expect(answer).rejects.toBeInstanceOf(APIUserAbortError);
      api.inference.onAcquire = () => undefined;
      await api.api.drained();
    });
  },
);
