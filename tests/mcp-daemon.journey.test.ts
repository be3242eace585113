import { request } from 'node:http';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mcpStatusBody } from '#contract';
import { readCalls, type CallRecord } from '#mcp';
import { dockerMissing } from './docker-engine.ts';
import { gantry, runCommand } from './harness.ts';
import { partsOf } from './mcp-containers.ts';
import { callText, leave, startMcpDaemon, writeProfile, type McpDaemon, type ServerEntry } from './mcp-daemon.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const tools = (names: string) => [{ name: 'TOOLS', value: names }];

describe.skipIf(missing !== undefined)('MCP in the daemon', () => {
  let daemon: McpDaemon;
  beforeAll(async () => {
    const image = await mcpScriptImage(scriptServer);
    daemon = await startMcpDaemon({
      profiles: {
        default: [
          { name: 'each', image, env: tools('claim,pid,crash,interfaces') },
          { name: 'kept', image, env: tools('argv,status'), longLived: true },
          { name: 'broken', image, env: [{ name: 'CRASH', value: '1' }] },
        ],
        work: [{ name: 'counter', image, env: tools('claim'), longLived: true }],
      },
    });
  });
  afterAll(async () => {
    const { home } = daemon;
    await daemon.stop();
    expect(await partsOf(home)).toEqual([]);
  });

  it.each(['streaming', 'sse'] as const)('serves the official client over %s', async (transport) => {
    const client = await daemon.connect({ transport });
    // The first list may come before all servers did; the client is told of what came later.
    await expect
      .poll(async () => (await client.listTools()).tools.map(({ name }) => name), { timeout: 60_000 })
      .toEqual(expect.arrayContaining(['argv', 'claim', 'crash', 'gateway-status', 'pid']));
    expect(await callText(client, 'claim')).toBe('1');
    // A container for each call: nobody used this one before.
    expect(await callText(client, 'claim')).toBe('1');
    expect(await callText(client, 'argv')).toBe('[]');
    await leave(client);
  });

  it('keeps a session’s server through the visit of another profile, and each profile its own', async () => {
    const work = await daemon.connect({ profile: 'work' });
    expect(await callText(work, 'claim')).toBe('1');
    const client = await daemon.connect();
    expect(await callText(client, 'claim')).toBe('1');
    await leave(client);
    expect(await callText(work, 'claim')).toBe('2');
    await expect(work.callTool({ name: 'pid' })).rejects.toThrow(/unknown tool "pid"/);
    await leave(work);
  });

  it('tells state, last error, calls and latency, by command, route and tool', async () => {
    const client = await daemon.connect();
    expect(await callText(client, 'claim')).toBe('1');
    await expect(client.callTool({ name: 'crash' })).rejects.toThrow(/each ended with code 7: out of ideas/);
    const { stdout } = await gantry(daemon.home, ['mcp', 'status', '--profile', 'default']);
    expect(stdout).toMatch(/^each +ready .* ms /m);
    expect(stdout).toMatch(/^broken +failed /m);
    expect(stdout).toMatch(/^broken: MCP server broken: broken ended with code 3: it cannot go on/m);
    expect(stdout).toMatch(/^each: MCP server each: each ended with code 7: out of ideas/m);

    const answer = await fetch(`${daemon.current().url}/gantry/mcp/status`);
    const told = mcpStatusBody.parse(await answer.json()).gateways.find(({ profile }) => profile === 'default');
    const facts = Object.fromEntries((told?.servers ?? []).map((server) => [server.name, server]));
    expect(facts['each']).toMatchObject({
      state: 'known',
      tools: 4,
      failures: 1,
      error: { code: 'mcp.server_failed' },
    });
    expect(facts['each']?.calls).toBeGreaterThan(1);
    expect(facts['each']?.latencyMs?.mean).toBeGreaterThan(0);
    expect(facts['broken']).toMatchObject({ state: 'failed', tools: 0, calls: 0 });

    const { structuredContent } = await client.callTool({ name: 'gateway-status' });
    const { servers } = structuredContent as { readonly servers: readonly { readonly name: string }[] };
    expect(servers.find(({ name }) => name === 'each')).toMatchObject({ failures: 1, calls: facts['each']?.calls });
    await leave(client);
  });

  it('serves the commands for tools, which say the same as with a gateway of their own', async () => {
    const callsOf = async (): Promise<number | undefined> => {
      const answer = await fetch(`${daemon.current().url}/gantry/mcp/status`);
      const { gateways } = mcpStatusBody.parse(await answer.json());
      const gateway = gateways.find(({ profile }) => profile === 'work');
      return gateway?.servers.find(({ name }) => name === 'counter')?.calls;
    };
    const client = await daemon.connect({ profile: 'work' });
    await callText(client, 'claim');
    await leave(client);
    const before = (await callsOf()) ?? 0;
    const words = [
      ['ls', '--json'],
      ['inspect', 'claim', '--json'],
      ['call', 'claim', '--json'],
      ['call', 'claim', 'a:=1', '--json'],
      ['call', 'clam'],
      ['inspect', 'clam'],
    ];
    for (const one of words) {
      const run = (...more: readonly string[]) =>
        gantry(daemon.home, ['mcp', 'tools', ...one, '--profile', 'work', ...more]);
      const warm = await run();
      const own = await run('--gateway-arg=--cpus=1');
      expect({ ...warm, one }).toEqual({ ...own, one });
    }
    expect(await callsOf()).toBe(before + 2);
  });

  it('refuses names and pages that are not of this machine', async () => {
    const refused = async (headers: Readonly<Record<string, string>>): Promise<number> =>
      await new Promise((resolve, reject) => {
        request(new URL('/mcp', daemon.current().url), { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .once('error', reject)
          .end('{}');
      });
    expect(await refused({ host: 'evil.example', 'content-type': 'application/json' })).toBe(403);
    expect(await refused({ origin: 'http://evil.example', 'content-type': 'application/json' })).toBe(403);
  });

  it.each(['streaming', 'sse'] as const)(
    'leaves nothing of a session over %s once its client is gone',
    async (transport) => {
      const client = await daemon.connect({ transport });
      await callText(client, 'argv');
      const running = async (): Promise<string> => {
        const filters = ['--filter', `label=gantry.mcp.home=${daemon.home}`, '--filter', 'label=docker-mcp-name=kept'];
        return (await runCommand(['docker', 'ps', '-aq', ...filters])).stdout;
      };
      expect(await running()).toMatch(/^\w+\n$/);
      await leave(client);
      await expect.poll(running, { timeout: 30_000 }).toBe('');
    },
  );
});

describe.skipIf(missing !== undefined)('settings of MCP, changed while the daemon runs', () => {
  let daemon: McpDaemon;
  let image: string;
  const servers = (chosen: string): readonly ServerEntry[] => [
    { name: 'each', image, env: tools('interfaces'), prefix: 'each' },
    {
      name: 'kept',
      image,
      env: [...tools('interfaces,claim,env'), { name: 'CHOSEN', value: chosen }],
      prefix: 'kept',
      longLived: true,
    },
  ];
  beforeAll(async () => {
    image = await mcpScriptImage(scriptServer);
    daemon = await startMcpDaemon({ profiles: { default: servers('first') } });
  });
  afterAll(() => daemon.stop());

  const set = async (key: string, value: string): Promise<void> => {
    const { code, stderr } = await gantry(daemon.home, ['settings', 'set', key, value]);
    expect(code, stderr).toBe(0);
  };
  const networks = async (client: Client) => ({
    each: await callText(client, 'each__interfaces'),
    kept: await callText(client, 'kept__interfaces'),
  });

  it('mcp.blockNetwork holds for the next call, of a session that is open and of what waits ready too', async () => {
    const client = await daemon.connect();
    expect(await networks(client)).toEqual({ each: 'lo,eth0', kept: 'lo,eth0' });
    await set('mcp.blockNetwork', 'true');
    expect(await networks(client)).toEqual({ each: 'lo', kept: 'lo' });
    await set('mcp.blockNetwork', 'false');
    expect(await networks(client)).toEqual({ each: 'lo,eth0', kept: 'lo,eth0' });
    await leave(client);
  });

  it('mcp.blockNetwork ends servers that nobody uses at once', async () => {
    const client = await daemon.connect();
    await callText(client, 'kept__interfaces');
    const withNetwork = async (): Promise<string> => {
      const filters = ['--filter', `label=gantry.mcp.home=${daemon.home}`, '--filter', 'network=bridge'];
      return (await runCommand(['docker', 'ps', '-q', ...filters])).stdout;
    };
    expect(await withNetwork()).not.toBe('');
    await set('mcp.blockNetwork', 'true');
    await expect.poll(withNetwork, { timeout: 30_000 }).toBe('');
    await set('mcp.blockNetwork', 'false');
    await leave(client);
  });

  it('mcp.verify holds for the next call, of a session that is open and of what waits ready too', async () => {
    const client = await daemon.connect();
    const said = async (name: string): Promise<string> =>
      await client.callTool({ name, arguments: {} }).then((answer) => JSON.stringify(answer), String);
    for (const name of ['each__interfaces', 'kept__interfaces']) expect(await said(name)).toContain('eth0');
    await set('mcp.verify', JSON.stringify([{ pattern: 'docker.io/**', key: join(daemon.home, 'none.pub') }]));
    for (const name of ['each__interfaces', 'kept__interfaces']) {
      expect(await said(name)).toMatch(/must be signed|of mcp\.verify cannot be used/);
    }
    await set('mcp.verify', '[]');
    for (const name of ['each__interfaces', 'kept__interfaces']) expect(await said(name)).toContain('eth0');
    await leave(client);
  });

  it('are followed by a session as a change of the profile is', async () => {
    const client = await daemon.connect();
    const chosen = () => callText(client, 'kept__env', { name: 'CHOSEN' });
    expect(await chosen()).toBe('first');
    await writeProfile(daemon.home, { id: 'default', servers: servers('second') });
    await expect.poll(chosen, { timeout: 30_000 }).toBe('second');
    await leave(client);
  });

  it('mcp.blockSecrets holds for the next call', async () => {
    const client = await daemon.connect();
    const pass = async (): Promise<boolean | undefined> => {
      const token = `ghp_${'aB3dE5gH7jK9mN1pQ3sT'.repeat(2).slice(0, 36)}`;
      const call = client.callTool({ name: 'kept__claim', arguments: { token } });
      return await call.then(
        ({ isError }) => isError !== true,
        () => false,
      );
    };
    expect(await pass()).toBe(false);
    await set('mcp.blockSecrets', 'false');
    expect(await pass()).toBe(true);
    await set('mcp.blockSecrets', 'true');
    expect(await pass()).toBe(false);
    await leave(client);
  });

  it('mcp.enabled ends sessions and their servers, and lets nobody in until it is on again', async () => {
    const client = await daemon.connect();
    await client.listTools();
    await set('mcp.enabled', 'false');
    await expect.poll(async () => await client.listTools().then(String, String)).toMatch(/switched off/);
    await expect(daemon.connect()).rejects.toThrow(/switched off/);
    await set('mcp.enabled', 'true');
    await leave(await daemon.connect());
  });

  it('mcp.record holds for the next call', async () => {
    const client = await daemon.connect();
    const kept = async (): Promise<readonly CallRecord[]> => {
      const records: CallRecord[] = [];
      for await (const one of readCalls(join(daemon.home, 'mcp', 'calls'))) if (one.name === 'claim') records.push(one);
      return records;
    };
    const count = (await kept()).length;
    await client.callTool({ name: 'kept__claim', arguments: { note: 'one' } });
    await expect.poll(async () => (await kept()).length, { timeout: 30_000 }).toBe(count + 1);
    // It is made again where it was made, whatever its tool is called here.
    const id = (await kept()).at(-1)?.id ?? '';
    const again = await gantry(daemon.home, ['mcp', 'calls', 'replay', id, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ content: [{ text: expect.stringMatching(/^\d+$/) }] });
    await set('mcp.record', 'off');
    await client.callTool({ name: 'kept__claim', arguments: { note: 'two' } });
    await set('mcp.record', 'metadata');
    await client.callTool({ name: 'kept__claim', arguments: { note: 'three' } });
    await expect.poll(async () => (await kept()).length, { timeout: 30_000 }).toBe(count + 3);
    const texts = JSON.stringify(await kept());
    expect([texts.includes('one'), texts.includes('two'), texts.includes('three')]).toEqual([true, false, false]);
    await leave(client);
  });
});

describe.skipIf(missing !== undefined)('MCP in a daemon that wants keys', () => {
  let daemon: McpDaemon;
  beforeAll(async () => {
    const image = await mcpScriptImage(scriptServer);
    daemon = await startMcpDaemon({
      profiles: { default: [{ name: 'each', image, env: tools('claim') }] },
      settings: 'server: { access: keys }\n',
    });
  });
  afterAll(() => daemon.stop());

  const keyFor = async (name: string, scope: string): Promise<string> => {
    const made = await gantry(daemon.home, ['key', 'create', name, '--scope', scope]);
    expect(made.code, made.stderr).toBe(0);
    return /gantry_\S+/.exec(made.stdout)?.[0] ?? '';
  };

  it('serves who has one for it, over both transports, and nobody else', async () => {
    const [key, other] = await Promise.all([keyFor('editor', 'mcp'), keyFor('chat', 'infer')]);
    for (const transport of ['streaming', 'sse'] as const) {
      const client = await daemon.connect({ transport, key });
      expect(await callText(client, 'claim')).toBe('1');
      await leave(client);
      await expect(daemon.connect({ transport, key: other })).rejects.toThrow(/403|scope/);
      await expect(daemon.connect({ transport })).rejects.toThrow(/401|API key|Unauthorized/i);
      await expect(daemon.connect({ transport, key: 'gantry_wrong' })).rejects.toThrow(/401|API key|Unauthorized/i);
    }
  });

  it('keeps the session of one key from another, also when its id is known', async () => {
    const [key, other] = await Promise.all([keyFor('one', 'mcp'), keyFor('two', 'mcp')]);
    const url = new URL('/mcp', daemon.current().url);
    const send = (authorization: string, body: object, session?: string) =>
      fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${authorization}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(session === undefined ? {} : { 'mcp-session-id': session }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
      });
    const clientInfo = { name: 'raw', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const opened = await send(key, { method: 'initialize', params });
    const session = opened.headers.get('mcp-session-id') ?? '';
    expect(session).not.toBe('');
    const stolen = await send(other, { method: 'tools/list' }, session);
    expect([(await send(key, { method: 'tools/list' }, session)).status, stolen.status]).toEqual([200, 404]);
  });
});
