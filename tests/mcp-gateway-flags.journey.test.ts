import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  async function start(...flags: readonly string[]): Promise<Running> {
    const command = ['--import', 'tsx', join(root, 'src/main.ts'), 'mcp', 'gateway', 'run', '--list-wait=60s'];
    const http = ['--transport', 'streaming', '--port', '0', '--allow-unauthenticated'];
    const child = spawn(process.execPath, [...command, ...http, ...flags], {
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
      const recorded = await runCommand(
        [process.execPath, '--import', 'tsx', join(root, 'src/main.ts'), 'mcp', 'calls', '--json'],
        { cwd: root, env: { GANTRY_HOME: place('home') } },
      );
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
});
