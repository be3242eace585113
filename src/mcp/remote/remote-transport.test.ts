import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRemoteServer, type RemoteServer } from './testing/remote-server.ts';
import { connected, launchOf, remoteWorld } from './testing/remote-world.ts';

describe('a remote MCP server', () => {
  let server: RemoteServer;
  beforeAll(async () => {
    server = await startRemoteServer();
  });
  afterAll(async () => await server[Symbol.asyncDispose]());

  it.each(['streamable-http', 'sse'] as const)('is used over %s', async (transport) => {
    await using world = remoteWorld();
    const url = transport === 'sse' ? server.sseUrl : server.url;
    const { connection, ask, initialize, closed } = await connected(world.transport, launchOf(url, { transport }));
    expect(await initialize()).toMatchObject({ name: 'remote' });
    const { result } = await ask('tools/list');
    expect(result?.['tools']).toMatchObject([{ name: 'header' }, { name: 'large' }]);
    await connection.close();
    expect(await closed).toBeUndefined();
  });

  it('is told the version that was agreed on, and the end of its session', async () => {
    await using world = remoteWorld();
    const { connection, ask, initialize } = await connected(world.transport, launchOf(server.url));
    await initialize();
    server.seen.length = 0;
    await ask('ping');
    await connection.close();
    const post = server.seen.find(({ method }) => method === 'POST');
    expect(post?.headers['mcp-protocol-version']).toBe('2025-06-18');
    expect(server.seen.some(({ method }) => method === 'DELETE')).toBe(true);
  });

  it('gets headers with secrets in them', async () => {
    await using world = remoteWorld({
      secrets: { resolve: async () => new Map([['far.key', 's3cret']]), has: async () => new Set() },
    });
    const headers = { 'X-Api-Key': { kind: 'secret' as const, parts: ['key ', { secret: 'far.key' }] } };
    const { connection, ask, initialize } = await connected(world.transport, launchOf(server.url, { headers }));
    await initialize();
    const { result } = await ask('tools/call', { name: 'header', arguments: {} });
    expect(result?.['content']).toEqual([{ type: 'text', text: 'key s3cret' }]);
    await connection.close();
  });

  it('never gets a header that a secret would split in two', async () => {
    await using world = remoteWorld({
      secrets: { resolve: async () => new Map([['far.key', 'a\r\nHost: evil']]), has: async () => new Set() },
    });
    const headers = { 'X-Api-Key': { kind: 'secret' as const, parts: [{ secret: 'far.key' }] } };
    const opening = connected(world.transport, launchOf(server.url, { headers }));
    await expect(opening).rejects.toMatchObject({ code: 'mcp.not_configured' });
    await expect(opening).rejects.not.toThrow(/evil/);
  });

  it('answers with an error what it cannot do, and is still there', async () => {
    await using world = remoteWorld({ maxMessageBytes: 1_000_000 });
    const { connection, ask, initialize } = await connected(world.transport, launchOf(server.url));
    await initialize();
    const { error } = await ask('tools/call', { name: 'large', arguments: {} });
    expect(error?.message).toMatch(/far/);
    expect((await ask('ping')).result).toEqual({});
    await connection.close();
  });

  it('that has forgotten the session ends the connection by name', async () => {
    await using world = remoteWorld();
    const { ask, initialize, closed } = await connected(world.transport, launchOf(server.url));
    await initialize();
    server.forgetSessions();
    void ask('ping');
    expect(await closed).toMatchObject({ code: 'mcp.server_unavailable', params: { server: 'far' } });
  });

  it('that is not there is an error that names it', async () => {
    await using world = remoteWorld();
    const { connection, ask } = await connected(world.transport, launchOf('http://127.0.0.1:9/mcp'));
    expect((await ask('initialize')).error?.message).toMatch(/^The MCP server far failed: /);
    await connection.close();
  });

  it('gets no message after a request was cancelled in the way of 2026-07-28: its answer ends instead', async () => {
    const requests: string[] = [];
    let silent: ReturnType<typeof createServer> = createServer();
    let gone: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (gone = resolve));
    const arrived = new Promise<void>((resolve) => {
      silent = createServer((request, response) => {
        request.on('data', (bytes: Buffer) => requests.push(String(bytes)));
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        response.on('close', () => gone());
        resolve();
      });
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    await using world = remoteWorld();
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`;
    const { connection } = await connected(world.transport, launchOf(url));
    const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    connection.send({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'x', _meta: meta } });
    await arrived;
    connection.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
    await left;
    await connection.close();
    expect(requests.filter((text) => text.includes('cancelled'))).toEqual([]);
    silent.closeAllConnections();
    silent.close();
  });
  it('is not asked when opening it was given up', async () => {
    await using world = remoteWorld();
    const events = { message: () => {}, log: () => {}, closed: () => {} };
    const launch = launchOf(server.sseUrl, { transport: 'sse' });
    const given = world.transport.open(launch, { events, signal: AbortSignal.abort() });
    await expect(given).rejects.toMatchObject({ code: 'request.aborted' });
  });

  it('in a network of ours is refused where the user has not allowed it', async () => {
    await using world = remoteWorld({ rules: () => ({ allowInsecure: false }) });
    for (const url of [
      'http://example.com/mcp',
      'https://localhost/mcp',
      'https://printer/mcp',
      'https://u:p@a.com/',
    ]) {
      await expect(connected(world.transport, launchOf(url))).rejects.toMatchObject({ code: 'mcp.server_failed' });
    }
    const { ask, connection } = await connected(world.transport, launchOf('https://127.0.0.1:9/mcp'));
    expect((await ask('initialize')).error?.message).toMatch(/loopback|leads|network/);
    await connection.close();
  });
});
