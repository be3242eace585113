import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError, deferred } from '#core';
import type { CallStep, JsonObject } from '../types.ts';
import { textOf } from '../protocol/messages.ts';
import { textResult, tool, type FakeServer } from './testing/fake-servers.ts';
import { enabledServer, gatewayWorld, type World, type WorldOptions } from './testing/gateway-world.ts';

const worlds: World[] = [];
async function world(fakes: Readonly<Record<string, FakeServer>>, options: WorldOptions = {}): Promise<World> {
  const made = await gatewayWorld(fakes, options);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((one) => one.close()));
});

const times = { listWaitMs: 60, handshakeMs: 300 };
const never = new Promise<void>(() => undefined);

describe('a gateway', () => {
  it('shows the tools of all servers as one, and calls each where it is', async () => {
    const { client } = await world({
      git: { tools: [tool('status')] },
      files: { tools: [tool('read')] },
    });
    const someone = client();
    expect(await someone.names('tools/list')).toEqual(['read', 'status']);
    expect(await someone.call('status', { a: 1 })).toEqual(textResult('called status'));
  });

  it('tells two tools of one name apart, and each server hears its own name', async () => {
    const { client, gateway } = await world({
      github: { tools: [tool('search')], call: ({ name }) => textResult(`github ${textOf(name)}`) },
      notion: { tools: [tool('search')], call: ({ name }) => textResult(`notion ${textOf(name)}`) },
    });
    const someone = client();
    expect(await someone.names('tools/list')).toEqual(['github__search', 'notion__search']);
    expect(await someone.call('notion__search')).toEqual(textResult('notion search'));
    expect(gateway.status().warnings).toHaveLength(2);
    const _meta = { 'gantry/server': 'github' };
    expect(await someone.request('tools/call', { name: 'search', _meta })).toEqual(textResult('github search'));
    expect(await someone.request('tools/call', { name: 'absent', _meta })).toMatchObject({
      error: { message: 'unknown tool "absent" of "github"' },
    });
  });

  it('passes on everything that a tool says of itself, and everything that comes back', async () => {
    const definition = tool('draw', {
      title: 'Draw',
      icons: [{ src: 'data:image/png;base64,AA' }],
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: true },
      _meta: { 'example.com/x': 1 },
    });
    const result: JsonObject = {
      content: [{ type: 'image', data: 'AA', mimeType: 'image/png' }],
      structuredContent: { shapes: [1] },
      _meta: { 'example.com/y': 2 },
      isError: false,
    };
    let seen: JsonObject = {};
    const { client } = await world({
      art: {
        tools: [definition],
        call: (params) => {
          seen = params;
          return { kind: 'result', result };
        },
      },
    });
    const someone = client();
    expect(await someone.request('tools/list')).toMatchObject({ result: { tools: [definition, {}] } });
    const answer = await someone.request('tools/call', {
      name: 'draw',
      arguments: { color: 'red' },
      _meta: { 'example.com/z': 3 },
    });
    expect(answer).toEqual({ kind: 'result', result });
    expect(seen).toMatchObject({ name: 'draw', arguments: { color: 'red' }, _meta: { 'example.com/z': 3 } });
  });

  it('names a tool that nobody has', async () => {
    const { client } = await world({ git: { tools: [tool('status')] } });
    expect(await client().call('nope')).toEqual({
      kind: 'error',
      error: { code: -32_602, message: 'unknown tool "nope"' },
    });
  });

  it('follows the pages of a server', async () => {
    const { client } = await world({
      many: {
        answer: ({ method, params = {} }) => {
          if (method !== 'tools/list') return undefined;
          const page = Number(params['cursor'] ?? 0);
          return {
            kind: 'result',
            result: { tools: [tool(`t${page}`)], ...(page < 4 ? { nextCursor: String(page + 1) } : {}) },
          };
        },
      },
    });
    expect(await client().names('tools/list')).toEqual(['t0', 't1', 't2', 't3', 't4']);
  });

  it('gives out long lists in pages', async () => {
    const { client } = await world({ many: { tools: Array.from({ length: 1500 }, (_, n) => tool(`t${n}`)) } });
    const someone = client();
    const first = await someone.request('tools/list');
    if (first.kind === 'error') throw new Error('no list');
    const cursor = textOf(first.result['nextCursor']) ?? '';
    const second = await someone.request('tools/list', { cursor });
    expect([first, second]).toMatchObject([
      { result: { tools: { length: 1000 } } },
      { result: { tools: { length: 501 } } },
    ]);
    expect(await someone.request('tools/list', { cursor: 'bm9uc2Vuc2U' })).toMatchObject({ error: { code: -32_602 } });
  });

  it('shows only the tools that are switched on, and refuses the others', async () => {
    const { client } = await world(
      { git: { tools: [tool('status'), tool('push')] } },
      { enabled: [enabledServer('git', {}, { tools: ['status'] })] },
    );
    const someone = client();
    expect(await someone.names('tools/list')).toEqual(['status']);
    expect(await someone.call('push')).toMatchObject({ error: { message: 'unknown tool "push"' } });
  });

  it('starts no server that is remembered and not used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-manifests-'));
    const first = await world({ git: { tools: [tool('status')] } }, { folder });
    await first.client().names('tools/list');
    await first.close();
    const second = await world({ git: { tools: [tool('status')] } }, { folder });
    expect(await second.client().names('tools/list')).toEqual(['status']);
    expect(second.servers.of('git')).toHaveLength(0);
    await second.close();
    await rm(folder, { recursive: true });
  });

  it('answers from memory, asks again when the image is another one, and tells the client', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-manifests-'));
    const first = await world({ git: { tools: [tool('old')] } }, { folder });
    first.servers.digests['git'] = 'sha256:1';
    await first.client().names('tools/list');
    await first.close();
    const second = await world({ git: { tools: [tool('new')] } }, { folder });
    second.servers.digests['git'] = 'sha256:2';
    const someone = second.client();
    expect(await someone.names('tools/list')).toEqual(['old']);
    await someone.hears('notifications/tools/list_changed');
    expect(await someone.names('tools/list')).toEqual(['new']);
    await second.close();
    await rm(folder, { recursive: true });
  });

  it('gives a fresh instance to each call, unless the server lives longer', async () => {
    const count: FakeServer = { tools: [tool('who')], call: (_params, { number }) => textResult(String(number)) };
    const { client, servers } = await world(
      { short: count, long: count },
      {
        enabled: [enabledServer('short', { prefix: 's' }), enabledServer('long', { prefix: 'l', longLived: true })],
      },
    );
    const someone = client();
    await someone.names('tools/list');
    expect(await someone.call('s__who')).not.toEqual(await someone.call('s__who'));
    expect(await someone.call('l__who')).toEqual(await someone.call('l__who'));
    await someone.leave();
    expect(servers.openCount()).toBe(0);
  });

  it('does not say that a tool is unknown while a server still starts that may have it', async () => {
    const open = deferred<undefined>();
    const { client } = await world(
      { good: { tools: [tool('works')] }, slow: { tools: [tool('late')], open: () => open.promise } },
      { times: { listWaitMs: 30 } },
    );
    const someone = client();
    expect(await someone.names('tools/list')).toEqual(['works']);
    const called = someone.call('late');
    expect(await someone.call('works')).toEqual(textResult('called works'));
    open.resolve(undefined);
    expect(await called).toEqual(textResult('called late'));
  });

  it('serves the others while one server hangs, and names it when it gives up', async () => {
    const { client, gateway } = await world(
      { good: { tools: [tool('works')] }, hung: { hangsAt: 'initialize' } },
      { times },
    );
    const someone = client();
    expect(await someone.names('tools/list')).toEqual(['works']);
    const told = await someone.hears('notifications/message');
    expect(told.params).toMatchObject({
      level: 'error',
      logger: 'gateway',
      data: { server: 'hung', message: expect.stringContaining('did not answer initialize') as string },
    });
    expect(gateway.status().servers.find(({ name }) => name === 'hung')).toMatchObject({ state: 'failed', tools: 0 });
  });

  it('says of each server that fails why it does', async () => {
    const { client } = await world(
      {
        good: { tools: [tool('works')] },
        empty: {},
        refusing: {
          answer: ({ method }) =>
            method === 'initialize' ? { kind: 'error', error: { code: 1, message: 'no key' } } : undefined,
        },
        broken: {
          open: () => Promise.reject(new AppError('mcp.server_failed', 'The image local/broken is not here.')),
        },
      },
      { times },
    );
    const someone = client();
    expect(await someone.names('tools/list')).toEqual(['works']);
    const status = await someone.call('gateway-status');
    if (status.kind === 'error') throw new Error('no status');
    const text = JSON.stringify(status.result);
    expect(text).toContain('MCP server empty answers, but has no tools, prompts or resources.');
    expect(text).toContain('It refused initialize: no key (1).');
    expect(text).toContain('The image local/broken is not here.');
  });

  it('tells whoever calls that the server crashed, and starts another for the next call', async () => {
    let calls = 0;
    const { client, servers } = await world(
      {
        shaky: {
          tools: [tool('work')],
          call: (_params, instance) => {
            calls += 1;
            if (calls > 1) return textResult('done');
            instance.crash();
            return textResult('never heard');
          },
        },
      },
      { longLived: true },
    );
    const someone = client();
    await someone.names('tools/list');
    expect(await someone.call('work')).toMatchObject({
      error: { message: expect.stringContaining('MCP server shaky: It ended with exit code 1.') as string },
    });
    expect(await someone.call('work')).toEqual(textResult('done'));
    expect(servers.openCount()).toBe(1);
  });

  it('keeps what one session hears of its server from all others', async () => {
    const shop: FakeServer = { tools: [tool('buy')] };
    const { client, servers } = await world({ shop }, { longLived: true });
    const [one, other] = [client(), client()];
    await Promise.all([one.names('tools/list'), other.names('tools/list')]);
    await one.call('buy');
    const [mine] = servers.of('shop').filter((instance) => instance.isOpen());
    shop.tools = [tool('buy'), tool('sell')];
    mine?.peer.notify('notifications/tools/list_changed');
    await one.hears('notifications/tools/list_changed');
    expect(await one.names('tools/list')).toEqual(['buy', 'sell']);
    expect(await other.names('tools/list')).toEqual(['buy']);
    expect(other.heard).toEqual([]);
  });

  it('puts new servers in and takes old ones out while clients are there', async () => {
    const { client, change, servers } = await world(
      { git: { tools: [tool('status')] }, files: { tools: [tool('read')] } },
      { enabled: [enabledServer('git')], longLived: true },
    );
    const someone = client();
    expect(await someone.names('tools/list')).toEqual(['status']);
    await someone.call('status');
    await change([enabledServer('files')]);
    await someone.hears('notifications/tools/list_changed');
    expect(await someone.names('tools/list')).toEqual(['read']);
    expect(servers.of('git').some((instance) => instance.isOpen())).toBe(false);
  });

  it('lets steps change a call, answer it, and change its answer', async () => {
    const seen: string[] = [];
    const steps: CallStep[] = [
      {
        name: 'outer',
        async handle(call, next) {
          seen.push(`outer ${call.kind} ${call.server} ${call.name}`);
          const outcome = await next({ ...call, arguments: { ...call.arguments, more: true } });
          return outcome.kind === 'result' ? { kind: 'result', result: { ...outcome.result, marked: true } } : outcome;
        },
      },
      {
        name: 'inner',
        handle: (call, next) => (call.arguments['stop'] === true ? Promise.resolve(textResult('stopped')) : next(call)),
      },
    ];
    const { client } = await world(
      { git: { tools: [tool('status')], call: ({ arguments: args }) => textResult(JSON.stringify(args)) } },
      { steps },
    );
    const someone = client();
    expect(await someone.call('status', { a: 1 })).toEqual({
      kind: 'result',
      result: { content: [{ type: 'text', text: '{"a":1,"more":true}' }], marked: true },
    });
    expect(await someone.call('status', { stop: true })).toMatchObject({ result: { content: [{ text: 'stopped' }] } });
    expect(seen).toEqual(['outer tool git status', 'outer tool git status']);
  });

  it('lets a step ask the person at the client', async () => {
    const steps: CallStep[] = [
      {
        name: 'approval',
        async handle({ session, ...call }, next, options) {
          const answer = await session.elicit?.(
            { message: 'Really?', schema: { type: 'object', properties: {} } },
            options,
          );
          return answer?.action === 'accept' ? await next({ session, ...call }) : textResult('not allowed');
        },
      },
    ];
    const { client } = await world({ git: { tools: [tool('push')] } }, { steps });
    const asking = { capabilities: { elicitation: {} } };
    const yes = client({ ...asking, onRequest: () => ({ kind: 'result', result: { action: 'accept', content: {} } }) });
    const no = client({ ...asking, onRequest: () => ({ kind: 'result', result: { action: 'decline' } }) });
    expect(await yes.call('push')).toEqual(textResult('called push'));
    expect(await no.call('push')).toEqual(textResult('not allowed'));
    expect(await client().call('push')).toEqual(textResult('not allowed'));
  });

  it('gives tools of the gateway a hold on their own session only', async () => {
    const { client } = await world(
      { git: { tools: [tool('status')] }, extra: { tools: [tool('bonus')] } },
      {
        enabled: [enabledServer('git')],
        tools: [
          {
            definition: tool('mcp-add'),
            async call(_args, { session, ...cancel }) {
              const added = await session.add(enabledServer('extra'), cancel);
              return textResult(added.map(({ name }) => textOf(name)).join());
            },
          },
        ],
      },
    );
    const [one, other] = [client(), client()];
    await other.names('tools/list');
    expect(await one.names('tools/list')).toEqual(['mcp-add', 'status']);
    expect(await one.call('mcp-add')).toEqual(textResult('bonus'));
    await one.hears('notifications/tools/list_changed');
    expect(await one.call('bonus')).toEqual(textResult('called bonus'));
    expect(await other.call('bonus')).toMatchObject({ error: { message: 'unknown tool "bonus"' } });
    expect(other.heard).toEqual([]);
  });

  it('stops: whoever waits is told, and nothing is left', async () => {
    const made = await world({ slow: { tools: [tool('wait')], call: async () => (await never, textResult('')) } });
    const someone = made.client();
    await someone.names('tools/list');
    const answer = someone.call('wait');
    await expect.poll(() => made.servers.openCount()).toBe(1);
    await made.gateway.close();
    expect(made.servers.openCount()).toBe(0);
    void answer.catch(() => undefined);
  });
});
