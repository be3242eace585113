import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import type { JsonObject, RpcMessage } from '../../types.ts';
import { membersOf, textOf } from '../../protocol/messages.ts';
import { modernVersion } from '../../protocol/versions.ts';
import { askClient, textResult, tool, type FakeServer } from '../testing/fake-servers.ts';
import { gatewayWorld, type World } from '../testing/gateway-world.ts';
import { startHttpServer, type GatewayHttpServer } from './http-server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const echo: FakeServer = {
  tools: [tool('echo'), tool('slow')],
  capabilities: { tools: { listChanged: true }, logging: {} },
  async call({ name, arguments: args }, { peer }, { signal }) {
    if (name !== 'slow') return textResult(`Echo: ${textOf(membersOf(args)['message'])}`);
    peer.notify('notifications/message', { level: 'info', data: 'started' });
    await new Promise<void>((resolve) => {
      release = resolve;
      signal.addEventListener('abort', () => resolve());
    });
    return textResult('slow is done');
  },
};
let release: () => void = () => undefined;

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Wanted {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

async function serve(kind: 'sse' | 'streaming' = 'streaming', token: string | undefined = 'bench') {
  const world: World = await gatewayWorld({ everything: echo }, { longLived: true });
  const http: GatewayHttpServer = await startHttpServer({
    gateway: world.gateway,
    kind,
    host: '127.0.0.1',
    port: 0,
    access: { token, allowedHosts: [] },
    clock: systemClock,
    log: silentLog,
    maxMessageBytes: 1_048_576,
  });
  ends.push(
    () => world.close(),
    () => http.close(),
  );
  http.setHealthy();

  /** Resolves when the head of the answer is here. */
  function open({ method = 'POST', path = '/mcp', headers = {}, body }: Wanted): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const usual = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: 'Bearer bench',
      };
      const all = Object.fromEntries(Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== ''));
      const outgoing = request(
        { host: '127.0.0.1', port: http.port, path, method, headers: all, agent: false },
        resolve,
      );
      outgoing.once('error', reject);
      outgoing.end(typeof body === 'object' ? JSON.stringify(body) : body);
    });
  }
  async function ask(wanted: Wanted): Promise<Answer> {
    const response = await open(wanted);
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += String(part);
    return { status: response.statusCode, headers: response.headers, text };
  }
  async function session(): Promise<Readonly<Record<string, string>>> {
    const { headers } = await ask({ body: initialize });
    const named = { 'mcp-session-id': String(headers['mcp-session-id']), 'mcp-protocol-version': '2025-06-18' };
    await ask({ headers: named, body: { jsonrpc: '2.0', method: 'notifications/initialized' } });
    return named;
  }
  return { world, http, open, ask, session };
}

const initialize = rpc(1, 'initialize', {
  protocolVersion: '2025-06-18',
  capabilities: { roots: {} },
  clientInfo: { name: 'golden', version: '1' },
});

function rpc(id: number, method: string, params: JsonObject = {}): object {
  return { jsonrpc: '2.0', id, method, params };
}

/** The messages of a stream of events. */
function messages(text: string): readonly RpcMessage[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as RpcMessage);
}

describe('streamable HTTP, as clients of Docker’s gateway know it', () => {
  it.each<[string, Wanted, Partial<Answer>]>([
    ['no token', { headers: { authorization: '' }, body: {} }, { status: 401, text: 'Unauthorized\n' }],
    ['another token', { headers: { authorization: 'Bearer nope' }, body: {} }, { status: 401, text: 'Unauthorized\n' }],
    [
      'a page of another site',
      { headers: { origin: 'http://evil.example' }, body: {} },
      {
        status: 403,
        text: 'Forbidden: Origin, if set, must be localhost, 127.0.0.1, or ::1, got: http://evil.example\n',
      },
    ],
    ['another name for this machine', { headers: { host: 'evil.example' }, body: {} }, { status: 403 }],
    ['broken JSON', { body: '{' }, { status: 400 }],
    ['no message', { body: '{"jsonrpc":"2.0"}' }, { status: 400 }],
    ['another type', { headers: { 'content-type': 'text/plain' }, body: '{}' }, { status: 415 }],
    ['too much', { body: 'x'.repeat(1_048_577) }, { status: 413 }],
    [
      'an unknown session',
      { headers: { 'mcp-session-id': 'nope' }, body: rpc(16, 'ping') },
      { status: 404, text: 'session not found\n' },
    ],
    ['no session', { body: rpc(2, 'tools/list') }, { status: 400 }],
    [
      'GET without a session',
      { method: 'GET' },
      { status: 400, text: 'Bad Request: GET requires an Mcp-Session-Id header\n' },
    ],
    [
      'DELETE without a session',
      { method: 'DELETE' },
      { status: 400, text: 'Bad Request: DELETE requires an Mcp-Session-Id header\n' },
    ],
    ['PUT', { method: 'PUT' }, { status: 405 }],
    [
      'another version',
      { headers: { 'mcp-session-id': 'nope', 'mcp-protocol-version': '1999-01-01' }, body: rpc(2, 'ping') },
      { status: 400 },
    ],
  ])('%s is refused', async (_what, wanted, expected) => {
    const { ask } = await serve();
    const answer = await ask(wanted);
    expect(answer).toMatchObject(expected);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    if (answer.status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer realm="MCP Gateway"');
  });

  it('answers requests with one event', async () => {
    const { ask } = await serve();
    const met = await ask({ body: initialize });
    expect(met).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
    });
    expect(met.headers['mcp-session-id']).toMatch(/^[\w-]{20,}$/);
    expect(messages(met.text)).toMatchObject([
      {
        id: 1,
        result: { protocolVersion: '2025-06-18', serverInfo: { name: 'Docker AI MCP Gateway', version: '2.0.1' } },
      },
    ]);
    expect(met.text).toMatch(/^event: message\ndata: \{.*\}\n\n$/);
  });

  it('pings without a session, redirects, and says that it is well', async () => {
    const { ask } = await serve();
    expect((await ask({ headers: { accept: '' }, body: rpc(1, 'ping') })).text).toBe(
      'event: message\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
    );
    expect(await ask({ method: 'GET', path: '/' })).toMatchObject({ status: 307, headers: { location: '/mcp' } });
    expect(await ask({ method: 'GET', path: '/health', headers: { authorization: '' } })).toMatchObject({
      status: 200,
      text: '',
    });
  });

  it('answers calls as the reference does', async () => {
    const { ask, session } = await serve();
    const headers = await session();
    const call = async (params: JsonObject) =>
      messages((await ask({ headers, body: rpc(9, 'tools/call', params) })).text);
    expect(await call({ name: 'echo', arguments: { message: 'hello' } })).toEqual([
      { jsonrpc: '2.0', id: 9, result: { content: [{ type: 'text', text: 'Echo: hello' }] } },
    ]);
    expect(await call({ name: 'nope', arguments: {} })).toEqual([
      { jsonrpc: '2.0', id: 9, error: { code: -32_602, message: 'unknown tool "nope"' } },
    ]);
  });

  it('ends a session with DELETE, and everything of it', async () => {
    const { ask, session, world } = await serve();
    const headers = await session();
    await ask({ headers, body: rpc(2, 'tools/call', { name: 'echo', arguments: {} }) });
    expect(world.servers.openCount()).toBe(1);
    expect((await ask({ method: 'DELETE', headers })).status).toBe(204);
    expect(await ask({ headers, body: rpc(3, 'ping') })).toMatchObject({ status: 404, text: 'session not found\n' });
    expect(world.servers.openCount()).toBe(0);
  });

  it('goes on with a call whose stream broke, from the last event that the client has', async () => {
    const { open, session, world } = await serve();
    const headers = await session();
    const response = await open({ headers, body: rpc(5, 'tools/call', { name: 'slow', arguments: {} }) });
    const first = await nextEvent(response, 'started');
    const id = /^id: (\S+)$/m.exec(first)?.[1] ?? '';
    response.destroy();
    release();
    const again = await open({ method: 'GET', headers: { ...headers, 'last-event-id': id } });
    expect(again.statusCode).toBe(200);
    expect(await nextEvent(again, 'slow is done')).toContain('"id":5');
    expect(
      world.servers
        .of('everything')
        .some((one) => one.received.some(({ method }) => method === 'notifications/cancelled')),
    ).toBe(false);
  });

  it('asks the client on the stream of the call, and takes its answer by POST', async () => {
    const asking: FakeServer = {
      tools: [tool('roots')],
      call: async (_params, instance) => textResult(JSON.stringify(await askClient(instance, 'roots/list'))),
    };
    const world = await gatewayWorld({ asking });
    const http = await startHttpServer({
      gateway: world.gateway,
      kind: 'streaming',
      host: '127.0.0.1',
      port: 0,
      access: { token: undefined, allowedHosts: [] },
      clock: systemClock,
      log: silentLog,
      maxMessageBytes: 1_048_576,
    });
    ends.push(
      () => world.close(),
      () => http.close(),
    );
    const post = (body: object, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`http://127.0.0.1:${http.port}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        body: JSON.stringify(body),
      });
    const met = await post(initialize);
    await met.text();
    const headers = { 'mcp-session-id': met.headers.get('mcp-session-id') ?? '' };
    const answer = await post(rpc(7, 'tools/call', { name: 'roots', arguments: {} }), headers);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('roots/list')) text += (await reader?.read())?.value ?? '';
    const question = messages(text).find(({ method }) => method === 'roots/list');
    const given = await post({ jsonrpc: '2.0', id: question?.id, result: { roots: [{ uri: 'file:///x' }] } }, headers);
    expect(given.status).toBe(202);
    while (!text.includes('"id":7')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('file:///x');
  });

  it('tells what belongs to no request on the stream of GET, and what came before it was there', async () => {
    const { open, ask, session, world } = await serve();
    const headers = await session();
    await ask({ headers, body: rpc(2, 'tools/list') });
    await ask({ headers, body: rpc(3, 'tools/call', { name: 'echo', arguments: {} }) });
    const [instance] = world.servers.of('everything').filter((one) => one.isOpen());
    instance?.peer.notify('notifications/message', { level: 'info', data: 'early' });
    const stream = await open({ method: 'GET', headers });
    expect(await nextEvent(stream, 'early')).toContain('notifications/message');
    instance?.peer.notify('notifications/message', { level: 'info', data: 'late' });
    expect(await nextEvent(stream, 'late')).toContain('notifications/message');
    expect((await ask({ method: 'GET', headers })).status).toBe(409);
    stream.destroy();
  });
});

describe('streamable HTTP without sessions', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientInfo': { name: 'young', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const modern = (method: string, params: JsonObject = {}, more: Readonly<Record<string, string>> = {}): Wanted => ({
    headers: { 'mcp-protocol-version': modernVersion, 'mcp-method': method, ...more },
    body: rpc(1, method, { ...params, _meta: meta }),
  });

  it('answers each request by itself', async () => {
    const { ask } = await serve();
    const met = await ask(modern('server/discover'));
    expect(met).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(met.text)).toMatchObject({
      result: { supportedVersions: [modernVersion], resultType: 'complete' },
    });
    const called = await ask(
      modern('tools/call', { name: 'echo', arguments: { message: 'hi' } }, { 'mcp-name': 'echo' }),
    );
    expect(JSON.parse(called.text)).toMatchObject({ id: 1, result: { content: [{ text: 'Echo: hi' }] } });
    expect(called.headers['mcp-session-id']).toBeUndefined();
  });

  it.each<[string, Wanted, number, number]>([
    ['no version in the header', modern('tools/list', {}, { 'mcp-protocol-version': '' }), 400, -32_020],
    ['another version in the header', modern('tools/list', {}, { 'mcp-protocol-version': '2025-06-18' }), 400, -32_020],
    ['no method in the header', modern('tools/list', {}, { 'mcp-method': '' }), 400, -32_020],
    ['another method in the header', modern('tools/list', {}, { 'mcp-method': 'tools/call' }), 400, -32_020],
    ['no name in the header', modern('tools/call', { name: 'echo' }), 400, -32_020],
    ['another name in the header', modern('tools/call', { name: 'echo' }, { 'mcp-name': 'slow' }), 400, -32_020],
    ['a method that is not there', modern('nope/nope'), 404, -32_601],
    [
      'a version that nobody knows',
      { body: rpc(1, 'tools/list', { _meta: { ...meta, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' } }) },
      400,
      -32_022,
    ],
    [
      'half of what a request says of itself',
      { body: rpc(1, 'tools/list', { _meta: { 'io.modelcontextprotocol/protocolVersion': modernVersion } }) },
      400,
      -32_602,
    ],
    [
      'only the header',
      { headers: { 'mcp-protocol-version': modernVersion }, body: rpc(1, 'tools/list') },
      400,
      -32_602,
    ],
  ])('refuses %s', async (...row) => {
    const [, wanted, status, code] = row;
    const { ask } = await serve();
    const answer = await ask(wanted);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ id: 1, error: { code } });
  });

  it('takes names that headers cannot hold in Base64', async () => {
    const { ask } = await serve();
    const name = `=?base64?${Buffer.from('echo').toString('base64')}?=`;
    expect((await ask(modern('tools/call', { name: 'echo' }, { 'mcp-name': name }))).status).toBe(200);
    expect((await ask(modern('tools/call', { name: 'echo' }, { 'mcp-name': '=?base64?!?=' }))).status).toBe(400);
  });

  it('tells of changes to whoever listens', async () => {
    const { open, ask, world } = await serve();
    await ask(modern('tools/list'));
    const stream = await open(modern('subscriptions/listen', { notifications: { toolsListChanged: true } }));
    expect(await nextEvent(stream, 'acknowledged')).toContain('"io.modelcontextprotocol/subscriptionId":1');
    await world.change([]);
    expect(await nextEvent(stream, 'tools/list_changed')).toContain('"io.modelcontextprotocol/subscriptionId":1');
    stream.destroy();
  });
});

describe('server-sent events', () => {
  it('tells where to post, and answers on the stream', async () => {
    const { open, ask, world } = await serve('sse');
    const stream = await open({ method: 'GET', path: '/sse', headers: { accept: 'text/event-stream' } });
    const endpoint = /data: (\S+)/.exec(await nextEvent(stream, 'endpoint'))?.[1] ?? '';
    expect(endpoint).toMatch(/^\/sse\?sessionid=/);
    expect((await ask({ path: endpoint, body: initialize })).status).toBe(202);
    expect(await nextEvent(stream, 'serverInfo')).toContain('"id":1');
    await ask({ path: endpoint, body: rpc(2, 'tools/call', { name: 'echo', arguments: { message: 'hi' } }) });
    expect(await nextEvent(stream, 'Echo: hi')).toContain('"id":2');
    expect((await ask({ path: '/sse?sessionid=nope', body: initialize })).status).toBe(404);
    stream.destroy();
    await expect.poll(() => world.servers.openCount()).toBe(0);
  });
});

/** Reads a stream up to an event that holds the text, and gives that event. */
async function nextEvent(response: IncomingMessage, text: string): Promise<string> {
  let read = '';
  return await new Promise((resolve, reject) => {
    const onData = (part: Buffer): void => {
      read += part.toString('utf8');
      const found = read.split('\n\n').find((event) => event.includes(text));
      if (found === undefined || !read.includes(`${found}\n\n`)) return;
      response.off('data', onData);
      response.pause();
      resolve(found);
    };
    response.on('data', onData).once('close', () => reject(new Error(`the stream ended without ${text}: ${read}`)));
    response.resume();
  });
}
