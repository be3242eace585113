import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, systemClock } from '#core';
import type { McpToolkit, ResolvedServer } from '#mcp';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest, type Outcome, type TestRun } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

async function entryFor(name: string): Promise<ResolvedServer['entry']> {
  const { readServer } = await import('#mcp');
  const wire = {
    name,
    type: 'server',
    image: `mcp/${name}`,
    tools: [{ name: 'read' }, { name: 'write' }],
    config: [
      {
        name,
        type: 'object',
        properties: { root: { type: 'string' }, depth: { type: 'integer', default: 2 } },
        required: ['root'],
      },
    ],
  };
  const filed = {
    type: 'image',
    tools: undefined,
    source: undefined,
    image: `mcp/${name}`,
    endpoint: undefined,
  } as const;
  return { server: readServer(wire, { where: 'test' }), wire, filed };
}

/** Its catalogue has every server whose name is asked for by URI. */
async function toolkit(): Promise<McpToolkit> {
  const others: McpToolkit = Object.create(null);
  return Object.assign(others, {
    catalogs: Object.assign(Object.create(null) as McpToolkit['catalogs'], {
      list: async () => [],
      async resolve(uri: string) {
        const names = uri.split('/').at(-1)?.split('+') ?? [];
        if (!uri.startsWith('catalog://')) throw new AppError('reference.invalid', 'no URI');
        return await Promise.all(
          names.map(async (name) => ({ entry: await entryFor(name), origin: 'catalog test', catalogRef: 'test' })),
        );
      },
    }),
    images: { makes: () => false, ensure: async () => ({ isNew: false }) },
    [Symbol.asyncDispose]: async () => {},
  });
}

const mcp = (words: readonly string[], options: TestRun = {}): Promise<Outcome> =>
  runForTest(daemon, ['mcp', ...words], { clock: systemClock, toolkit, ...options });
const profile = (...words: string[]): Promise<Outcome> => mcp(['profile', ...words]);
const create = (): Promise<Outcome> =>
  profile('create', '--name', 'My Work', '--server', 'catalog://test/files+memory');

describe('a profile on the command line', () => {
  it('is made, listed, shown and removed', async () => {
    expect((await profile('ls')).stdout).toMatch(/^No profiles yet/);
    expect((await create()).stdout).toBe('Created profile my_work with 2 servers\n');
    expect((await create()).code).toBe(4);
    expect((await profile('ls')).stdout).toMatch(/^my_work +My Work +files, memory$/m);
    const shown = await profile('show', 'my_work');
    expect(shown.stdout).toContain('image: mcp/files');
    expect(shown.stderr).toContain('files.root is required');
    const picked = (yq: string, ...more: string[]) => profile('show', 'my_work', '--yq', yq, ...more);
    expect((await picked('.servers[].image')).stdout).toBe('mcp/files\nmcp/memory\n');
    expect((await picked('.servers | length')).stdout).toBe('2\n');
    expect((await picked('.name', '--json')).stdout).toBe('"My Work"\n');
    const refused = await picked('.servers | sort');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('"sort", character 12')]);
    expect((await profile('rm', 'my_work')).stdout).toBe('Removed profile my_work\n');
    expect((await profile('rm', 'my_work')).code).toBe(3);
  });

  it('looks as that of docker mcp does', async () => {
    await create();
    const { stdout } = await runForTest(daemon, ['as-plugin', 'docker-mcp', 'mcp', 'profile', 'list'], {
      clock: systemClock,
    });
    expect(stdout).toBe('ID\tName\n----\t----\nmy_work\tMy Work\n');
  });

  it('is configured against the schema of its servers', async () => {
    await create();
    const set = await profile('config', 'my_work', '--set', 'files.root=/data', '--set', 'files.depth=5');
    expect(set).toMatchObject({ code: 0, stderr: '' });
    expect((await profile('config', 'my_work', '--get', 'files.root')).stdout).toBe('files.root=/data\n');
    expect(JSON.parse((await profile('config', 'my_work', '--get-all', '--json')).stdout)).toEqual({
      'files.root': '/data',
      'files.depth': 5,
      'memory.depth': 2,
    });
    const typo = await profile('config', 'my_work', '--set', 'files.rot=/data');
    expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean root?') });
    const zh = await mcp(['profile', 'config', 'my_work', '--set', 'files.depth=x'], { env: { GANTRY_LANG: 'zh' } });
    expect(zh.stderr).toContain('files.depth 的类型必须是 integer');
    expect((await profile('config', 'my_work', '--del', 'files.root')).stderr).toContain('files.root is required');
    expect((await profile('config', 'my_work')).code).toBe(2);
  });

  it('has its tools switched', async () => {
    await create();
    const off = await profile('tools', 'my_work', '--disable', 'files.write');
    expect(off.stdout).toBe('files: all tools, but not write\nmemory: all tools\n');
    expect((await profile('tools', 'my_work', '--enable', 'files.write')).stdout).toContain('files: all tools\n');
    const few = await profile('tools', 'my_work', '--disable-all', 'files', '--enable', 'files.read');
    expect(few.stdout).toContain('files: read\n');
  });

  it('has servers added and removed', async () => {
    await create();
    expect((await profile('server', 'add', 'my_work', '--server', 'catalog://test/files+new')).stdout).toBe(
      'Added 2 servers to profile my_work (replaced 1)\n',
    );
    expect((await profile('server', 'ls', '--filter', 'name=NEW')).stdout).toMatch(/^my_work +image +new +mcp\/new$/m);
    expect((await profile('server', 'rm', 'my_work', 'new')).stdout).toBe('Removed 1 servers from profile my_work\n');
    expect((await profile('server', 'rm', 'my_work', 'new')).code).toBe(3);
    expect((await profile('server', 'add', 'absent', '--server', 'catalog://test/x')).code).toBe(3);
  });

  it('goes to a file and comes back', async () => {
    await create();
    for (const name of ['p.yaml', 'p.json']) {
      const file = join(daemon.paths.home, name);
      expect((await profile('export', 'my_work', file)).stdout).toBe(`Exported profile my_work to ${file}\n`);
      const shown = (await profile('show', 'my_work', '--json')).stdout;
      await profile('rm', 'my_work');
      expect((await profile('import', file)).stdout).toBe('Imported profile my_work\n');
      expect((await profile('show', 'my_work', '--json')).stdout).toBe(shown);
    }
    expect(JSON.parse(await readFile(join(daemon.paths.home, 'p.json'), 'utf8'))).toMatchObject({
      version: 1,
      id: 'my_work',
    });
    const bad = join(daemon.paths.home, 'bad.yaml');
    await writeFile(bad, 'servers: 3');
    expect(await profile('import', bad)).toMatchObject({ code: 2, stderr: expect.stringContaining('servers') });
  });
});

describe('templates on the command line', () => {
  it('are listed, and one that is not there is told from those that are', async () => {
    expect((await mcp(['template', 'ls'])).stdout).toMatch(/^ai-coding +AI Coding +context7, sequentialthinking$/m);
    const { code, stderr } = await mcp(['template', 'use', 'ai-codng']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('Did you mean ai-coding?')]);
  });
});

describe('mcp profile show --clients', () => {
  it('adds the clients that are connected to this profile, and no others', async () => {
    const folder = join(daemon.paths.home, 'mcp', 'profiles');
    await mkdir(folder, { recursive: true });
    for (const id of ['work', 'home']) {
      await writeFile(join(folder, `${id}.yaml`), `id: ${id}\nname: ${id}\nservers: []\n`);
    }
    for (const [client, id] of [
      ['cursor', 'work'],
      ['gemini', 'home'],
    ] as const) {
      const { code } = await runForTest(daemon, ['mcp', 'client', 'connect', '--global', client, '--profile', id]);
      expect(code).toBe(0);
    }
    const shown = async (...flags: string[]): Promise<{ clients?: object }> =>
      JSON.parse((await runForTest(daemon, ['mcp', 'profile', 'show', 'work', '--json', ...flags])).stdout);
    expect((await shown()).clients).toBeUndefined();
    expect((await shown('--clients')).clients).toEqual({ cursor: expect.objectContaining({ profile: 'work' }) });
  });
});
