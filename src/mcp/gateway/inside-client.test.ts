import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#core';
import type { JsonObject } from '../types.ts';
import { succeeded } from '../protocol/messages.ts';
import { connectInside, type InsideClient } from './inside-client.ts';
import { enabledServer, gatewayWorld, type WorldOptions } from './testing/gateway-world.ts';
import type { FakeServer } from './testing/fake-servers.ts';

const ignoring = { onProgress: () => undefined, onLog: () => undefined, signal: new AbortController().signal };
const never = async (): Promise<never> => Promise.reject(new Error('nobody is asked'));

async function inside(fakes: Readonly<Record<string, FakeServer>>, options: WorldOptions = {}): Promise<InsideClient> {
  const world = await gatewayWorld(fakes, options);
  onTestFinished(() => world.close());
  const client = await connectInside(world.gateway, { name: 'page', clock: systemClock });
  onTestFinished(() => client.end());
  return client;
}

describe('a client inside the process', () => {
  it('calls a tool by its server and own name, also where another has one of that name', async () => {
    const tool = (said: string): FakeServer => ({
      tools: [{ name: 'say', inputSchema: { type: 'object' } }],
      call: () => succeeded({ content: [{ type: 'text', text: said }] }),
    });
    const client = await inside({ one: tool('from one'), two: tool('from two') });
    const outcome = await client.call(
      { server: 'two', tool: 'say', arguments: {} },
      { ...ignoring, onQuestion: never },
    );
    expect(outcome).toMatchObject({ kind: 'result', result: { content: [{ text: 'from two' }] } });
  });

  it('says when the server is not there, and when the tool is switched off', async () => {
    const fakes = { one: { tools: [{ name: 'say', inputSchema: { type: 'object' } }] } };
    const client = await inside(fakes, { enabled: [enabledServer('one', {}, { disabledTools: ['say'] })] });
    const call = (server: string) =>
      client.call({ server, tool: 'say', arguments: {} }, { ...ignoring, onQuestion: never });
    await expect(call('absent')).rejects.toMatchObject({ code: 'mcp.server_not_found' });
    await expect(call('one')).rejects.toMatchObject({ code: 'mcp.tool_not_found' });
  });

  it('gets a prompt and reads a resource of the server that is meant, and of no other', async () => {
    const server = (uri: string): FakeServer => ({
      capabilities: { prompts: {}, resources: {} },
      prompts: [{ name: 'poem' }],
      resources: [{ uri, name: 'note' }],
      answer: ({ method, params = {} }) =>
        method === 'prompts/get' || method === 'resources/read' ? succeeded({ method, params, uri }) : undefined,
    });
    const client = await inside({ one: server('note://1'), two: server('note://2') });
    const options = { ...ignoring, onQuestion: never };
    expect(await client.prompt({ server: 'two', prompt: 'poem', arguments: { about: 'rain' } }, options)).toMatchObject(
      {
        result: { params: { name: 'poem', arguments: { about: 'rain' } }, uri: 'note://2' },
      },
    );
    expect(await client.read({ server: 'one', uri: 'note://1' }, options)).toMatchObject({
      result: { params: { uri: 'note://1' }, uri: 'note://1' },
    });
    await expect(client.read({ server: 'one', uri: 'note://2' }, options)).rejects.toMatchObject({
      code: 'mcp.tool_not_found',
    });
    await expect(client.prompt({ server: 'one', prompt: 'song', arguments: {} }, options)).rejects.toMatchObject({
      code: 'mcp.tool_not_found',
    });
  });

  it('passes questions of the server on to the person, and their answer back', async () => {
    const asked: JsonObject[] = [];
    const client = await inside({
      one: {
        tools: [{ name: 'ask', inputSchema: { type: 'object' } }],
        call: async (_params, { peer }) => {
          const question = { message: 'Which?', requestedSchema: { type: 'object' } };
          const said = await peer.request('elicitation/create', question, { quietMs: 60_000 });
          return succeeded({ content: [], structuredContent: said.kind === 'result' ? said.result : {} });
        },
      },
    });
    const outcome = await client.call(
      { server: 'one', tool: 'ask', arguments: {} },
      {
        ...ignoring,
        async onQuestion({ message, schema }) {
          asked.push({ message, schema });
          return { action: 'accept', content: { which: 'this' } };
        },
      },
    );
    expect(asked).toEqual([{ message: 'Which?', schema: { type: 'object' } }]);
    expect(outcome).toMatchObject({ result: { structuredContent: { action: 'accept', content: { which: 'this' } } } });
  });
});
