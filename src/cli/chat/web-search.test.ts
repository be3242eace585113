import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '#testing';
import { createFakeDaemon, json, sse, streamed, type Answer, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';

const chatRoute = 'POST /engines/v1/chat/completions';
const model = { id: `sha256:${'a'.repeat(64)}`, tags: ['docker.io/ai/x:latest'], created: 1, config: {} };
const runtime = { name: 'xllamacpp', version: '1', path: '/r', origin: 'installed', selected: true };

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  daemon.on('GET /models/ai/x', json(model));
  daemon.on('GET /gantry/runtimes', json([runtime]));
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

describe('gantry run --websearch', () => {
  const called: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const begun = { index: 0, id: 'c1', function: { name: 'web_search', arguments: '{"query":' } };
    response.write(sse({ choices: [{ delta: { tool_calls: [begun] } }] }));
    const rest = { index: 0, function: { arguments: '"ships"}' } };
    response.write(sse({ choices: [{ delta: { tool_calls: [rest] }, finish_reason: 'tool_calls' }] }));
    response.end('data: [DONE]\n\n');
  };
  const ask = (endpoint: string) =>
    runForTest(daemon, ['run', '--websearch', 'ai/x', 'Hi'], { env: { GANTRY_WEB_SEARCH_ENDPOINT: endpoint } });

  it('gives the model what an MCP server finds', async () => {
    const seen: Record<string, unknown>[] = [];
    const reply: RequestListener = (request, response) => {
      const text = String(request.read());
      const { id, method, params } = JSON.parse(text) as Record<string, unknown>;
      seen.push({ method, params, session: request.headers['mcp-session-id'] });
      response.setHeader('mcp-session-id', 's1');
      if (id === undefined) response.writeHead(202).end();
      else if (method === 'initialize') {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-06-18' } }));
      } else {
        response.setHeader('content-type', 'text/event-stream');
        const result = { content: [{ type: 'text', text: 'Wood is light.' }] };
        response.end(`event: message\n${sse({ jsonrpc: '2.0', id, result })}`);
      }
    };
    await using server = await serve((request, response) => {
      request.once('readable', () => reply(request, response));
    });
    daemon.on(chatRoute, (response, request) => {
      daemon.on(chatRoute, streamed('Ships float.'));
      return called(response, request);
    });
    const { code, stdout, stderr } = await ask(`${server.url}/mcp`);
    expect([code, stdout]).toEqual([0, 'Ships float.\n']);
    expect(stderr).toContain('[tool] calling web_search with args: {"query":"ships"}\n');
    expect(seen).toEqual([
      { method: 'initialize', params: expect.anything(), session: undefined },
      { method: 'notifications/initialized', params: undefined, session: 's1' },
      {
        method: 'tools/call',
        params: { name: 'web_search_exa', arguments: { query: 'ships', numResults: 8 } },
        session: 's1',
      },
    ]);
    expect(daemon.requests.at(-1)?.body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'web_search' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'Wood is light.' },
      ],
    });
  });

  it('says when the server cannot be reached', async () => {
    daemon.on(chatRoute, called);
    const { code, stderr } = await ask('http://127.0.0.1:9/mcp');
    expect(code).not.toBe(0);
    expect(stderr).toContain('The web cannot be searched: 127.0.0.1:9 cannot be reached (');
  });

  it('says what the server said instead of a result', async () => {
    await using server = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(503).end());
    });
    daemon.on(chatRoute, called);
    expect((await ask(server.url)).stderr).toContain('refused (status 503)');
    expect((await ask('ftp://x')).stderr).toContain('is not an http or https address');
  });

  it('ends the searching after ten rounds', async () => {
    daemon.on(chatRoute, (response, request) => {
      const { tools } = request.body as { tools?: unknown };
      if (tools === undefined) return streamed('Enough.')(response, request);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const call = { index: 0, id: 'c', function: { name: 'other', arguments: '{}' } };
      response.write(sse({ choices: [{ delta: { tool_calls: [call] }, finish_reason: 'tool_calls' }] }));
      return void response.end('data: [DONE]\n\n');
    });
    const { stdout, stderr } = await ask('http://127.0.0.1:9/mcp');
    expect([stdout, stderr.split('[tool] calling other').length - 1]).toEqual(['Enough.\n', 10]);
  });
});
