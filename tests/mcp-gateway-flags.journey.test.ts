import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gantryProgram } from '#testing';
import { dockerMissing } from './docker-engine.ts';
import { root, runCommand, temporaryDirectory } from './harness.ts';
import { callText, leave } from './mcp-daemon.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;

interface Running {
  readonly child: ChildProcess;
  readonly client: Client;
  /** Of standard error, so far. */
  said(): string;
}

/** What `mcp gateway run` does with what its flags say: files as toolkits before profiles have them, limits, guards. */
describe.skipIf(missing !== undefined)('flags of mcp gateway run', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let image: string;
  const running: Running[] = [];

  const place = (name: string): string => join(home.path, name);
  async function file(name: string, content: unknown): Promise<string> {
    await writeFile(place(name), typeof content === 'string' ? content : JSON.stringify(content));
    return place(name);
  }
  const entry = (tools: string, more: object = {}) => ({
    type: 'server',
    title: 'Script',
    description: 'A server for tests',
    image,
    env: [{ name: 'TOOLS', value: tools }],
    ...more,
  });

  const start = (...flags: readonly string[]): Promise<Running> => startBehind([], ...flags);

  /** `before` is a command that runs the gateway as what its arguments say. */
  async function startBehind(before: readonly string[], ...flags: readonly string[]): Promise<Running> {
    const command = [...gantryProgram, 'mcp', 'gateway', 'run', '--list-wait=60s'];
    const http = ['--transport', 'streaming', '--port', '0', '--allow-unauthenticated'];
    const [program = process.execPath, ...args] = [...before, process.execPath, ...command, ...http, ...flags];
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, GANTRY_HOME: place('home'), DOCKER_CONFIG: place('docker'), GANTRY_LANG: 'en' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /Gateway URL: (\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('close', () => reject(new Error(said)));
    });
    const client = new Client({ name: 'journey', version: '1' }, { capabilities: {} });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    const one = { child, client, said: () => said };
    running.push(one);
    return one;
  }

  const names = async ({ client }: Running): Promise<readonly string[]> => {
    const { tools } = await client.listTools();
    return tools.map(({ name }) => name).filter((name) => !/^(?:mcp-|code-mode|gateway-status)/.test(name));
  };

  beforeAll(async () => {
    home = await temporaryDirectory('gateway-flags');
    await mkdir(place('docker'), { recursive: true });
    image = await mcpScriptImage(scriptServer);
  });
  afterAll(async () => {
    for (const { child } of running) {
      const ended = child.exitCode === null ? once(child, 'close') : undefined;
      child.kill('SIGTERM');
      await ended;
    }
    const filter = ['--filter', `label=gantry.mcp.home=${place('home')}`];
    expect((await runCommand(['docker', 'ps', '-aq', ...filter])).stdout).toBe('');
    await home[Symbol.asyncDispose]();
  });

  it(
    'read servers, configuration, tools and secrets from files, each with more besides',
    { timeout: 240_000 },
    async () => {
      const configured = {
        env: [
          { name: 'TOOLS', value: 'env,claim,argv' },
          { name: 'CITY', value: '{{one.city}}' },
        ],
        command: ['{{one.city}}'],
        secrets: [{ name: 'one.token', env: 'TOKEN' }],
        config: [{ name: 'one', type: 'object', properties: { city: { type: 'string' } } }],
        longLived: true,
      };
      const two = entry('argv,status', { longLived: true, prefix: 'two', command: ['{{two.zone}}'] });
      const gateway = await start(
        `--catalog=${await file('one.json', { registry: { one: entry('', configured), unused: entry('pid') } })}`,
        `--additional-catalog=${await file('two.json', { registry: { two } })}`,
        `--registry=${await file('registry.yaml', 'registry:\n  one: {ref: ""}\n')}`,
        `--additional-registry=${await file('more-registry.yaml', 'registry:\n  two: {ref: ""}\n')}`,
        `--config=${await file('config.yaml', 'one:\n  city: Oslo\n')}`,
        `--additional-config=${await file('more-config.yaml', 'two:\n  zone: UTC\n')}`,
        `--tools-config=${await file('tools.yaml', 'one: [env, argv]\n')}`,
        `--additional-tools-config=${await file('more-tools.yaml', 'two: [argv]\n')}`,
        `--secrets=${await file('.env', `one.token=${secret}\n`)}`,
        '--block-secrets=false',
        '--cpus=0.5',
        '--memory=128m',
        '--block-network',
        '--verbose',
        `--log=${place('gateway.log')}`,
        `--interceptor=after:exec:cat >> ${place('intercepted')}`,
        '--log-calls=false',
      );
      expect(await names(gateway)).toEqual(['argv', 'env', 'two__argv']);
      const { client } = gateway;
      expect(await callText(client, 'env', { name: 'CITY' })).toBe('Oslo');
      expect(await callText(client, 'argv')).toBe('["Oslo"]');
      expect(await callText(client, 'two__argv')).toBe('["UTC"]');
      expect(await callText(client, 'env', { name: 'TOKEN' })).toBe(secret);
      expect(await readFile(place('intercepted'), 'utf8')).toContain('Oslo');

      const filters = ['--filter', `label=gantry.mcp.home=${place('home')}`, '--filter', 'label=docker-mcp-name=one'];
      const ids = (await runCommand(['docker', 'ps', '-q', ...filters])).stdout.split('\n').filter((id) => id !== '');
      const format = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.NetworkMode}}';
      const inspected = await runCommand(['docker', 'inspect', '--format', format, ...ids]);
      expect(inspected.stdout.trim().split('\n')).toContain(`500000000 ${128 * 2 ** 20} none`);

      expect(await readFile(place('gateway.log'), 'utf8')).toContain('- Those servers are enabled: one, two');
      expect(gateway.said()).toContain('--allow-unauthenticated');
      const recorded = await runCommand([process.execPath, ...gantryProgram, 'mcp', 'calls', '--json'], {
        cwd: root,
        env: { GANTRY_HOME: place('home') },
      });
      expect(gateway.said()).not.toContain('Calling tool');
      expect(JSON.parse(recorded.stdout)).toEqual([]);
      await leave(client);
    },
  );

  it(
    'enable all, keep servers, choose tools, hide secrets, and follow a file that changes',
    { timeout: 240_000 },
    async () => {
      const registry = { first: entry('claim,env,shout') };
      const catalog = await file('all.json', { registry });
      const gateway = await start(
        `--catalog=${catalog}`,
        '--enable-all-servers',
        '--tools=first:claim,first:env,second:*',
        '--long-lived',
      );
      const { client } = gateway;
      expect(await names(gateway)).toEqual(['claim', 'env']);
      expect([await callText(client, 'claim'), await callText(client, 'claim')]).toEqual(['1', '2']);
      const refused = await client.callTool({ name: 'env', arguments: { name: secret } });
      expect(refused).toMatchObject({ isError: true });
      await expect
        .poll(() => gateway.said(), { timeout: 30_000 })
        .toMatch(/ - Calling tool env with arguments: object with 1 field\(s\)\n.* > Calling tool env took: /s);
      expect(gateway.said()).not.toContain(secret);
      await file('all.json', { registry: { ...registry, second: entry('pid') } });
      await expect.poll(() => names(gateway), { timeout: 60_000 }).toEqual(['claim', 'env', 'pid']);
      await leave(client);
    },
  );

  it('that is told not to does not follow it', { timeout: 240_000 }, async () => {
    const catalog = await file('still.json', { registry: { first: entry('claim') } });
    const flags = [`--catalog=${catalog}`, '--servers=first'];
    const still = await start(...flags, '--watch=false');
    const following = await start(...flags);
    expect([await names(still), await names(following)]).toEqual([['claim'], ['claim']]);
    await file('still.json', { registry: { first: entry('pid') } });
    await expect.poll(() => names(following), { timeout: 60_000 }).toEqual(['pid']);
    expect(await names(still)).toEqual(['claim']);
    await leave(still.client);
    await leave(following.client);
  });

  // Its own names for addresses take a mount of its own, which only root may make.
  it.skipIf(process.getuid?.() !== 0)('--static uses servers that run beside it, at mcp-NAME:4444', async () => {
    const server = createServer((socket) => {
      const child = spawn(process.execPath, ['-e', scriptServer], { env: { TOOLS: 'claim' }, stdio: 'pipe' });
      socket.on('error', () => child.kill());
      socket.pipe(child.stdin);
      child.stdout.pipe(socket);
      socket.once('close', () => child.kill());
    });
    server.listen(4444, '127.0.44.44');
    await once(server, 'listening');
    const hosts = await file('hosts', '127.0.0.1 localhost\n127.0.44.44 mcp-beside\n');
    const inside = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts];
    const catalog = await file('static.json', { registry: { beside: entry(''), absent: entry('') } });
    const gateway = await startBehind(inside, `--catalog=${catalog}`, '--servers=beside,absent', '--static');
    expect(await names(gateway)).toEqual(['claim']);
    expect(await callText(gateway.client, 'claim')).toBe('1');
    await expect.poll(() => gateway.said(), { timeout: 60_000 }).toContain('Nothing answers at mcp-absent:4444');
    const filters = ['--filter', `label=gantry.mcp.home=${place('home')}`, '--filter', 'label=docker-mcp-name=beside'];
    expect((await runCommand(['docker', 'ps', '-aq', ...filters])).stdout).toBe('');
    await leave(gateway.client);
    server.close();
  });

  it('--debug-dns tells what servers behind the egress proxy look up', { timeout: 240_000 }, async () => {
    const registry = { curious: entry('lookup', { allowHosts: ['localhost:80'], longLived: true }) };
    const catalog = await file('curious.json', { registry });
    const gateway = await start(`--catalog=${catalog}`, '--servers=curious', '--block-network', '--debug-dns');
    expect(await callText(gateway.client, 'lookup', { host: 'not-allowed.test' })).toBe('ENOTFOUND');
    await expect
      .poll(() => gateway.said(), { timeout: 60_000 })
      .toContain('  - curious looks up not-allowed.test: refused');
    await leave(gateway.client);
  });
});
