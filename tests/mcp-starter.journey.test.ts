import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gantryPaths, systemClock } from '#core';
import {
  createContainers,
  planLaunch,
  type Catalog,
  type CatalogServer,
  type ContainerLaunch,
  type McpContainers,
  type McpToolkit,
} from '#mcp';
import { exclusively, testCache } from '../src/testing/test-cache.ts';
import { serve } from '#testing';
import { createToolkit } from '../src/create-toolkit.ts';
import { bridgeAddress, dockerMissing } from './docker-engine.ts';
import { runCommand } from './harness.ts';
import { partsOf, secretsOf, talkTo, testClock, testDocker, testLog } from './mcp-containers.ts';

const missing = await dockerMissing();
const home = `/test/mcp-starter/${process.pid}`;
const buildMs = 300_000;

/** The starter catalogue on a real Engine: images made of real packages, and every server asked for its tools. */
describe.skipIf(missing !== undefined)('the starter catalogue', () => {
  let toolkit: McpToolkit;
  let containers: McpContainers;
  let catalog: Catalog;
  let folder: string;

  beforeAll(async () => {
    // Packages that were fetched once are not fetched for each run.
    const env = { ...process.env, GANTRY_HOME: join(testCache(), 'mcp-starter') };
    toolkit = await createToolkit({ paths: gantryPaths(env), env, clock: systemClock });
    catalog = await toolkit.catalogs.open('starter');
    folder = await mkdtemp(join(tmpdir(), 'gantry-starter-'));
    await mkdir(join(folder, 'notes'));
    await writeFile(join(folder, 'notes', 'hello.txt'), 'hello');
    containers = createContainers({
      docker: testDocker(),
      secrets: secretsOf(Object.fromEntries(catalog.entries.flatMap(({ server }) => server.secrets.map(secretValue)))),
      home,
      node: process.execPath,
      clock: testClock,
      log: testLog,
      images: { local: toolkit.images },
    });
  });
  afterAll(async () => {
    await containers.close();
    await toolkit[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    expect(await partsOf(home)).toEqual([]);
  });

  function planOf(server: CatalogServer): ContainerLaunch {
    const decision = planLaunch(
      { entry: server, config: { paths: [folder] }, tools: undefined, origin: 'catalog starter' },
      {
        secrets: new Set(server.secrets.map(({ name }) => name)),
        binds: {
          grants: [{ server: server.name, path: folder, mode: 'rw' }],
          userHome: '/nonexistent',
          temporaryFolders: [],
          realPath: (path) => path,
        },
        blockNetwork: true,
        limits: { cpus: 1, memoryBytes: 512 * 1024 ** 2, pids: 128 },
        readOnlyRoot: 'on',
      },
    );
    if (decision.kind === 'refused') throw decision.problems[0];
    if (decision.plan.kind !== 'container') throw new Error('not a container');
    // No way out: what a server needs of the network it needs when a tool is called.
    return { ...decision.plan, network: { kind: 'none' } };
  }

  const names = [
    'everything',
    'filesystem',
    'memory',
    'sequentialthinking',
    'context7',
    'brave',
    'tavily',
    'perplexity',
    'notion',
    'time',
    'fetch',
  ];

  it('has these servers', () => {
    expect(catalog.entries.map(({ server }) => server.name)).toEqual(names);
    expect(catalog.problems).toEqual([]);
  });

  it.each(names)(
    'makes %s, which runs confined on a read-only root and has the tools that its entry says',
    async (name) => {
      const server = entryOf(name);
      const image = server.image ?? '';
      await exclusively(`mcp-starter-${name}`, () => toolkit.images.ensure(image));
      const { stdout } = await runCommand(['docker', 'image', 'inspect', image]);
      const [facts] = JSON.parse(stdout) as { Config: { User: string; Labels: Record<string, string> } }[];
      const user =
        process.getuid?.() === 0 && name === 'filesystem'
          ? '0:0'
          : `${name === 'filesystem' ? process.getuid?.() : 1000}`;
      expect(facts?.Config.User.startsWith(user)).toBe(true);
      expect(facts?.Config.Labels['gantry.mcp.image']).toBe(name);

      const talk = await talkTo(containers.transport, planOf(server));
      try {
        const { result } = await talk.ask('tools/list', {});
        const tools = (result?.['tools'] as readonly { name: string }[] | undefined)?.map((tool) => tool.name) ?? [];
        expect(tools.length, talk.logs.join('\n')).toBeGreaterThan(0);
        expect(server.tools.map((tool) => tool.name).filter((tool) => !tools.includes(tool))).toEqual([]);
      } finally {
        await talk.connection.close();
      }
    },
    buildMs,
  );

  it('gives files to the server for files, and keeps the memory of the server for memory', async () => {
    const files = await talkTo(containers.transport, planOf(entryOf('filesystem')));
    try {
      expect(await files.call('list_directory', { path: folder })).toContain('notes');
      expect(await files.call('read_text_file', { path: join(folder, 'notes', 'hello.txt') })).toBe('hello');
      await files.call('write_file', { path: join(folder, 'notes', 'new.txt'), content: 'new' });
      expect(await files.call('read_text_file', { path: join(folder, 'notes', 'new.txt') })).toBe('new');
    } finally {
      await files.connection.close();
    }
    const volume = `gantry-test-memory-${process.pid}`;
    const plan = { ...planOf(entryOf('memory')), binds: [`${volume}:/data`] };
    try {
      const first = await talkTo(containers.transport, plan);
      const entity = { name: 'Ada', entityType: 'person', observations: ['writes programs'] };
      await first.call('create_entities', { entities: [entity] });
      await first.connection.close();
      const second = await talkTo(containers.transport, plan);
      expect(await second.call('read_graph')).toContain('writes programs');
      await second.connection.close();
    } finally {
      await runCommand(['docker', 'volume', 'rm', '-f', volume]);
    }
  }, 120_000);

  it('tells the time in any zone', async () => {
    await exclusively('mcp-starter-time', () => toolkit.images.ensure(entryOf('time').image ?? ''));
    const talk = await talkTo(containers.transport, planOf(entryOf('time')));
    try {
      const told = await talk.call('convert_time', {
        source_timezone: 'Asia/Shanghai',
        time: '12:00',
        target_timezone: 'UTC',
      });
      expect(told).toContain('T04:00:00+00:00');
    } finally {
      await talk.connection.close();
    }
  }, 120_000);

  it('fetches what its allowed hosts have, through the proxy, and nothing else', async () => {
    const page = '<html><body><h1>Hello</h1><p>from the <b>host</b></p></body></html>';
    const address = await bridgeAddress();
    await using server = await serve(
      (request, response) =>
        request.url === '/page'
          ? response.writeHead(200, { 'content-type': 'text/html' }).end(page)
          : response.writeHead(404).end(),
      { host: address },
    );
    await exclusively('mcp-starter-fetch', () => toolkit.images.ensure(entryOf('fetch').image ?? ''));
    const { port } = new URL(server.url);
    const network = { kind: 'egress', allow: [{ host: address, port: Number(port), protocol: 'http' }] } as const;
    const talk = await talkTo(containers.transport, { ...planOf(entryOf('fetch')), network });
    try {
      const found = await talk.call('fetch', { url: `${server.url}/page` });
      expect(found).toMatch(/# Hello\n\nfrom the (?:\*\*)?host/);
      const { result, error } = await talk.ask('tools/call', {
        name: 'fetch',
        arguments: { url: `http://${address}:${Number(port) + 1}/` },
      });
      expect(error !== undefined || result?.['isError'] === true).toBe(true);
    } finally {
      await talk.connection.close();
    }
  }, 180_000);

  it(
    'gives images the same content again, and makes nothing that is there',
    async () => {
      const image = entryOf('sequentialthinking').image ?? '';
      const layers = async (): Promise<unknown> => {
        const { stdout } = await runCommand(['docker', 'image', 'inspect', image]);
        return (JSON.parse(stdout) as { RootFS: unknown }[])[0]?.RootFS;
      };
      const before = await layers();
      expect(await toolkit.images.ensure(image)).toEqual({ isNew: false });
      const events: string[] = [];
      const again = await exclusively('mcp-starter-sequentialthinking', async () => {
        await runCommand(['docker', 'image', 'rm', '-f', image]);
        return await toolkit.images.ensure(image, { onEvent: ({ type }) => events.push(type) });
      });
      expect(again).toEqual({ isNew: true });
      expect(await layers()).toEqual(before);
      expect([events[0], events[1], events.at(-1)]).toEqual(['base', 'packages', 'built']);
    },
    buildMs,
  );

  function entryOf(name: string): CatalogServer {
    const found = catalog.entries.find(({ server }) => server.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found.server;
  }
});

function secretValue({ name }: { name: string }): [string, string] {
  return [name, 'not-a-real-key'];
}
