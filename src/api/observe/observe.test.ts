import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestsBody } from '#contract';
import { silentLog, systemClock } from '#core';
import {
  createLogReader,
  createMetrics,
  createRecorder,
  createRequestStore,
  type Recorder,
  type Recording,
} from '#observe';
import { startApi, type ApiUnderTest, type Answer } from '../testing/api-under-test.ts';

const chunk = (content: string, more: object = {}): string =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }], ...more })}\n\n`;

describe('what the daemon tells about itself', () => {
  let folder: string;
  let world: ApiUnderTest;
  let recorder: Recorder;
  let recording: Recording;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-observe-'));
    recording = 'on';
    recorder = createRecorder({
      store: createRequestStore(join(folder, 'requests')),
      recording: () => recording,
      log: silentLog,
    });
    const logs = createLogReader({ folder: join(folder, 'logs'), clock: systemClock });
    world = await startApi({ observe: { recorder, metrics: createMetrics(), logs } });
    await world.runner((request, response) => {
      if (request.url === '/metrics') {
        response.end('# TYPE llamacpp:tokens_predicted_total counter\nllamacpp:tokens_predicted_total 5\n');
        return;
      }
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.once('end', () => {
        if (body.includes('"stream":true')) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(chunk('Hel'));
          response.write(
            chunk('lo', { timings: { cache_n: 1, prompt_n: 2, predicted_n: 2, predicted_per_second: 50 } }),
          );
          response.end('data: [DONE]\n\n');
          return;
        }
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ choices: [{ message: { content: 'Hi' } }], usage: { completion_tokens: 1 } }));
      });
    });
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const chat = (more: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    world.ask('/engines/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'ai/smollm2', messages: [{ role: 'user', content: 'x' }], ...more }),
    });
  /** Records are written after the answer; each is awaited by its event. */
  const recorded = async (act: () => Promise<unknown>, count = 1): Promise<void> => {
    let seen = 0;
    await new Promise<void>((resolve, reject) => {
      const stop = recorder.listen(() => {
        seen += 1;
        if (seen < count) return;
        stop();
        resolve();
      });
      act().catch(reject);
    });
  };
  const requests = async (query = ''): Promise<ReturnType<typeof requestsBody.parse>> =>
    requestsBody.parse(JSON.parse((await world.ask(`/engines/requests${query}`)).text));

  it('records a streamed answer as one object, without what proves who asked', async () => {
    await recorded(() => chat({ stream: true }, { authorization: 'Bearer topsecret', 'user-agent': 'me/1' }));
    const [entry] = await requests('?model=ai/smollm2');
    const record = entry?.records[0];
    expect(entry).toMatchObject({ count: 1, model: world.models.stored[0]?.id, config: {} });
    expect(record).toMatchObject({
      method: 'POST',
      url: '/engines/v1/chat/completions',
      status_code: 200,
      user_agent: 'me/1',
    });
    expect(JSON.parse(record?.request ?? '')).toMatchObject({ stream: true, messages: [{ content: 'x' }] });
    expect(JSON.parse(record?.response ?? '')).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'Hello' } }],
      timings: { predicted_n: 2 },
    });
    expect(JSON.stringify(entry)).not.toContain('topsecret');
  });

  it('records every API in its own words, and failures with their error', async () => {
    const ask = (path: string, body: object): Promise<Answer> =>
      world.ask(path, { method: 'POST', body: JSON.stringify({ model: 'ai/smollm2', ...body }) });
    const messages = [{ role: 'user', content: 'x' }];
    await recorded(async () => {
      await chat();
      await ask('/anthropic/v1/messages', { max_tokens: 5, messages, stream: true });
      await ask('/api/chat', { messages });
      await ask('/v1/responses', { input: 'x', stream: true });
      await chat({ messages: 7 });
    }, 5);
    const [entry] = await requests();
    const byUrl = new Map(entry?.records.map((record) => [`${record.url} ${record.status_code}`, record]));
    expect(byUrl.get('/engines/v1/chat/completions 200')?.response).toContain('"Hi"');
    expect(byUrl.get('/engines/v1/chat/completions 400')).toMatchObject({ error: 'request.invalid' });
    expect(byUrl.get('/anthropic/v1/messages 200')).toMatchObject({ origin: 'anthropic/messages' });
    expect(byUrl.get('/anthropic/v1/messages 200')?.response).toContain('"content":[{"type":"text","text":"Hello"}]');
    expect(byUrl.get('/api/chat 200')).toMatchObject({ origin: 'ollama/chat' });
    expect(byUrl.get('/api/chat 200')?.response).toContain('"content":"Hello"');
    expect(byUrl.get('/v1/responses 200')?.response).toContain('"status":"completed"');
  });

  it('knows nothing of models that are not here, and forgets when told to', async () => {
    await recorded(() => chat());
    expect(await requests('?model=ai/missing')).toEqual([]);
    expect(await requests('?model=..')).toEqual([]);
    expect((await world.ask('/engines/requests?model=ai/missing', { method: 'DELETE' })).status).toBe(204);
    expect(await requests()).toHaveLength(1);
    expect((await world.ask('/engines/requests', { method: 'DELETE' })).status).toBe(204);
    expect(await requests()).toEqual([]);
  });

  it('records nothing when that is off', async () => {
    recording = 'off';
    await chat();
    recording = 'metadata';
    await recorded(() => chat());
    const [entry] = await requests();
    expect(entry?.records).toHaveLength(1);
    expect(entry?.records[0]?.request).toBeUndefined();
  });

  it('tells each request to who follows, what was there before first if wanted', async () => {
    await recorded(() => chat());
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { accept: 'text/event-stream' };
      get(
        `${world.url}/engines/requests?include_existing=true&model=ai/smollm2`,
        { headers, agent: false },
        resolve,
      ).once('error', reject);
    });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    let text = '';
    for await (const part of answer.setEncoding('utf8') as AsyncIterable<string>) {
      const before = text;
      text += part;
      if (text.includes('connected') && !before.includes('connected')) await chat({ stream: true });
      if (text.includes('new_request') && text.endsWith('\n\n')) world.stopping.abort();
    }
    expect(text.match(/^event: .*$/gm)).toEqual(['event: existing_request', 'event: connected', 'event: new_request']);
    expect(text).toContain('data: {"status": "connected"}');
  });

  it('counts what it answers, and adds what runners count', async () => {
    expect((await world.ask('/metrics')).text).toMatch(/^# No active runners\n# HELP gantry_/);
    await recorded(() => chat({ stream: true }));
    world.inference.rows = [
      {
        id: 'r1',
        backend: 'llama.cpp',
        modelId: world.models.stored[0]?.id ?? ('' as never),
        modelName: 'ai/smollm2',
        mode: 'completion',
        state: 'ready',
        activeRequests: 0,
        queuedRequests: 0,
        lastUsed: 1,
        expiresAt: 2,
        keepAliveMs: 1,
        pid: 1,
        socket: world.inference.socket,
        estimatedBytes: 1,
        config: {
          mode: 'completion',
          contextSize: 1,
          parallel: 1,
          threads: 1,
          batchThreads: 1,
          runtimeFlags: [],
        },
      },
    ];
    const { text, headers } = await world.ask('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(
      /^# TYPE llamacpp:.*\nllamacpp:tokens_predicted_total\{backend="llama.cpp",model="ai\/smollm2",mode="completion"\} 5\n/,
    );
    const model = 'model="docker.io/ai/smollm2:latest"';
    expect(text).toContain('gantry_requests_total{api="openai",status="200"} 1\n');
    expect(text).toContain(`gantry_time_to_first_token_seconds_count{${model}} 1\n`);
    expect(text).toContain(`gantry_prompt_tokens_total{${model}} 3\n`);
    expect(text).toContain(`gantry_output_tokens_total{${model}} 2\n`);
    expect(text).toContain(`gantry_output_tokens_per_second_sum{${model}} 50\n`);
    world.inference.rows = world.inference.rows.map((row) => ({ ...row, socket: '/nowhere.sock' }));
    expect((await world.ask('/metrics')).text).toContain('gantry_runner_metrics_failures_total 1\n');
    expect((await world.ask('/metrics', { method: 'POST' })).status).toBe(405);
  });

  it('shows the logs, and refuses what is neither yes nor no', async () => {
    expect((await world.ask('/logs')).status).toBe(404);
    await mkdir(join(folder, 'logs'));
    await writeFile(
      join(folder, 'logs/gantry.log'),
      '{"time":"2026-01-02T03:04:05.000Z","level":"info","msg":"hello"}\n',
    );
    await writeFile(join(folder, 'logs/runner.log'), '2026-01-02T03:04:06.000Z ai/x: loaded\n');
    expect((await world.ask('/logs')).text).toMatch(/^\[2026-.*msg="hello"\n\[2026-.*ai\/x: loaded\n$/);
    expect((await world.ask('/logs?no-engines=1')).text).not.toContain('loaded');
    expect((await world.ask('/logs?follow=maybe')).status).toBe(400);
  });

  it('answers any query with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/engines/requests', '/logs', '/metrics'),
        fc.webQueryParameters(),
        fc.constantFrom('', 'model=', 'no-engines=', 'include_existing='),
        async (path, query, name) => {
          const { status } = await world.ask(`${path}?${name}${query}`);
          expect([200, 400, 404]).toContain(status);
        },
      ),
      { numRuns: 40 },
    );
  });
});
