import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { systemClock } from '#core';
import { generatedCatalog } from '#testing';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { catalogToolkit } from '../../testing/catalog-toolkit.ts';
import { runForTest, type Outcome } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
let folder: string;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  folder = await mkdtemp(join(tmpdir(), 'gantry-catalog-cli-'));
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const catalog = (...words: string[]): Promise<Outcome> =>
  runForTest(daemon, ['mcp', 'catalog', ...words], { clock: systemClock, toolkit: catalogToolkit(daemon) });
const asDocker = (...words: string[]): Promise<Outcome> =>
  runForTest(daemon, ['as-plugin', 'docker-mcp', 'mcp', 'catalog', ...words], {
    clock: systemClock,
    toolkit: catalogToolkit(daemon),
  });

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, stringify(content));
  return path;
}

describe('the catalogues of a fresh machine', () => {
  it('are the starter catalogue, as a table and as docker prints it', async () => {
    expect((await catalog('ls')).stdout).toMatch(/^CATALOGUE .*\nstarter:latest +Gantry starter catalogue +gantry/);
    expect((await asDocker('ls')).stdout).toMatch(
      /^Reference \| Digest \| Title\nstarter:latest\t\| [0-9a-f]{64}\t\| Gantry starter catalogue\n$/,
    );
  });

  it('say of each server what runs and what it needs', async () => {
    const { stdout } = await catalog('show', 'starter');
    expect(stdout).toContain('runs: container gantry-mcp/filesystem:2026.8.31-r1 <paths>, without network');
    expect(stdout).toContain('needs configuration: paths');
    expect(stdout).toContain('needs secrets: brave.api_key');
    const picked = await catalog(
      'show',
      'starter',
      '--yq',
      '.servers[].snapshot.server | select(.name == "file*").title',
    );
    expect([picked.code, picked.stdout]).toEqual([0, expect.stringMatching(/^\S.*\n$/)]);
    expect((await catalog('search', 'read', 'file')).stdout).toMatch(/^starter:latest\n {2}filesystem/);
  });

  it('cannot be changed, only copied', async () => {
    const { code, stderr } = await catalog('rm', 'starter');
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining('gantry mcp catalog fork starter:latest')]);
    expect((await catalog('fork', 'starter', 'mine')).stdout).toBe('Tagged catalog starter as mine:latest\n');
    expect((await catalog('server', 'remove', 'mine', 'brave', 'notion')).stdout).toBe(
      "Removed 2 server(s) from catalog 'mine:latest'\n",
    );
    expect((await catalog('rm', 'mine')).stdout).toBe('Removed catalog mine\n');
  });
});

describe('a catalogue from a file', () => {
  it('is imported, shown and exported, and what is wrong with one server is said', async () => {
    const { registry, ...rest } = generatedCatalog(10);
    const place = await file('team.yaml', { ...rest, registry: { ...registry, broken: { image: ['x'] } } });
    const dry = JSON.parse((await catalog('import', place, '--dry-run', '--json')).stdout);
    expect([dry.ref, dry.servers.length, dry.problems[0].server]).toEqual(['team:latest', 10, 'broken']);
    expect((await catalog('show', 'team')).code).not.toBe(0);
    const imported = await catalog('import', place);
    expect(imported.stdout).toBe('Catalog team:latest imported: 10 servers\n');
    expect(imported.stderr).toContain('Left out broken: the server "broken" is wrong at image');
    const shown = JSON.parse((await catalog('show', 'team', '--json')).stdout);
    expect([shown.source, shown.servers.length]).toEqual(['legacy-catalog:generated', 10]);
    expect(shown.servers[0].plan).toMatchObject({
      name: 'container-0',
      network: 'none',
      plan: [
        { kind: 'container', user: '1000:1000', livesFor: 'session', mounts: ['<paths>:<paths>', 'cache:/cache'] },
      ],
      here: { canRun: false, missing: { secrets: ['container-0.token'], config: ['count'], grants: ['<paths>'] } },
    });
    expect((await catalog('show', 'team')).stdout).toContain(
      'reaches only these where networks are blocked: api.example.com:443, db.example.com:5432/tcp',
    );
    const target = join(folder, 'out.yaml');
    await catalog('export', 'team', target);
    expect(await readFile(target, 'utf8')).toContain('displayName: Generated & <complete>');
    const again = await catalog('import', target, '--as', 'again', '--json');
    expect(JSON.parse(again.stdout).servers).toEqual(
      shown.servers.map((one: never) => one['snapshot']['server']['name']),
    );
  });

  it('gives single servers away', async () => {
    await catalog('create', 'mine', '--server', 'catalog://starter/m*', '--title', 'Mine');
    const place = await file('time.yaml', { registry: { time: { image: 'me/time' }, other: { image: 'me/other' } } });
    expect((await catalog('add', 'mine', 'time', place)).stdout).toContain('copied server "time"');
    const { code, stderr } = await catalog('add', 'mine', 'time', place);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--force')]);
    expect((await catalog('add', 'mine', 'time', place, '--force')).code).toBe(0);
    const listed = JSON.parse((await catalog('server', 'ls', 'mine', '--json', '--filter', 'name=TIM')).stdout);
    expect(listed.servers.map(({ name }: { name: string }) => name)).toEqual(['time']);
    expect((await catalog('server', 'inspect', 'mine', 'memory')).stdout).toContain('MEMORY_FILE_PATH');
  });

  it.each([
    [['create', 'x', '--server', 'catalog://starter/memory'], 'title'],
    [['create', 'x', '--title', 'X', '--server', 'nonsense'], 'does not name a server'],
    [['server', 'inspect', 'starter', 'nothing'], 'no server named nothing'],
    [['show', 'starter', '--pull', 'sometimes'], 'does not say when to pull'],
    [['server', 'ls', 'starter', '--filter', 'x'], 'name=TEXT'],
    [['import', '/nonexistent.yaml'], 'does not exist'],
  ])('%j fails with a reason', async (words, reason) => {
    const { code, stderr } = await catalog(...words);
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining(reason)]);
  });
});

describe('the readme of a server', () => {
  const address = 'https://example.com/readme.md';
  const inspect = async (words: readonly string[], readmes: Readonly<Record<string, string>>): Promise<Outcome> => {
    const place = await file('read.yaml', { registry: { clock: { image: 'me/clock', readme: address } } });
    await catalog('import', place);
    return await runForTest(daemon, ['mcp', ...words], {
      clock: systemClock,
      toolkit: catalogToolkit(daemon, readmes),
    });
  };

  it.each([[['server', 'inspect', 'clock']], [['catalog', 'server', 'inspect', 'read', 'clock']]])(
    'is shown by %j, without what a terminal would obey',
    async (words) => {
      const readmes = { [address]: '# Time\u001b[2J\nTells it.' };
      const { stdout } = await inspect(words, readmes);
      expect(stdout).toMatch(/\n\n# Time[^\n]*\nTells it\.\n$/);
      expect(stdout).not.toContain('\u001b');
      const value = JSON.parse((await inspect([...words, '--json'], readmes)).stdout);
      expect(value.readmeContent ?? value.readme).toBe(readmes[address]);
    },
  );

  it('is said to be out of reach, and everything else is shown', async () => {
    const { code, stdout, stderr } = await inspect(['server', 'inspect', 'clock', '--json'], {});
    expect([code, stderr]).toEqual([0, expect.stringContaining('Cannot reach the readme of clock')]);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'clock', readme: '', readmeUrl: address });
  });
});
