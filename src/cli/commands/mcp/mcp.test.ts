import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, version } from '#core';
import { createFakeDaemon, json, statusBody, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

const docker = (...words: string[]): Promise<Outcome> => runForTest(daemon, ['as-plugin', 'docker-mcp', ...words]);

describe('docker mcp', () => {
  it.each([
    ['version', ['mcp', 'version']],
    ['-v', ['mcp', '-v']],
    ['--version', ['mcp', '--version']],
    ['version, without docker in front', ['version']],
  ])('prints the version and nothing else: %s', async (_how, words) => {
    expect(await docker(...words)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('shows its commands when it is given none', async () => {
    const { code, stdout } = await docker('mcp');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: docker mcp /);
  });

  it('tells Docker what it is', async () => {
    const { stdout } = await docker('docker-cli-plugin-metadata');
    expect(JSON.parse(stdout)).toMatchObject({ SchemaVersion: '0.1.0', ShortDescription: 'Gantry MCP Toolkit' });
  });
});

describe('the command for a client that is not in the list', () => {
  const text = async (): Promise<string> =>
    (await runForTest(daemon, ['mcp', 'client', 'manual-instructions', '-p', 'my work'])).stdout;

  it('names Gantry where it is', async () => {
    expect(await text()).toBe("/opt/node/bin/node /opt/gantry/dist/gantry.js mcp gateway run --profile 'my work'\n");
  });

  it('names the launcher and then the plugin once they are installed, as long as they are ours', async () => {
    const home = daemon.paths.userHome;
    await runForTest(daemon, ['install']);
    expect(await text()).toBe(`${home}/.local/bin/gantry mcp gateway run --profile 'my work'\n`);
    const bin = join(home, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'docker'), '', { mode: 0o755 });
    const manual = (): Promise<Outcome> =>
      runForTest(daemon, ['mcp', 'client', 'manual-instructions', '--json'], { env: { PATH: bin } });
    expect(JSON.parse((await manual()).stdout)).toEqual(['docker', 'mcp', 'gateway', 'run']);
    await writeFile(join(daemon.paths.dockerConfig, 'cli-plugins', 'docker-mcp'), 'theirs');
    expect(JSON.parse((await manual()).stdout)[0]).toBe(join(home, '.local', 'bin', 'gantry'));
  });
});

describe('the form of a result', () => {
  it.each([
    [['--json'], `{\n  "version": "${version}"\n}\n`],
    [['--format', 'json'], `{\n  "version": "${version}"\n}\n`],
    [['--format', 'yaml'], `version: ${version}\n`],
    [['--format', 'human'], `${version}\n`],
  ])('is chosen by %j', async (options, stdout) => {
    expect(await docker('mcp', 'version', ...options)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('is one: two are refused', async () => {
    const { code, stderr } = await docker('mcp', 'version', '--json', '--format', 'yaml');
    expect([code, stderr]).toEqual([2, expect.stringContaining('two different forms')]);
  });
});

async function createProfile(id: string): Promise<void> {
  const folder = join(daemon.paths.home, 'mcp', 'profiles');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${id}.yaml`), `id: ${id}\nname: ${id}\nservers: []\n`);
}

describe('gantry mcp client', () => {
  const client = (...words: string[]): Promise<Outcome> => runForTest(daemon, ['mcp', 'client', ...words]);
  const file = (): string => join(daemon.paths.userHome, '.cursor', 'mcp.json');

  it('connects, lists, disconnects and goes back, without a daemon', async () => {
    await daemon.close();
    await createProfile('work');
    const { stdout } = await client('connect', '-g', 'cursor', '-p', 'work');
    expect(stdout).toBe(`Cursor is connected: ${file()}\nYou might have to restart 'Cursor'.\n`);
    expect(JSON.parse(await readFile(file(), 'utf8')).mcpServers.MCP_DOCKER.args.slice(-2)).toEqual([
      '--profile',
      'work',
    ]);
    const list = await client('ls', '-g');
    expect(list.stdout).toContain(
      ' ● cursor: connected (profile work)\n   MCP_DOCKER: Docker MCP Catalog (gateway server) (stdio)\nNot found here: claude-code,',
    );
    const { cursor, zed } = JSON.parse((await client('ls', '--global', '--json')).stdout);
    expect(cursor).toMatchObject({ dockerMCPCatalogConnected: true, profile: 'work', isInstalled: true, error: null });
    expect(zed).toMatchObject({ displayName: 'Zed', dockerMCPCatalogConnected: false, isInstalled: false });
    expect((await client('disconnect', '-g', 'cursor')).stdout).toContain('Cursor is disconnected');
    expect((await client('undo', '-g', 'cursor')).stdout).toContain('The last change for Cursor is undone');
    expect((await client('ls', '-g')).stdout).toContain('cursor: connected');
  });

  it('is connected by the profile that is made for it, and goes with it', async () => {
    const profile = (...words: string[]): Promise<Outcome> =>
      runForTest(daemon, ['mcp', 'profile', ...words], { clock: systemClock });
    const made = await profile('create', '--name', 'Work', '--connect', 'cursor');
    expect(made.stdout).toBe('Created profile work with 0 servers\nConnected to clients: cursor\n');
    expect(await readFile(file(), 'utf8')).toContain('"work"');
    expect((await profile('rm', 'work')).stdout).toBe('Removed profile work\nDisconnected clients: Cursor\n');
    await expect(readFile(file())).rejects.toThrow('ENOENT');
  });

  it('connects to no profile that is not there', async () => {
    const { code, stderr } = await client('connect', '-g', 'cursor', '-p', 'gone');
    expect([code, stderr]).toEqual([3, expect.stringContaining('gone')]);
    await expect(readFile(file())).rejects.toThrow('ENOENT');
  });

  it('shows a change without making it', async () => {
    const { stdout } = await client('connect', '-g', 'cursor', '--dry-run');
    expect(stdout).toMatch(/^--- \/dev\/null\n\+\+\+ .*mcp\.json\n@@ -0,0 \+1,\d+ @@\n\+\{\n/);
    await expect(readFile(file())).rejects.toThrow('ENOENT');
    const { stdout: json } = await client('connect', '-g', 'cursor', '--dry-run', '--json');
    expect(JSON.parse(json)).toMatchObject({ client: 'cursor', changed: true, dryRun: true, backup: null });
  });

  it('can point a client to the daemon', async () => {
    daemon.on('GET /gantry/status', json({ ...statusBody, addresses: ['unix:///x', 'http://127.0.0.1:12434'] }));
    await client('connect', '-g', 'cursor', '--transport', 'http', '--token-env', 'KEY');
    expect(JSON.parse(await readFile(file(), 'utf8')).mcpServers.MCP_DOCKER).toEqual({
      url: 'http://127.0.0.1:12434/mcp',
      headers: { Authorization: 'Bearer ${env:KEY}' },
    });
  });

  it.each([
    [['connect', '-g', 'cursor', '--url', 'http://x'], 2, '--url is for --transport http'],
    [['connect', '-g', 'cursor', '--transport', 'http', '--url', 'file:///x'], 2, 'file:///x'],
    [['connect', '-g', 'cursor', '--transport', 'http', '--url', 'http://x', '--token-env', 'a-b'], 2, 'a-b'],
    [['connect', '-g', 'notepad'], 3, 'There is no client "notepad"'],
    [['undo', '-g', 'cursor'], 4, 'Nothing was changed for cursor'],
  ])('refuses %j', async (words, expected, sentence) => {
    const { code, stderr } = await client(...words);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(sentence)]);
  });

  it('says in Chinese why a file is left as it is', async () => {
    await mkdir(join(file(), '..'));
    await writeFile(file(), '{"a" 1}');
    const { stderr } = await runForTest(daemon, ['mcp', 'client', 'connect', '-g', 'cursor'], {
      env: { GANTRY_LANG: 'zh' },
    });
    expect(stderr).toContain(`${file()}:1:6 保持原样：格式有误`);
  });
});

describe('gantry mcp feature', () => {
  const feature = (...words: string[]): Promise<Outcome> => runForTest(daemon, ['mcp', 'feature', ...words]);

  it('switches features where Docker keeps them', async () => {
    expect((await feature('enable', 'tool-name-prefix')).stdout).toBe('Feature tool-name-prefix is enabled.\n');
    expect(JSON.parse(await readFile(join(daemon.paths.dockerConfig, 'config.json'), 'utf8'))).toEqual({
      features: { 'tool-name-prefix': 'enabled' },
    });
    expect((await feature('ls')).stdout).toMatch(/^tool-name-prefix +enabled +put the server/m);
    expect(JSON.parse((await feature('disable', 'dynamic-tools', '--json')).stdout).enabled).toBe(false);
    expect(JSON.parse((await feature('ls', '--json')).stdout)).toMatchObject({ 'dynamic-tools': false });
  });

  it('refuses one that does nothing here', async () => {
    const { code, stderr } = await feature('enable', 'use-embeddings');
    expect([code, stderr]).toEqual([2, expect.stringContaining('use-embeddings cannot be switched so')]);
  });
});
