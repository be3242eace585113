import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { catalogToolkit } from '../../testing/catalog-toolkit.ts';
import { runForTest, type Outcome, type TestRun } from '../../testing/run-for-test.ts';

let one: FakeDaemon;
let other: FakeDaemon;
let folder: string;
beforeEach(async () => {
  [one, other] = await Promise.all([createFakeDaemon(), createFakeDaemon()]);
  folder = await mkdtemp(join(tmpdir(), 'gantry-backup-'));
});
afterEach(async () => {
  await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
  await rm(folder, { recursive: true, force: true });
});

const mcp = (daemon: FakeDaemon, words: readonly string[], options: TestRun = {}): Promise<Outcome> =>
  runForTest(daemon, ['mcp', ...words], { clock: systemClock, toolkit: catalogToolkit(daemon), ...options });
const json = async (daemon: FakeDaemon, ...words: string[]) => JSON.parse((await mcp(daemon, words)).stdout);

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const time = `registry:
  time: { image: me/time, description: Tells the time, tools: [{ name: now }, { name: zone }], config: [{ name: time, type: object, properties: { zone: { type: string } } }] }
  plain: { image: me/plain }
`;

describe('config dump and restore', () => {
  it('take everything to another machine', async () => {
    await mcp(one, ['catalog', 'import', await file('mine.yaml', time)]);
    await mcp(one, ['profile', 'create', '--name', 'default', '--server', 'catalog://mine/time+plain']);
    await mcp(one, ['profile', 'config', 'default', '--set', 'time.zone=UTC']);
    await mcp(one, ['profile', 'tools', 'default', '--disable', 'time.zone']);
    const dumped = await mcp(one, ['config', 'dump']);
    expect(Object.keys(JSON.parse(dumped.stdout))).toEqual(
      expect.arrayContaining(['config', 'registry', 'catalog', 'catalogFiles', 'tools']),
    );
    const restored = await mcp(other, ['config', 'restore', '-'], { stdin: dumped.stdout });
    expect([restored.code, restored.stdout]).toEqual([
      0,
      'Restored 2 server(s) of the profile default and 1 catalogue(s).\n',
    ]);
    expect(await json(other, 'profile', 'show', 'default', '--json')).toEqual(
      await json(one, 'profile', 'show', 'default', '--json'),
    );
    expect((await json(other, 'catalog', 'show', 'mine', '--json')).servers).toEqual(
      (await json(one, 'catalog', 'show', 'mine', '--json')).servers,
    );
  });

  it('read what an older toolkit wrote, and name the servers that nothing describes', async () => {
    const backup = {
      config: 'time: { zone: UTC }',
      registry: 'registry: { time: { ref: "" }, gone: { ref: "" } }',
      catalog: '{"catalogs":{"mine":{"displayName":"My servers"}}}',
      catalogFiles: { mine: time, starter: time, broken: '[1' },
      tools: 'time: [now]',
    };
    const place = await file('old.json', JSON.stringify(backup));
    const { code, stdout, stderr } = await mcp(other, ['config', 'restore', place, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      servers: ['time'],
      catalogs: ['mine:latest'],
      leftOut: { servers: ['gone'], catalogs: [{ catalog: 'starter' }, { catalog: 'broken' }] },
    });
    expect(stderr).toContain('Left out gone');
    const shown = await json(other, 'profile', 'show', 'default', '--json');
    expect(shown.servers[0]).toMatchObject({ config: { zone: 'UTC' }, tools: ['now'] });
    expect((await json(other, 'catalog', 'show', 'mine', '--json')).title).toBe('My servers');
  });

  it('change nothing when the file is no backup', async () => {
    expect((await mcp(other, ['config', 'restore', join(folder, 'none.json')])).code).toBe(2);
    expect((await mcp(other, ['config', 'restore', '-'], { stdin: '{"config": 7}' })).stderr).toContain('config dump');
    expect(await json(other, 'profile', 'ls', '--json')).toEqual([]);
  });
});

describe('catalogues as older toolkits make them', () => {
  it('come from a profile', async () => {
    await mcp(one, ['profile', 'create', '--name', 'work', '--server', 'catalog://starter/memory+filesystem']);
    await mcp(one, ['profile', 'tools', 'work', '--disable', 'filesystem.write_file']);
    const made = await json(one, 'catalog', 'create', 'team', '--from-profile', 'work', '--json');
    expect(made).toMatchObject({ title: 'work', source: 'profile:work', servers: ['memory', 'filesystem'] });
    const { servers } = await json(one, 'catalog', 'show', 'team', '--json');
    expect(servers[0].tools).toBeUndefined();
    expect(servers[1].tools).toContain('read_text_file');
    expect(servers[1].tools).not.toContain('write_file');
    expect((await mcp(one, ['catalog', 'create', 'x', '--from-profile', 'none'])).code).toBe(3);
    const both = ['catalog', 'create', 'x', '--from-profile', 'work', '--server', 'catalog://starter/memory'];
    expect((await mcp(one, both)).code).toBe(2);
  });

  it('begin with a file that can be imported, and end with what comes with Gantry', async () => {
    const place = join(folder, 'first.yaml');
    expect((await mcp(one, ['catalog', 'bootstrap', place])).stdout).toContain('filesystem, memory of starter:latest');
    expect((await mcp(one, ['catalog', 'bootstrap', place])).stderr).toContain('it is there already');
    await mcp(one, ['catalog', 'import', place]);
    expect(await json(one, 'catalog', 'reset', '--json')).toEqual({ removed: ['first:latest'] });
    expect((await mcp(one, ['catalog', 'empty'])).stdout).toContain('no other catalogues');
    expect((await json(one, 'catalog', 'ls', '--json')).length).toBe(1);
    expect(await readFile(place, 'utf8')).toContain('registry:');
  });

  it('take entries from a server.json in either spelling', async () => {
    const described = (registryType: string) => ({
      name: 'io.example/time',
      description: 'Tells the time',
      packages: [{ [registryType]: 'oci', identifier: 'example/time', version: '1.0.0' }],
    });
    for (const key of ['registry_type', 'registryType']) {
      const place = await file('server.json', JSON.stringify(described(key)));
      expect(await json(one, 'registry', 'convert', '--file', place, '--json')).toMatchObject({
        name: 'io-example-time',
        image: 'example/time:1.0.0',
      });
      expect((await mcp(one, ['registry', 'convert', '--file', place])).stdout).toContain('image: example/time:1.0.0');
    }
    expect((await mcp(one, ['registry', 'convert'])).code).toBe(2);
  });

  it('connect a template’s profile with clients, and say how others are', async () => {
    const used = await mcp(one, ['template', 'use', 'basics', '--connect', 'cursor', '--json']);
    expect(JSON.parse(used.stdout)).toMatchObject({ id: 'basics', clients: ['cursor'] });
    expect(await json(one, 'profile', 'manual-instructions', 'basics', '--json')).toEqual(
      expect.arrayContaining(['gateway', 'run', '--profile', 'basics']),
    );
  });
});
