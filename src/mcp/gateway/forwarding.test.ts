import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { JsonObject } from '../types.ts';
import { textOf } from '../protocol/messages.ts';
import { askClient, textResult, tool, type FakeServer } from './testing/fake-servers.ts';
import { gatewayWorld, type World, type WorldOptions } from './testing/gateway-world.ts';

const worlds: World[] = [];
async function world(fakes: Readonly<Record<string, FakeServer>>, options: WorldOptions = {}): Promise<World> {
  const made = await gatewayWorld(fakes, options);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((one) => one.close()));
});

describe('what servers and clients tell each other beyond calls', () => {
  const curious: FakeServer = {
    tools: [tool('think')],
    async call(params, instance) {
      const { method, ...rest } = params['arguments'] as JsonObject;
      const outcome = await askClient(instance, textOf(method) ?? '', rest);
      return textResult(JSON.stringify(outcome));
    },
  };
  const everything = { sampling: {}, roots: {}, elicitation: { form: {}, url: {} } };

  it.each([
    [
      'sampling/createMessage',
      { messages: [], maxTokens: 5 },
      { role: 'assistant', content: { type: 'text', text: 'hi' }, model: 'm' },
    ],
    ['roots/list', {}, { roots: [{ uri: 'file:///tmp' }] }],
    [
      'elicitation/create',
      { message: 'who?', requestedSchema: { type: 'object', properties: {} } },
      { action: 'accept', content: { a: 'b' } },
    ],
  ])('%s reaches the client, in either era of either side', async (method, params, result) => {
    for (const clientEra of ['legacy', 'modern'] as const) {
      const { client } = await world({ curious });
      const someone = client({
        era: clientEra,
        capabilities: everything,
        onRequest: () => ({ kind: 'result', result }),
      });
      let answer = await someone.request('tools/call', { name: 'think', arguments: { method, ...params } });
      if (clientEra === 'modern') {
        if (answer.kind === 'error') throw new Error(answer.error.message);
        expect(answer.result).toMatchObject({ resultType: 'input_required' });
        const [[key, question] = ['', null]] = Object.entries(answer.result['inputRequests'] as JsonObject);
        expect(question).toMatchObject({ method });
        answer = await someone.request('tools/call', {
          name: 'think',
          arguments: { method, ...params },
          inputResponses: { [key]: result },
          requestState: answer.result['requestState'] ?? null,
        });
      }
      expect(answer).toMatchObject({ result: { content: [{ text: JSON.stringify({ kind: 'result', result }) }] } });
    }
  });

  it('a server of the stateless era gets what it needs from either kind of client', async () => {
    const needy: FakeServer = {
      era: 'modern',
      tools: [tool('greet')],
      call: ({ inputResponses, requestState }) =>
        inputResponses === undefined
          ? {
              kind: 'result',
              result: {
                resultType: 'input_required',
                inputRequests: {
                  name: {
                    method: 'elicitation/create',
                    params: { message: 'name?', requestedSchema: { type: 'object', properties: {} } },
                  },
                },
                requestState: 'opaque',
              },
            }
          : {
              kind: 'result',
              result: {
                resultType: 'complete',
                content: [{ type: 'text', text: `${JSON.stringify(inputResponses)} ${textOf(requestState)}` }],
              },
            },
    };
    const given = { action: 'accept', content: { name: 'Ada' } };
    const done = `${JSON.stringify({ name: given })} opaque`;
    const { client } = await world({ needy });
    const old = client({ capabilities: everything, onRequest: () => ({ kind: 'result', result: given }) });
    expect(await old.call('greet')).toEqual(textResult(done));

    const young = client({ era: 'modern', capabilities: everything });
    const first = await young.call('greet');
    expect(first).toMatchObject({ result: { resultType: 'input_required', requestState: 'opaque' } });
    const second = await young.request('tools/call', {
      name: 'greet',
      arguments: {},
      inputResponses: { name: given },
      requestState: 'opaque',
    });
    expect(second).toMatchObject({ result: { resultType: 'complete', content: [{ text: done }] } });
  });

  it('tells a server that the client cannot be asked such things', async () => {
    const { client } = await world({ curious });
    const answer = await client().request('tools/call', { name: 'think', arguments: { method: 'roots/list' } });
    expect(JSON.stringify(answer)).toContain('The client does not support roots/list.');
  });

  it('a held call of one client is not another’s to go on with', async () => {
    const { client } = await world({ curious });
    const make = () => client({ era: 'modern', capabilities: everything });
    const args = { name: 'think', arguments: { method: 'roots/list' } };
    const first = await make().request('tools/call', args);
    if (first.kind === 'error') throw new Error(first.error.message);
    const stolen = await make().request('tools/call', {
      ...args,
      inputResponses: { q1: { roots: [] } },
      requestState: first.result['requestState'] ?? null,
    });
    expect(stolen).toMatchObject({ error: { code: -32_602 } });
  });

  it('progress goes to whoever asked for it, under the token of theirs', async () => {
    const { client } = await world({
      slow: {
        tools: [tool('work')],
        call(params, { peer }) {
          const { progressToken } = params['_meta'] as JsonObject;
          peer.notify('notifications/progress', { progressToken: progressToken ?? null, progress: 1, total: 2 });
          return textResult('done');
        },
      },
    });
    for (const era of ['legacy', 'modern'] as const) {
      const heard: JsonObject[] = [];
      const someone = client({ era });
      await someone.request('tools/call', { name: 'work' }, { progress: (params) => heard.push(params) });
      expect(heard).toMatchObject([{ progress: 1, total: 2 }]);
    }
  });

  it('a withdrawn call is withdrawn at the server', async () => {
    let running = 0;
    const { client } = await world(
      {
        slow: {
          tools: [tool('wait')],
          call: (_params, _instance, { signal }) =>
            new Promise((resolve) => {
              running += 1;
              signal.addEventListener('abort', () => {
                running -= 1;
                resolve(textResult(''));
              });
            }),
        },
      },
      { longLived: true },
    );
    for (const era of ['legacy', 'modern'] as const) {
      const gone = new AbortController();
      const someone = client({ era });
      await someone.names('tools/list');
      const answer = someone.request('tools/call', { name: 'wait' }, { signal: gone.signal });
      await expect.poll(() => running).toBe(1);
      gone.abort(new AppError('request.aborted', 'gone'));
      await expect(answer).rejects.toThrow('gone');
      await expect.poll(() => running).toBe(0);
    }
  });

  it('logs are heard by those who want them, as loud as they want', async () => {
    const { client } = await world({
      chatty: {
        capabilities: { tools: {}, logging: {} },
        tools: [tool('talk')],
        call(_params, { peer }) {
          peer.notify('notifications/message', { level: 'debug', data: 'quiet' });
          peer.notify('notifications/message', { level: 'error', data: 'loud' });
          return textResult('done');
        },
      },
    });
    const told = (heard: readonly { params?: JsonObject | undefined }[]) => heard.map(({ params }) => params?.['data']);
    const all = client();
    await all.call('talk');
    expect(told(all.heard)).toEqual(['quiet', 'loud']);
    const few = client();
    expect(await few.request('logging/setLevel', { level: 'warning' })).toEqual({ kind: 'result', result: {} });
    await few.call('talk');
    expect(told(few.heard)).toEqual(['loud']);
    const silent = client({ era: 'modern' });
    await silent.call('talk');
    expect(silent.heard).toEqual([]);
    const modern = client({ era: 'modern', logLevel: 'error' });
    await modern.call('talk');
    expect(told(modern.heard)).toEqual(['loud']);
  });

  it('changes of a resource are told to those who follow it', async () => {
    const library: FakeServer = { tools: [], resources: [{ uri: 'book://1', name: 'one' }] };
    const { client, servers } = await world({ library });
    const someone = client();
    await someone.request('resources/list');
    await someone.request('resources/subscribe', { uri: 'book://1' });
    const listener = client({ era: 'modern' });
    const gone = new AbortController();
    const listening = listener.request(
      'subscriptions/listen',
      { notifications: { resourceSubscriptions: ['book://1'] } },
      { signal: gone.signal },
    );
    await listener.hears('notifications/subscriptions/acknowledged');
    const subscribed = () =>
      servers
        .of('library')
        .filter((one) => one.isOpen() && one.received.some(({ method }) => method === 'resources/subscribe'));
    await expect.poll(() => subscribed().length).toBe(2);
    for (const instance of subscribed()) instance.peer.notify('notifications/resources/updated', { uri: 'book://1' });
    expect((await someone.hears('notifications/resources/updated')).params).toEqual({ uri: 'book://1' });
    expect((await listener.hears('notifications/resources/updated')).params).toMatchObject({
      uri: 'book://1',
      _meta: {},
    });
    gone.abort(new AppError('request.aborted', 'enough'));
    await expect(listening).rejects.toThrow('enough');
  });

  it('prompts, resources and completions are asked where they are', async () => {
    const { client } = await world({
      writer: {
        tools: [],
        capabilities: { prompts: {}, resources: {}, completions: {} },
        prompts: [{ name: 'poem' }],
        resources: [{ uri: 'doc://a', name: 'a' }],
        templates: [{ uriTemplate: 'doc://{id}/page/{n}', name: 'page' }],
        answer: ({ method, params = {} }) =>
          ['prompts/get', 'resources/read', 'completion/complete'].includes(method)
            ? { kind: 'result', result: { method, params } }
            : undefined,
      },
    });
    const someone = client();
    expect(await someone.names('prompts/list')).toEqual(['poem']);
    expect(await someone.request('prompts/get', { name: 'poem', arguments: { a: 'b' } })).toMatchObject({
      result: { method: 'prompts/get', params: { name: 'poem', arguments: { a: 'b' } } },
    });
    for (const uri of ['doc://a', 'doc://7/page/3']) {
      expect(await someone.request('resources/read', { uri })).toMatchObject({ result: { params: { uri } } });
    }
    const ref = { type: 'ref/resource', uri: 'doc://{id}/page/{n}' };
    const argument = { name: 'id', value: 'x' };
    expect(await someone.request('completion/complete', { ref, argument })).toMatchObject({
      result: { params: { ref, argument } },
    });
    expect(await someone.request('resources/read', { uri: 'other://x' })).toMatchObject({ error: { code: -32_002 } });
    expect(await client({ era: 'modern' }).request('resources/read', { uri: 'other://x' })).toMatchObject({
      error: { code: -32_602 },
    });
  });

  it('a link in an answer is read from the server that gave it', async () => {
    const { client } = await world({
      maker: {
        capabilities: { tools: {}, resources: {} },
        tools: [tool('make')],
        call: () => ({ kind: 'result', result: { content: [{ type: 'resource_link', uri: 'made://1', name: 'x' }] } }),
        answer: ({ method, params = {} }) =>
          method === 'resources/read'
            ? { kind: 'result', result: { contents: [{ uri: params['uri'] ?? '', text: 'yes' }] } }
            : undefined,
      },
    });
    const someone = client();
    await someone.call('make');
    expect(await someone.request('resources/read', { uri: 'made://1' })).toMatchObject({
      result: { contents: [{ text: 'yes' }] },
    });
    expect(await client().request('resources/read', { uri: 'made://1' })).toMatchObject({ error: {} });
  });

  it('a stateless client learns what it needs from one request', async () => {
    const { client } = await world({ git: { tools: [tool('status')] } });
    const someone = client({ era: 'modern' });
    expect(await someone.request('server/discover')).toMatchObject({
      result: {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'Docker AI MCP Gateway' } },
      },
    });
    expect(await someone.request('tools/list')).toMatchObject({
      result: { resultType: 'complete', ttlMs: 0, cacheScope: 'private' },
    });
    for (const method of ['logging/setLevel', 'resources/subscribe', 'nope']) {
      expect(await someone.request(method)).toMatchObject({ error: { code: -32_601 } });
    }
  });
});
