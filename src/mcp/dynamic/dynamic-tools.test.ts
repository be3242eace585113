import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { CallOutcome, CatalogServer, EnabledServer, GatewayTool, JsonObject, SessionControl } from '../types.ts';
import { enabledServer } from '../gateway/testing/gateway-world.ts';
import { dynamicTools } from './dynamic-tools.ts';
import type { DynamicToolsOptions } from './types.ts';

function entry(name: string): CatalogServer {
  const config = [{ name, type: 'object', properties: { path: { type: 'string' } } }];
  return enabledServer(name, { config }).entry;
}

/** A session of the gateway in which every server has one tool named after it. */
function session(): SessionControl & { readonly servers: Map<string, EnabledServer>; readonly calls: unknown[] } {
  const servers = new Map<string, EnabledServer>();
  const tools: GatewayTool[] = [];
  const calls: unknown[] = [];
  return {
    servers,
    calls,
    configured: new Map(),
    client: { id: 's1', client: { name: 'test', version: '1' }, elicit: undefined },
    enabled: () => [...servers.values()],
    async add(server) {
      if (server.entry.name === 'broken') throw new AppError('mcp.server_failed', 'It broke.', { hint: 'Mend it.' });
      servers.set(server.entry.name, server);
      return [{ name: `${server.entry.name}-tool` }];
    },
    remove: (server) => servers.delete(server),
    addTool: (tool) => void tools.push(tool),
    tools: () => [
      ...[...servers.keys()].map((name) => ({ name: `${name}-tool`, inputSchema: { type: 'object' } })),
      ...tools.map(({ definition }) => definition),
    ],
    serverOf: (tool) => (tool.endsWith('-tool') ? tool.slice(0, -5) : undefined),
    async callTool(name, args) {
      calls.push([name, args]);
      const made = tools.find(({ definition }) => definition['name'] === name);
      if (made) return await made.call(args, { session: this });
      return { kind: 'result', result: { content: [{ type: 'text', text: `${name} done` }] } };
    },
  };
}

const known = [entry('files'), entry('broken'), entry('secretive')];
const profiles = new Map<string, readonly EnabledServer[]>();
const options: DynamicToolsOptions = {
  directory: {
    search: async (query, { limit }) => {
      const servers = known
        .filter(({ name }) => name.includes(query))
        .map((one) => ({ entry: one, origin: 'starter', config: {} }));
      return { total: servers.length, servers: servers.slice(0, limit) };
    },
    find: async (name) => {
      const found = known.find((one) => one.name === name);
      return found && { entry: found, origin: 'starter', config: { kept: 1 } };
    },
  },
  profiles: {
    save: async (name, servers) => {
      profiles.set(name, servers);
      return { id: name };
    },
    load: async (name) => {
      const servers = profiles.get(name);
      if (!servers) throw new AppError('mcp.profile_not_found', `There is no profile ${name}.`);
      return servers;
    },
  },
  problems: async ({ entry: { name } }) =>
    name === 'secretive' ? [new AppError('mcp.not_configured', 'It needs a secret.', { hint: 'Set it.' })] : [],
  run: async ({ functions, call }) => {
    const [name = '', tool = ''] = Object.entries(functions)[0] ?? [];
    const result = await call(tool, { from: name });
    return { type: 'done', text: JSON.stringify(result['content']), printed: 'seen\n' };
  },
};

async function call(name: string, args: JsonObject, on: SessionControl): Promise<{ text: string; isError: boolean }> {
  const tool =
    dynamicTools(options).find(({ definition }) => definition['name'] === name) ??
    ({ call: (given: JsonObject) => on.callTool(name, given, {}) } as Pick<GatewayTool, 'call'>);
  const outcome: CallOutcome = await tool.call(args, { session: on });
  if (outcome.kind === 'error') throw new Error(outcome.error.message);
  const [first] = outcome.result['content'] as { text: string }[];
  return { text: first?.text ?? '', isError: outcome.result['isError'] === true };
}

describe('tools with which a model changes its own session', () => {
  it('find servers and say what they need', async () => {
    const { text } = await call('mcp-find', { query: 'files' }, session());
    expect(JSON.parse(text)).toMatchObject({
      total_matches: 1,
      servers: [{ name: 'files', from: 'starter', required_secrets: [] }],
    });
    expect(await call('mcp-find', { query: ' ' }, session())).toMatchObject({ isError: true });
  });

  it('add a server with its configuration, and remove it', async () => {
    const one = session();
    expect(await call('mcp-config-set', { server: 'files', config: '{"path":"/x"}' }, one)).toMatchObject({
      isError: false,
    });
    expect((await call('mcp-add', { name: 'files' }, one)).text).toContain('files-tool');
    expect(one.servers.get('files')?.config).toEqual({ kept: 1, path: '/x' });
    expect(await call('mcp-remove', { name: 'files' }, one)).toMatchObject({ isError: false });
    expect(await call('mcp-remove', { name: 'files' }, one)).toMatchObject({ isError: true });
  });

  it('give a running server its new configuration', async () => {
    const one = session();
    await call('mcp-add', { name: 'files' }, one);
    await call('mcp-config-set', { server: 'files', config: { path: '/y' } }, one);
    expect(one.servers.get('files')?.config).toEqual({ kept: 1, path: '/y' });
  });

  it('keep the configuration of one session from the others', async () => {
    const [one, other] = [session(), session()];
    await call('mcp-config-set', { server: 'files', config: { path: '/secret' } }, one);
    await call('mcp-add', { name: 'files' }, other);
    expect(other.servers.get('files')?.config).toEqual({ kept: 1 });
  });

  it('never repeat a value that was configured', async () => {
    const { text } = await call('mcp-config-set', { server: 'files', config: { path: 's3cret' } }, session());
    expect(text).not.toContain('s3cret');
  });

  it.each([
    ['mcp-add', { name: 'nobody' }, /no MCP server named nobody/],
    ['mcp-add', { name: 'secretive' }, /needs a secret\. Set it/],
    ['mcp-add', { name: 'broken' }, /It broke\. Mend it/],
    ['mcp-config-set', { server: 'files', config: { other: 1 } }, /no configuration named other.*path/s],
    ['mcp-config-set', { server: 'files', config: 'not json' }, /must be a JSON object/],
    ['mcp-exec', { name: 'mcp-exec' }, /called directly/],
    ['code-mode', { name: 'x', servers: [] }, /at least one/],
    ['code-mode', { name: 'x', servers: ['nobody'] }, /no MCP server named nobody/],
    ['code-mode', { name: 'no good', servers: ['files'] }, /may hold letters/],
    ['mcp-activate-profile', { name: 'nobody' }, /no profile nobody/],
  ])('%s %j says why it could not', async (name, args, words) => {
    const { text, isError } = await call(name, args, session());
    expect(isError).toBe(true);
    expect(text).toMatch(words);
  });

  it('call a tool by its name, through all that a call passes', async () => {
    const one = session();
    expect(await call('mcp-exec', { name: 'files-tool', arguments: '{"a":1}' }, one)).toMatchObject({
      text: 'files-tool done',
    });
    expect(one.calls).toEqual([['files-tool', { a: 1 }]]);
  });

  it('make a tool that runs scripts over the tools of servers, and of those only', async () => {
    const one = session();
    await call('mcp-add', { name: 'files' }, one);
    const made = await call('code-mode', { name: 'sum', servers: ['files'] }, one);
    expect(made.text).toContain('declare function files_tool(');
    expect(made.text).not.toContain('code_mode');
    const ran = await call('code-mode-sum', { script: 'return 1' }, one);
    expect(ran.text).toBe('[{"type":"text","text":"files-tool done"}]\n\nPrinted:\nseen');
    expect(one.calls).toContainEqual(['files-tool', { from: 'files_tool' }]);
  });

  it('save the servers of a session, and add those that can be used', async () => {
    const one = session();
    await call('mcp-add', { name: 'files' }, one);
    await call('mcp-create-profile', { name: 'work' }, one);
    profiles.set('work', [...(profiles.get('work') ?? []), ...[entry('secretive'), entry('broken')].map(enabled)]);
    const other = session();
    const { text } = await call('mcp-activate-profile', { name: 'work' }, other);
    expect(text).toMatch(/Added 1 of 3 servers of work: files\.\nsecretive: It needs a secret.*\nbroken: It broke/);
    expect([...other.servers.keys()]).toEqual(['files']);
  });
});

function enabled(one: CatalogServer): EnabledServer {
  return { entry: one, config: {}, tools: undefined, origin: 'test' };
}
