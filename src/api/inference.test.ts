import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, deferred } from '#core';
import { createManualClock } from '#testing';
import { startApi, type ApiUnderTest, type UnderTestOptions } from './testing/api-under-test.ts';

const chat = (extra: object = {}): string =>
  JSON.stringify({ model: 'ai/smollm2', messages: [{ role: 'user', content: 'hi' }], ...extra });
const event = (text: string): string => `data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`;
const errorOf = (text: string): { code: string; message: string; param: string | null; hint?: string } =>
  (JSON.parse(text) as { error: { code: string; message: string; param: string | null } }).error;

describe('inference through the API', () => {
  let api: ApiUnderTest;
  const start = async (options: UnderTestOptions = {}): Promise<void> => {
    await api[Symbol.asyncDispose]();
    api = await startApi(options);
  };
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(async () => {
    expect(api.inference.leased).toBe(0);
    await api[Symbol.asyncDispose]();
  });
  const post = (body: string | Buffer, headers: Record<string, string> = {}, path = '/v1/chat/completions') =>
    api.ask(path, { method: 'POST', body, headers });

  /** A streaming client whose answer is read by hand. */
  async function stream(body: string): Promise<{ answer: IncomingMessage; next(): Promise<string>; leave(): void }> {
    const outgoing = httpRequest({
      port: api.port,
      host: '127.0.0.1',
      path: '/v1/chat/completions',
      method: 'POST',
      agent: false,
    });
    outgoing.on('error', () => undefined);
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    answer.setEncoding('utf8').on('error', () => undefined);
    return {
      answer,
      next: async () => {
        const ready = answer.read() as string | null;
        if (ready !== null) return ready;
        await once(answer, 'readable');
        return (answer.read() as string | null) ?? '';
      },
      leave: () => outgoing.destroy(),
    };
  }

  it('passes the body on byte for byte and the answer back unchanged', async () => {
    const body = `{ "model":"ai/smollm2",  "messages":[{"role":"user","content":"\\u00e9 ünï"}],"temperature":0.5 }`;
    const seen: string[] = [];
    await api.runner((request, response) => {
      request.setEncoding('utf8').on('data', (part: string) => seen.push(part));
      request.on('end', () => {
        seen.push(request.url ?? '', JSON.stringify(request.headers));
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'access-control-allow-origin': '*',
          server: 'llama.cpp',
        });
        response.end('{"ok" : true}');
      });
    });
    const answer = await post(
      body,
      { authorization: 'Bearer secret', 'x-request-id': 'my-id' },
      '/engines/llama.cpp/v1/chat/completions?a=b',
    );
    expect(answer).toMatchObject({ status: 200, text: '{"ok" : true}' });
    expect(answer.headers).toMatchObject({ 'x-request-id': 'my-id', server: 'llama.cpp', 'content-length': '13' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(seen[0]).toBe(body);
    expect(seen[1]).toBe('/v1/chat/completions');
    expect(seen[2]).not.toContain('secret');
  });

  it('hands each event to the client before the next one exists', async () => {
    const steps = [deferred<void>(), deferred<void>()];
    const serveSteps = async (response: ServerResponse): Promise<void> => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('one'));
      await steps[0]?.promise;
      response.write(event('two'));
      await steps[1]?.promise;
      response.end('data: [DONE]\n\n');
    };
    await api.runner((_request, response) => void serveSteps(response));
    const client = await stream(chat({ stream: true }));
    expect(await client.next()).toBe(event('one'));
    steps[0]?.resolve();
    expect(await client.next()).toBe(event('two'));
    steps[1]?.resolve();
    expect(await client.next()).toBe('data: [DONE]\n\n');
    await once(client.answer, 'end');
  });

  it('breaks off the runner’s work when the client leaves mid-answer, and frees the place', async () => {
    const broken = deferred<void>();
    await api.runner((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('one'));
      response.once('close', () => broken.resolve());
    });
    const client = await stream(chat({ stream: true }));
    await client.next();
    client.leave();
    await broken.promise;
    await api.api.drained();
  });

  it('breaks off a runner that has not answered yet when the client leaves', async () => {
    const [asked, broken] = [deferred<void>(), deferred<void>()];
    await api.runner((_request, response) => {
      response.once('close', () => broken.resolve());
      asked.resolve();
    });
    const outgoing = httpRequest({
      port: api.port,
      host: '127.0.0.1',
      path: '/v1/chat/completions',
      method: 'POST',
      agent: false,
    });
    outgoing.on('error', () => undefined);
    outgoing.end(chat());
    await asked.promise;
    outgoing.destroy();
    await broken.promise;
    await api.api.drained();
  });

  it('leaves the queue when the client does', async () => {
    const [waiting, left] = [deferred<void>(), deferred<void>()];
    api.inference.onAcquire = ({ signal }) =>
      new Promise((_resolve, reject) => {
        waiting.resolve();
        signal.addEventListener('abort', () => {
          left.resolve();
          reject(signal.reason as Error);
        });
      });
    const outgoing = httpRequest({
      port: api.port,
      host: '127.0.0.1',
      path: '/v1/chat/completions',
      method: 'POST',
      agent: false,
    });
    outgoing.on('error', () => undefined);
    outgoing.end(chat());
    await waiting.promise;
    outgoing.destroy();
    await left.promise;
    await api.api.drained();
  });

  describe('when the runner dies', () => {
    it('before it answered, asks a fresh one, once', async () => {
      let asked = 0;
      await api.runner((request, response) => {
        asked += 1;
        if (asked === 1) request.socket.destroy();
        else response.writeHead(200, { 'content-type': 'application/json' }).end('{"second":true}');
      });
      expect(await post(chat())).toMatchObject({ status: 200, text: '{"second":true}' });
      expect(api.inference.acquired).toHaveLength(2);
    });

    it('twice before it answered, says so', async () => {
      await api.runner((request) => request.socket.destroy());
      const answer = await post(chat());
      expect(answer.status).toBe(502);
      expect(errorOf(answer.text)).toMatchObject({ code: 'backend.crashed', hint: expect.any(String) });
      expect(api.inference.acquired).toHaveLength(2);
    });

    it('in the middle of a stream, ends it with an error event that no half event precedes', async () => {
      await api.runner((request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`${event('one')}data: {"choices":[{"del`);
        setImmediate(() => request.socket.destroy());
      });
      const answer = await post(chat({ stream: true }));
      expect(answer.status).toBe(200);
      const [first, second, rest] = answer.text.split('\n\n');
      expect(`${first}\n\n`).toBe(event('one'));
      expect(errorOf((second ?? '').replace('data: ', ''))).toMatchObject({ code: 'backend.crashed' });
      expect(rest).toBe('');
    });

    it('in the middle of a whole answer, gives 502 and not half an answer', async () => {
      await api.runner((request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
        response.write('{"half":');
        setImmediate(() => request.socket.destroy());
      });
      const answer = await post(chat());
      expect(answer.status).toBe(502);
      expect(errorOf(answer.text).code).toBe('backend.crashed');
    });

    it('as the scheduler knows first, ends the stream too', async () => {
      await api.runner((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event('one'));
      });
      const client = await stream(chat({ stream: true }));
      expect(await client.next()).toBe(event('one'));
      api.inference.lose();
      expect(await client.next()).toContain('backend.crashed');
    });
  });

  describe('while the model loads', () => {
    it('keeps a streaming client with comments from the tenth second on, and ends with an error event', async () => {
      const clock = createManualClock();
      await start({ clock });
      const [waiting, fail] = [deferred<void>(), deferred<void>()];
      api.inference.onAcquire = async () => {
        waiting.resolve();
        await fail.promise;
        throw new AppError('inference.out_of_memory', 'Too large.', { hint: 'Take a smaller model.' });
      };
      const opened = stream(chat({ stream: true }));
      await waiting.promise;
      clock.advance(10_000);
      const client = await opened;
      expect(client.answer.statusCode).toBe(200);
      expect(await client.next()).toBe(': waiting for the model\n\n');
      clock.advance(10_000);
      expect(await client.next()).toBe(': waiting for the model\n\n');
      fail.resolve();
      expect(errorOf((await client.next()).replace('data: ', ''))).toMatchObject({ code: 'inference.out_of_memory' });
      await once(client.answer, 'end');
    });

    it('keeps real statuses for what fails before that', async () => {
      api.inference.onAcquire = () => {
        throw new AppError('inference.queue_full', 'The queue is full.', {
          params: { position: 9, retryAfterSeconds: 3 },
        });
      };
      const answer = await post(chat({ stream: true }));
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('3');
      const ours = await post(chat(), { accept: 'application/vnd.gantry+json' });
      expect(JSON.parse(ours.text)).toMatchObject({ error: { code: 'inference.queue_full', params: { position: 9 } } });
    });
  });

  it('loads without asking anything when only a preload is wanted', async () => {
    const answer = await post('{"model":"ai/smollm2","messages":[],"stream":false}', { 'x-preload-only': 'true' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(api.inference.acquired).toMatchObject([{ model: 'ai/smollm2', mode: 'completion' }]);
  });

  it('asks for an embedding runner for embeddings', async () => {
    await api.runner((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    await post('{"model":"m","input":"x"}', {}, '/engines/v1/embeddings');
    expect(api.inference.acquired).toMatchObject([{ model: 'm', mode: 'embedding' }]);
  });

  it('says that a model is missing, in OpenAI’s words, with what to do', async () => {
    api.inference.onAcquire = () => {
      throw new AppError('model.not_found', 'No model named ai/missing.');
    };
    const answer = await post(chat());
    expect(answer.status).toBe(404);
    expect(errorOf(answer.text)).toMatchObject({ code: 'model_not_found', hint: expect.stringContaining('pull') });
  });

  it('turns the engine’s overflow into OpenAI’s', async () => {
    await api.runner((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        '{"error":{"code":400,"message":"request (9031 tokens) exceeds the available context size (8192 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9031,"n_ctx":8192}}',
      );
    });
    const answer = await post(chat());
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text)).toMatchObject({
      code: 'context_length_exceeded',
      param: 'messages',
      message: 'The request has 9031 tokens, but the context of this model holds 8192.',
    });
  });

  it.each([
    [400, '{"error":{"code":400,"message":"bad grammar","type":"invalid_request_error"}}', 400, 'bad grammar'],
    [500, 'Internal\nmore', 500, 'Internal'],
    [
      501,
      '{"error":{"message":"This server does not support embeddings.","type":"not_supported_error"}}',
      400,
      'This server does not support embeddings.',
    ],
    [500, '', 500, "The model's server answered with status 500."],
    [
      500,
      '{"error":{"message":"Failed to parse messages: [json.exception.type_error.302] type must be string, but is number"}}',
      400,
      "The model's server cannot read messages: type must be string, but is number",
    ],
    [
      500,
      '{"error":{"message":"vector::_M_range_check: __n (which is 99999) >= this->size() (which is 49152)"}}',
      400,
      "The model's server cannot read messages: a number in it is out of range",
    ],
  ])('puts an engine’s %i into OpenAI’s shape', async (...row) => {
    const [status, body, expected, message] = row;
    await api.runner((_request, response) => response.writeHead(status).end(body));
    const answer = await post(chat());
    expect(answer.status).toBe(expected);
    expect(errorOf(answer.text).message).toBe(message);
  });

  it('never drops a parameter silently: unknown ones are named, impossible ones refused', async () => {
    await api.runner((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    const answer = await post(
      chat({ user: 'me', store: true, temperature: 1, logit_bias: {}, 'bad\nname': 1, min_p: null }),
    );
    expect(answer.headers['x-gantry-ignored']).toBe('user, store, bad_name');
    for (const [name, value] of [
      ['modalities', ['audio']],
      ['functions', []],
      ['web_search_options', {}],
    ] as const) {
      const refused = await post(chat({ [name]: value }));
      expect(refused.status).toBe(400);
      expect(errorOf(refused.text)).toMatchObject({ param: name, code: 'request.invalid' });
    }
  });

  it('survives a slow reader without keeping the whole answer in memory', async () => {
    const big = event('x'.repeat(60_000));
    let refused = false;
    const done = deferred<void>();
    const flood = async (response: ServerResponse): Promise<void> => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let count = 0; count < 500; count += 1) {
        if (!response.write(big)) {
          refused = true;
          await once(response, 'drain');
        }
      }
      response.end();
      done.resolve();
    };
    await api.runner((_request, response) => void flood(response));
    const client = await stream(chat({ stream: true }));
    let received = 0;
    for await (const part of client.answer) received += (part as string).length;
    await done.promise;
    expect(refused).toBe(true);
    expect(received).toBe(big.length * 500);
  });
});
