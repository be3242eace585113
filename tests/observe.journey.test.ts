import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestsBody, type RequestsBody } from '#contract';
import { startTestDaemon, type TestDaemon } from '#testing';
import { gantry } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('what a daemon with real weights tells about its work', () => {
  let daemon: ModelDaemon;
  let next: TestDaemon | undefined;
  let url: string;
  beforeAll(async () => {
    daemon = await startModelDaemon();
    ({ url } = daemon);
  });
  afterAll(async () => {
    await next?.stop();
    await daemon.stop();
  });
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });

  const messages = [{ role: 'user', content: 'Say hello, hf_abcdefghijklmnopqrstuvwx' }];
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer never-written-down', 'user-agent': 'me/1' },
      body: JSON.stringify({ model: daemon.model, temperature: 0, ...body }),
    });
    expect(answer.status, await answer.text()).toBe(200);
  };
  const recorded = async (): Promise<RequestsBody> =>
    requestsBody.parse(await (await fetch(`${url}/engines/requests?model=${daemon.model}`)).json());

  /** Does something for each thing to do, and resolves when all that follows from it was told. */
  async function told(acts: readonly (() => Promise<void>)[]): Promise<RequestsBody> {
    const stop = new AbortController();
    const answer = await fetch(`${url}/engines/requests`, {
      headers: { accept: 'text/event-stream' },
      signal: stop.signal,
    });
    const all: RequestsBody[number][] = [];
    let acting: Promise<void> | undefined;
    const parser = createParser({
      onEvent({ event, data }) {
        if (event === 'connected') acting = acts.reduce((before, act) => before.then(act), Promise.resolve());
        else all.push(...requestsBody.parse(JSON.parse(data)));
      },
    });
    const decoder = new TextDecoder();
    for await (const bytes of answer.body ?? []) {
      parser.feed(decoder.decode(bytes, { stream: true }));
      if (all.length === acts.length) break;
    }
    await acting;
    stop.abort();
    return all;
  }

  it('records the requests of every API, as they come', async () => {
    const tools = [{ type: 'function', function: { name: 'hello', parameters: { type: 'object', properties: {} } } }];
    const image = `data:image/png;base64,${'A'.repeat(2000)}`;
    const all = await told([
      () => post('/engines/v1/chat/completions', { messages, max_tokens: 4 }),
      () => post('/v1/chat/completions', { messages, max_tokens: 4, stream: true, user: image }),
      () => post('/v1/chat/completions', { messages, max_tokens: 30, tools, tool_choice: 'required', stream: true }),
      () => post('/v1/completions', { prompt: 'Once', max_tokens: 4, stream: true }),
      () => post('/api/chat', { messages, options: { num_predict: 4 } }),
      () => post('/anthropic/v1/messages', { messages, max_tokens: 4, stream: true }),
      () => post('/v1/responses', { input: 'Say hello', max_output_tokens: 16, stream: true }),
    ]);
    const responses = all.map(({ records }) => JSON.parse(records[0]?.response ?? '') as unknown);
    const text = expect.stringMatching(/./) as unknown;
    expect(responses).toMatchObject([
      { object: 'chat.completion', choices: [{ message: { content: text } }] },
      { object: 'chat.completion', choices: [{ message: { role: 'assistant', content: text } }] },
      { choices: [{ message: { tool_calls: [{ function: { name: 'hello' } }] } }] },
      { object: 'text_completion', choices: [{ text }] },
      { message: { role: 'assistant', content: text }, done: true },
      { type: 'message', content: [{ type: 'text', text }], usage: { output_tokens: 4 } },
      { object: 'response', output: [{ content: [{ text }] }] },
    ]);
    const written = JSON.stringify(all);
    expect(written).not.toContain('never-written-down');
    expect(written).not.toContain('hf_abcdefghijk');
    expect(written).not.toContain('A'.repeat(101));
    expect(all.every(({ records }) => records[0]?.user_agent === 'me/1' && records[0].status_code === 200)).toBe(true);
  });

  it('counts them, and passes on what the runner counts', async () => {
    const answer = await fetch(`${url}/metrics`);
    const metrics = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const model = `model="docker.io/${daemon.model}"`;
    expect(metrics).toMatch(
      new RegExp(
        `llamacpp:tokens_predicted_total\\{backend="llama.cpp",model="${daemon.model}",mode="completion"\\} [1-9]`,
      ),
    );
    const value = (name: string): number =>
      Number(
        metrics
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1],
      );
    expect(value('gantry_requests_total{api="openai",status="200"}')).toBe(4);
    expect(value('gantry_requests_total{api="anthropic",status="200"}')).toBe(1);
    expect(value(`gantry_time_to_first_token_seconds_count{${model}}`)).toBeGreaterThanOrEqual(4);
    expect(value(`gantry_output_tokens_total{${model}}`)).toBeGreaterThan(20);
    expect(value(`gantry_prompt_tokens_total{${model}}`)).toBeGreaterThan(20);
    expect(value(`gantry_output_tokens_per_second_count{${model}}`)).toBeGreaterThanOrEqual(3);
    expect(metrics).toMatch(/^gantry_model_loads_total\{model="[^"]+",result="done"\} 1$/m);
    expect(metrics).toMatch(/^gantry_model_load_seconds_count\{.*\} 1$/m);
    await fetch(`${url}/engines/unload`, { method: 'POST', body: '{"all":true}' });
    const after = await (await fetch(`${url}/metrics`)).text();
    expect(after).toMatch(/^# No active runners\n/);
    expect(after).toMatch(/^gantry_model_unloads_total\{.*reason="unload"\} 1$/m);
  });

  it('records nothing, or only the fact, when the settings say so', async () => {
    const before = (await recorded())[0]?.count ?? 0;
    await gantry(daemon.home, ['settings', 'set', 'requests.record', 'off']);
    await post('/v1/completions', { prompt: 'unseen', max_tokens: 1 });
    await gantry(daemon.home, ['settings', 'set', 'requests.record', 'metadata']);
    await told([() => post('/v1/completions', { prompt: 'unseen', max_tokens: 1 })]);
    await gantry(daemon.home, ['settings', 'set', 'requests.record', 'on']);
    const [after] = await recorded();
    expect(after?.count).toBe(before + 1);
    expect(JSON.stringify(after)).not.toContain('unseen');
  });

  it('shows the logs over HTTP and to the command, the runner’s among them', async () => {
    const text = await (await fetch(`${url}/logs`)).text();
    expect(text).toMatch(/^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] time=\S+ level=INFO msg="/);
    const times = [...text.matchAll(/^\[([^\]]+)\]/gm)].map(([, time]) => time);
    expect(times.length).toBeGreaterThan(20);
    const service = await (await fetch(`${url}/logs?no-engines=true`)).text();
    expect(service.length).toBeLessThan(text.length);
    const stop = new AbortController();
    const following = await fetch(`${url}/logs?follow=true&no-engines=true`, { signal: stop.signal });
    const decoder = new TextDecoder();
    let seen = '';
    let asked = false;
    for await (const bytes of following.body ?? []) {
      seen += decoder.decode(bytes, { stream: true });
      if (!asked) void (await fetch(`${url}/version`, { headers: { 'x-request-id': 'find-me' } })).text();
      asked = true;
      if (seen.includes('requestId=find-me')) break;
    }
    stop.abort();
    const remote = await gantry(daemon.home, ['logs'], { env: { GANTRY_HOST: url } });
    expect(remote.stdout).toContain('requestId=find-me');
  });

  it('keeps what it recorded when it is killed', async () => {
    const [before] = await recorded();
    process.kill(daemon.pid, 'SIGKILL');
    const folder = join(daemon.home, 'requests');
    const [name = ''] = await readdir(folder);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    await appendFile(join(folder, name), '{"id":"cut o');
    next = await startTestDaemon({ home: daemon.home });
    ({ url } = next);
    expect(await recorded()).toEqual([before]);
    expect(await readFile(join(folder, name), 'utf8')).not.toContain('cut o');
    const table = await gantry(daemon.home, ['requests', '--model', daemon.model], { env: { GANTRY_HOST: url } });
    expect(requestsBody.parse(JSON.parse(table.stdout))).toEqual([before]);
    expect((await fetch(`${url}/engines/requests`, { method: 'DELETE' })).status).toBe(204);
    expect(await recorded()).toEqual([]);
  });
});
