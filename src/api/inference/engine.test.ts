import type { RequestListener, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { callBegin, callEnd, callHead } from './chat/call-grammar.ts';
import { createEngine, type Engine, type EngineCall, type JsonObject } from './engine.ts';
import { createRunnerFacts } from './runner-facts.ts';
import { createUpstreams, type Upstreams } from './upstream.ts';

const event = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, finish_reason: finish, delta: { content } }] })}\n\n`;
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
const caps = { supports_tools: false, supports_tool_calls: false, supports_system_role: true };
const written = `${callBegin}${callHead('weather')}{"city": "Rome"}}${callEnd}`;

/** A runner that tells its template and answers chats with `chat`. */
function runnerOf(chat: (response: ServerResponse, body: JsonObject) => void): RequestListener {
  return (request, response) => {
    if (request.url === '/props') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ chat_template_caps: caps }));
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => chat(response, JSON.parse(text) as JsonObject));
  };
}

const whole = (content: string) => (response: ServerResponse) => {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content } };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices: [choice] }));
};

const streamed =
  (...parts: readonly string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
    response.end('data: [DONE]\n\n');
  };

describe('asking a runner', () => {
  let api: ApiUnderTest;
  let upstreams: Upstreams;
  let engine: Engine;
  let left: AbortController;
  beforeEach(async () => {
    api = await startApi();
    upstreams = createUpstreams();
    left = new AbortController();
    const facts = createRunnerFacts(upstreams);
    engine = createEngine({
      models: api.models,
      inference: api.inference,
      clock: systemClock,
      log: silentLog,
      upstreams,
      facts,
    });
  });
  afterEach(async () => {
    expect(api.inference.leased).toBe(0);
    upstreams.close();
    await api[Symbol.asyncDispose]();
  });
  const call = (body: JsonObject = {}): EngineCall => ({
    operation: 'chat/completions',
    mode: 'completion',
    model: 'ai/smollm2',
    body: { messages: [{ role: 'user', content: 'hi' }], ...body },
    signal: left.signal,
  });
  const collect = async (events: AsyncIterable<JsonObject>): Promise<JsonObject[]> => {
    const all: JsonObject[] = [];
    for await (const one of events) all.push(one);
    return all;
  };

  it('gives the whole answer and frees the place', async () => {
    await api.runner(runnerOf(whole('Hello.')));
    const { body, alias } = await engine.ask(call());
    expect(alias).toBe('ai/smollm2');
    expect(body).toMatchObject({ choices: [{ message: { content: 'Hello.' } }] });
  });

  it('gives calls of tools that the template does not know, whole and in events', async () => {
    await api.runner(
      runnerOf((response, body) => {
        expect(body).not.toHaveProperty('tools');
        expect(body).toHaveProperty('grammar');
        if (body['stream'] === true)
          streamed(event(written.slice(0, 40)), event(written.slice(40)), event('', 'stop'))(response);
        else whole(written)(response);
      }),
    );
    const { body } = await engine.ask(call({ tools }));
    const called = { function: { name: 'weather', arguments: '{"city": "Rome"}' } };
    expect(body).toMatchObject({ choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [called] } }] });
    const { events } = await engine.stream(call({ tools }));
    expect((await collect(events)).at(-1)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  });

  it('asks each runner for its template once', async () => {
    const paths: string[] = [];
    const listener = runnerOf(whole('x'));
    await api.runner((request, response) => {
      paths.push(request.url ?? '');
      listener(request, response);
    });
    await engine.ask(call({ tools }));
    await engine.ask(call({ tools }));
    await engine.ask(call());
    expect(paths).toEqual(['/props', '/v1/chat/completions', '/v1/chat/completions', '/v1/chat/completions']);
  });

  it('refuses before a runner is asked for', async () => {
    await expect(engine.ask(call({ tools: [{}] }))).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(engine.stream(call({ response_format: { type: 'xml' } }))).rejects.toMatchObject({
      code: 'request.invalid',
    });
    expect(api.inference.acquired).toEqual([]);
  });

  it('throws what a runner refuses, before the first event', async () => {
    await api.runner(runnerOf((response) => response.writeHead(400).end('{"error":{"message":"bad"}}')));
    for (const ask of [engine.ask(call()), engine.stream(call())]) {
      await expect(ask).rejects.toMatchObject({ code: 'request.invalid', message: 'bad' });
    }
  });

  it('throws an error event that comes first, and one that comes later from the events', async () => {
    await api.runner(runnerOf(streamed('data: {"error":{"message":"no","code":500}}\n\n')));
    await expect(engine.stream(call())).rejects.toMatchObject({ message: 'no' });
    await api.runner(runnerOf(streamed(event('a'), 'data: {"error":{"message":"later"}}\n\n')));
    const { events } = await engine.stream(call());
    await expect(collect(events)).rejects.toMatchObject({ message: 'later' });
  });

  it('says that the runner died, on the way and in the middle of a whole answer', async () => {
    await api.runner(
      runnerOf((response, body) => {
        const isStream = body['stream'] === true;
        response.writeHead(200, isStream ? { 'content-type': 'text/event-stream' } : { 'content-length': 100 });
        response.write(isStream ? event('a') : '{"half":');
        setImmediate(() => response.socket?.destroy());
      }),
    );
    await expect(engine.ask(call())).rejects.toMatchObject({ code: 'backend.crashed' });
    const { events } = await engine.stream(call());
    await expect(collect(events)).rejects.toMatchObject({ code: 'backend.crashed' });
  });

  it('frees the place when its reader stops early, before the first event, or leaves', async () => {
    await api.runner(
      runnerOf((response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event('a') + event('b'));
      }),
    );
    const early = await engine.stream(call());
    for await (const one of early.events) {
      expect(one).toBeTruthy();
      break;
    }
    const unread = await engine.stream(call());
    await unread.events[Symbol.asyncIterator]().return?.();
    await expect.poll(() => api.inference.leased).toBe(0);
    const leaving = await engine.stream(call());
    left.abort(new Error('left'));
    await expect(collect(leaving.events)).rejects.toThrow('left');
    await expect.poll(() => api.inference.leased).toBe(0);
  });

  it('never fails on a chat of any kind, through the API', async () => {
    await api.runner(runnerOf(whole('x')));
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(
        'required',
        'auto',
        tools,
        [{ role: 'tool', content: 'x' }],
        { type: 'json_object' },
        null,
      ),
    );
    const names = [
      'messages',
      'tools',
      'tool_choice',
      'response_format',
      'json_schema',
      'parallel_tool_calls',
      'grammar',
    ];
    const body = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...names), value));
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const fields =
          typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? { model: 'm', ...sent } : sent;
        const { status } = await api.ask('/v1/chat/completions', { method: 'POST', body: JSON.stringify(fields) });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 5000 },
    );
  }, 120_000);
});
