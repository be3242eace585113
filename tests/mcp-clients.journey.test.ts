import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pythonEnvironment, gantryProgram } from '#testing';
import { dockerMissing } from './docker-plugin.ts';
import { root, runCommand } from './harness.ts';
import { mcpPackageImage } from './mcp-images.ts';
import { npmPrograms } from './npm-programs.ts';

const servers = {
  everything: '@modelcontextprotocol/server-everything@2026.8.31',
  memory: '@modelcontextprotocol/server-memory@2026.8.31',
  sequentialthinking: '@modelcontextprotocol/server-sequential-thinking@2026.8.31',
  filesystem: '@modelcontextprotocol/server-filesystem@2026.8.31',
} as const;
const token = 'journey-token';
/** What each of the four answers. */
const given = {
  echo: 'Echo: hi',
  thought: expect.stringMatching(/"thoughtNumber":\s*1/),
  graph: expect.stringMatching(/"entities":\s*\[\]/),
  files: expect.stringContaining('/tmp'),
};

interface Found {
  readonly server: string;
  readonly tools: readonly string[];
  readonly echo: string;
  readonly thought: string;
  readonly graph: string;
  readonly files: string;
  readonly prompts: number;
}

/** Official clients, each over each transport, before four real servers in containers. */
describe('clients of MCP', () => {
  let skip: string | undefined;
  let folder: string;
  let arguments_: readonly string[];
  const gateways: { child: ChildProcess; url: string }[] = [];

  const env = (): Readonly<Record<string, string>> => ({ GANTRY_HOME: join(folder, 'home'), GANTRY_LANG: 'en' });
  const command = (): readonly string[] => [process.execPath, ...gantryProgram, 'mcp', 'gateway', 'run', ...arguments_];

  async function start(transport: 'sse' | 'streaming'): Promise<string> {
    const [program = '', ...args] = command();
    const child = spawn(program, [...args, '--transport', transport, '--port', '0'], {
      env: { ...process.env, ...env(), MCP_GATEWAY_AUTH_TOKEN: token },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    return await new Promise((resolve, reject) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const url = /Gateway URL: (\S+)/.exec(said)?.[1];
        if (url === undefined || gateways.some((one) => one.child === child)) return;
        gateways.push({ child, url });
        resolve(url);
      });
      child.once('close', () => reject(new Error(said)));
    });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-clients-'));
    skip = await dockerMissing();
    if (skip !== undefined) return;
    const images: Record<string, string> = {};
    for (const [name, source] of Object.entries(servers)) images[name] = await mcpPackageImage(source);
    const registry = Object.fromEntries(
      Object.entries(images).map(([name, image]) => [
        name,
        { type: 'server', image, ...(name === 'filesystem' ? { command: ['/tmp'] } : {}) },
      ]),
    );
    const catalog = join(folder, 'catalog.yaml');
    await writeFile(catalog, JSON.stringify({ registry }));
    arguments_ = [
      '--catalog',
      catalog,
      '--servers',
      Object.keys(servers).join(','),
      '--verify-signatures=false',
      '--list-wait=60s',
    ];
    await start('streaming');
    await start('sse');
  });
  afterAll(async () => {
    for (const { child } of gateways) {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    }
    if (skip === undefined) {
      const left = await runCommand([
        'docker',
        'ps',
        '-aq',
        '--filter',
        `label=gantry.mcp.home=${join(folder, 'home')}`,
      ]);
      expect(left.stdout).toBe('');
    }
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const urlOf = (kind: 'sse' | 'streaming'): string => gateways[kind === 'streaming' ? 0 : 1]?.url ?? '';

  function check(found: Found): void {
    expect(found).toMatchObject({ server: 'Docker AI MCP Gateway', ...given });
    expect(found.tools).toEqual(expect.arrayContaining(['echo', 'read_graph', 'sequentialthinking', 'read_text_file']));
    expect(found.prompts).toBeGreaterThanOrEqual(4);
  }

  it.each(['stdio', 'sse', 'streaming'] as const)('the official SDK for Python, over %s', async (kind) => {
    const environment = await pythonEnvironment('mcp==2.3.0');
    if ('skip' in environment) throw new Error(environment.skip);
    const program = join(root, 'tests/children/mcp-python-client.py');
    const place = kind === 'stdio' ? command() : [urlOf(kind), token];
    const ended = await runCommand([environment.python, program, kind, ...place], { env: env() });
    expect(ended.code, ended.stderr).toBe(0);
    check(JSON.parse(ended.stdout) as Found);
  });

  it.each(['1', '2'] as const)('the official SDK for TypeScript, version %s, over all three', async (major) => {
    const sdk =
      major === '1'
        ? await npmPrograms('@modelcontextprotocol/sdk@1.32.2')
        : await npmPrograms('@modelcontextprotocol/client@2.4.0', '@modelcontextprotocol/core@2.4.0');
    if ('skip' in sdk) throw new Error(sdk.skip);
    const program = join(sdk.folder, 'client.mjs');
    await runCommand(['cp', join(root, 'tests/children/mcp-sdk-client.js'), program]);
    for (const kind of ['stdio', 'sse', 'streaming'] as const) {
      const place = kind === 'stdio' ? command() : [urlOf(kind), token];
      const ended = await runCommand([process.execPath, program, major, kind, ...place], { env: env() });
      expect(ended.code, `${kind}: ${ended.stderr}`).toBe(0);
      check(JSON.parse(ended.stdout) as Found);
    }
  });

  it('the official SDK for TypeScript, version 2, without sessions', async () => {
    const sdk = await npmPrograms('@modelcontextprotocol/client@2.4.0', '@modelcontextprotocol/core@2.4.0');
    if ('skip' in sdk) throw new Error(sdk.skip);
    const program = join(sdk.folder, 'client.mjs');
    await runCommand(['cp', join(root, 'tests/children/mcp-sdk-client.js'), program]);
    for (const place of [
      ['stateless', urlOf('streaming'), token],
      ['stateless-stdio', ...command()],
    ]) {
      const ended = await runCommand([process.execPath, program, '2', ...place], { env: env() });
      expect(ended.code, ended.stderr).toBe(0);
      check(JSON.parse(ended.stdout) as Found);
    }
  });

  it.each(['stdio', 'sse', 'streaming'] as const)(
    'the inspector, from its command line, over %s',
    { timeout: 600_000 },
    async (kind) => {
      const programs = await npmPrograms('node@22.23.3', '@modelcontextprotocol/inspector@2.12.0');
      if ('skip' in programs) throw new Error(programs.skip);
      const modules = join(programs.folder, 'node_modules');
      const [program = '', ...args] = command();
      const config = join(folder, `inspector-${kind}.json`);
      const remote = {
        type: kind === 'sse' ? 'sse' : 'streamable-http',
        url: urlOf(kind === 'sse' ? 'sse' : 'streaming'),
      };
      const place = kind === 'stdio' ? { type: 'stdio', command: program, args, env: env() } : remote;
      await writeFile(config, JSON.stringify({ mcpServers: { gateway: place } }));
      const access = kind === 'stdio' ? [] : ['--header', `Authorization: Bearer ${token}`];
      const ask = async (...words: readonly string[]): Promise<unknown> => {
        const inspector = [join(modules, '.bin/mcp-inspector'), '--cli', '--config', config, '--server', 'gateway'];
        const ended = await runCommand([...inspector, ...access, '--method', ...words], {
          env: { PATH: `${join(modules, 'node/bin')}:${process.env['PATH']}` },
        });
        expect(ended.code, ended.stderr).toBe(0);
        return JSON.parse(ended.stdout);
      };
      const call = async (name: string, ...words: readonly string[]): Promise<string> => {
        const answer = await ask('tools/call', '--tool-name', name, ...words);
        return (answer as { content: readonly { text: string }[] }).content[0]?.text ?? '';
      };
      const { tools } = (await ask('tools/list')) as { tools: readonly { name: string }[] };
      expect(tools.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['echo', 'read_graph', 'sequentialthinking', 'read_text_file']),
      );
      const thought = ['thought=a', 'nextThoughtNeeded=false', 'thoughtNumber=1', 'totalThoughts=1'];
      expect({
        echo: await call('echo', '--tool-arg', 'message=hi'),
        thought: await call('sequentialthinking', ...thought.flatMap((word) => ['--tool-arg', word])),
        graph: await call('read_graph'),
        files: await call('list_allowed_directories'),
      }).toEqual(given);
    },
  );
});
