import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from 'undici';
import { createInstantClock } from '../testing/instant-clock.ts';
import { attemptsFor } from './attempts.ts';
import { readGatewayConfig, type GatewayConfig } from './config.ts';
import { createGateway, type GatewayEvent } from './server.ts';

const read = (text: string, env: Record<string, string> = {}): GatewayConfig =>
  readGatewayConfig(text, { file: 'g.yaml', env });

describe('a gateway configuration', () => {
  it('takes values from the environment, in both forms, and from its own variables', () => {
    const config = read(
      [
        'model_list:',
        '  - { model_name: a, params: { model: groq/llama, api_key: os.environ/KEY, timeout: 3, max_retries: 0 } }',
        '  - { model_name: a, params: { model: vllm/x/y, api_base: "http://${HOST}:9/v1/" } }',
        'general_settings: { master_key: "${MASTER}", num_retries: 4 }',
        'environment_variables: { HOST: box, MASTER: secret }',
      ].join('\n'),
      { KEY: 'k1' },
    );
    expect(config.masterKey).toBe('secret');
    expect(config.aliases.get('a')).toEqual([
      expect.objectContaining({ model: 'llama', apiKey: 'k1', timeoutMs: 3000, retries: 0 }),
      expect.objectContaining({ model: 'x/y', baseUrl: 'http://box:9/v1', apiKey: undefined, retries: 4 }),
    ]);
  });

  it.each([
    ['model_list: []', 'model_list: '],
    ['model_list: [{ model_name: a, params: { model: nobody/x } }]', 'there is no provider nobody'],
    ['model_list: [{ model_name: a, params: { model: groq/x, colour: red } }]', 'model_list.0.params'],
    ['model_list: [{ model_name: a, params: { model: groq/x, api_key: os.environ/NO } }]', 'variable NO is not set'],
    ['model_list: [{ model_name: a, params: { model: azure/x } }]', 'azure needs api_base'],
    ['a: [', 'g.yaml is not a gateway configuration'],
    [
      'model_list: [{ model_name: a, params: { model: groq/x } }]\ngeneral_settings: { fallbacks: [{ a: [b] }] }',
      'there is no model_name b',
    ],
  ])('is refused with the place: %s', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  it('says which of its settings have no effect', () => {
    const config = read('model_list: [{ model_name: a, rpm: 5, params: { model: groq/x } }]');
    expect(config.unused).toEqual(['rpm']);
  });
});

describe('the order of attempts', () => {
  it('begins with whose turn it is, tries again, then goes to the fallbacks', () => {
    const config = read(
      [
        'model_list:',
        '  - { model_name: a, params: { model: vllm/one, max_retries: 1 } }',
        '  - { model_name: a, params: { model: vllm/two, max_retries: 0 } }',
        '  - { model_name: b, params: { model: vllm/three, max_retries: 0 } }',
        'general_settings: { fallbacks: [{ a: [b] }] }',
      ].join('\n'),
    );
    const order = (turn: number): string[] => attemptsFor(config, 'a', turn).map(({ deployment }) => deployment.model);
    expect(order(0)).toEqual(['one', 'two', 'one', 'three']);
    expect(order(1)).toEqual(['two', 'one', 'one', 'three']);
  });
});

describe('the gateway', () => {
  const servers: Server[] = [];
  const events: GatewayEvent[] = [];
  const dispatcher = new Agent();
  beforeEach(() => void events.splice(0));
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const upstream = (answer: RequestListener): Promise<string> => listen(createServer(answer));
  const answers =
    (status: number, body: unknown): RequestListener =>
    (request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
  async function gatewayOf(bases: readonly string[], settings = '{}', more: readonly string[] = []): Promise<string> {
    const entry = (base: string, index: number): string =>
      `  - { model_name: a, params: { model: vllm/up${index}, api_base: "${base}", api_key: k${index} } }`;
    const text = ['model_list:', ...bases.map(entry), ...more, `general_settings: ${settings}`].join('\n');
    const clock = createInstantClock();
    return await listen(createGateway({ config: read(text), dispatcher, clock, say: (event) => events.push(event) }));
  }
  const ask = (url: string, body: unknown = { model: 'a', messages: [] }, headers = {}): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('names the model anew, gives the key, and passes the answer on', async () => {
    let seen: unknown;
    const base = await upstream((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        seen = { url: request.url, key: request.headers.authorization, body: JSON.parse(text) };
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: 1\n\ndata: [DONE]\n\n');
      });
    });
    const answer = await ask(await gatewayOf([`${base}/v1`]), { model: 'a', stream: true, top_k: 3 });
    expect(await answer.text()).toBe('data: 1\n\ndata: [DONE]\n\n');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('x-model-cli-version')).not.toBeNull();
    const body = { model: 'up0', stream: true, top_k: 3 };
    expect(seen).toEqual({ url: '/v1/chat/completions', key: 'Bearer k0', body });
  });

  it('takes turns between the upstreams of a model', async () => {
    const bases = [await upstream(answers(200, 'one')), await upstream(answers(200, 'two'))];
    const url = await gatewayOf(bases);
    const heard: unknown[] = [];
    for (let count = 0; count < 3; count += 1) heard.push(await (await ask(url)).json());
    expect(heard).toEqual(['one', 'two', 'one']);
  });

  it('goes on when an upstream fails, is overloaded or refuses its key, and says so', async () => {
    const bases = [
      await upstream((request) => request.socket.destroy()),
      await upstream(answers(503, {})),
      await upstream(answers(401, {})),
      await upstream(answers(200, 'good')),
    ];
    expect(await (await ask(await gatewayOf(bases))).json()).toBe('good');
    expect(events.map((event) => [event.type, event.upstream])).toEqual([
      ['failed', 'vllm/up0'],
      ['failed', 'vllm/up1'],
      ['failed', 'vllm/up2'],
      ['answered', 'vllm/up3'],
    ]);
  });

  it('does not try elsewhere what is wrong with the request itself', async () => {
    const bases = [await upstream(answers(400, { error: { message: 'Bad.' } })), await upstream(answers(200, 'good'))];
    const answer = await ask(await gatewayOf(bases));
    expect([answer.status, await answer.json()]).toEqual([400, { error: { message: 'Bad.' } }]);
  });

  it('passes the last failure on, or 503 when none has answered at all', async () => {
    const overloaded = await ask(await gatewayOf([await upstream(answers(529, { error: { message: 'Busy.' } }))]));
    expect([overloaded.status, await overloaded.json()]).toEqual([529, { error: { message: 'Busy.' } }]);
    const dead = await ask(await gatewayOf([await upstream((request) => request.socket.destroy())]));
    expect(dead.status).toBe(503);
    expect(await dead.json()).toMatchObject({ error: { type: 'server_error' } });
  });

  it('tells in the stream that it broke off', async () => {
    const base = await upstream((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n', () => response.destroy());
    });
    const text = await (await ask(await gatewayOf([base]), { model: 'a', stream: true })).text();
    expect(text).toContain('data: 1\n\n');
    expect(text).toContain('"The upstream broke off in the middle of its answer."');
  });

  it('lets its upstream go when the client leaves', async () => {
    let left = (): void => {};
    const leaving = new Promise<void>((resolve) => (left = resolve));
    const client = new AbortController();
    const base = await upstream((_request, response) => {
      response.on('close', left);
      client.abort();
    });
    const url = await gatewayOf([base]);
    const aborted = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: '{"model":"a"}',
      signal: client.signal,
    });
    await expect(aborted).rejects.toThrow();
    await leaving;
  });

  it('asks for its key, in either header', async () => {
    const url = await gatewayOf([await upstream(answers(200, 'good'))], '{ master_key: open }');
    expect((await ask(url)).status).toBe(401);
    expect((await ask(url, { model: 'a' }, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask(url, { model: 'a' }, { authorization: 'Bearer open' })).status).toBe(200);
    expect((await ask(url, { model: 'a' }, { 'x-api-key': 'open' })).status).toBe(200);
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('lists its models and knows no others', async () => {
    const url = await gatewayOf([await upstream(answers(200, 'good'))]);
    expect(await (await fetch(`${url}/models`)).json()).toMatchObject({ data: [{ id: 'a', object: 'model' }] });
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'healthy', models: 1 });
    expect((await ask(url, { model: 'b' })).status).toBe(404);
    expect((await ask(url, {})).status).toBe(400);
    expect((await ask(url, [])).status).toBe(400);
    expect((await fetch(`${url}/v1/other`)).status).toBe(404);
  });

  it('refuses web pages from elsewhere while it has no key', async () => {
    const url = await gatewayOf([await upstream(answers(200, 'good'))]);
    expect((await ask(url, { model: 'a' }, { origin: 'https://evil.example' })).status).toBe(403);
    const near = await ask(url, { model: 'a' }, { origin: 'http://localhost:3000' });
    expect([near.status, near.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:3000']);
  });
});
