import { PassThrough } from 'node:stream';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { catalogToolkit } from '../../testing/catalog-toolkit.ts';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { FakeOutput, runForTest, type Outcome } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

const mcp = (...words: string[]): Promise<Outcome> =>
  runForTest(daemon, ['mcp', ...words], { clock: systemClock, toolkit: catalogToolkit(daemon) });

const files = {
  'registry.yaml': 'registry: {time: {ref: ""}}\n',
  'config.yaml': 'time: {zone: UTC}\n',
  'catalogs/docker-mcp.yaml': 'registry: {time: {image: mcp/time}}\n',
  'catalogs/team.yaml': 'registry: {files: {image: me/files}}\n',
};

async function asDockerLeftIt(): Promise<string> {
  const folder = join(daemon.paths.dockerConfig, 'mcp');
  await mkdir(join(folder, 'catalogs'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('what Docker’s toolkit keeps', () => {
  it('is taken over with the first command, which says so, and never again', async () => {
    const folder = await asDockerLeftIt();
    const first = await mcp('profile', 'ls', '--json');
    expect(JSON.parse(first.stdout)).toEqual([{ id: 'default', name: 'Default Profile', servers: ['time'] }]);
    expect(first.stderr).toContain(
      'Took over from Docker’s MCP Toolkit, whose files are only read: default, docker-mcp:latest, team:latest',
    );
    expect(JSON.parse((await mcp('profile', 'config', 'default', '--get-all', '--json')).stdout)).toMatchObject({
      'time.zone': 'UTC',
    });
    await mcp('profile', 'rm', 'default');
    await mcp('catalog', 'rm', 'team');
    const second = await mcp('profile', 'ls', '--json');
    expect([second.stdout, second.stderr]).toEqual(['[]\n', '']);
    expect((await readdir(folder)).toSorted()).toEqual(['catalogs', 'config.yaml', 'registry.yaml']);
    for (const [name, text] of Object.entries(files)) expect(await readFile(join(folder, name), 'utf8')).toBe(text);
  });

  it('is taken over again when somebody says so, without touching what is here', async () => {
    expect((await mcp('profile', 'import-docker')).stdout).toContain('Docker keeps no profiles');
    await asDockerLeftIt();
    expect((await mcp('profile', 'import-docker')).stdout).toBe(
      'Imported profile default\nImported catalogue docker-mcp:latest\nImported catalogue team:latest\n',
    );
    const again = await mcp('profile', 'import-docker', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      imported: [],
      skipped: ['default'],
      catalogs: [],
      skippedCatalogs: ['docker-mcp:latest', 'team:latest'],
    });
  });

  it.each([
    ['y', ['default']],
    ['', []],
  ])('is asked about at a terminal, and the answer %j counts for good', async (...[answer, expected]) => {
    await asDockerLeftIt();
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    stdin.end(`${answer}\n`);
    const run = (words: readonly string[], stderr: FakeOutput): Promise<Outcome> =>
      runForTest(daemon, ['mcp', ...words], {
        clock: systemClock,
        toolkit: catalogToolkit(daemon),
        stdin,
        stderr,
      });
    const first = await run(['profile', 'ls', '--json'], new FakeOutput({ columns: 80 }));
    expect(first.stderr).toContain('Take them over? Its own files are only read. [y/N]');
    expect(JSON.parse(first.stdout).map(({ id }: { id: string }) => id)).toEqual(expected);
    expect((await run(['profile', 'ls'], new FakeOutput({ columns: 80 }))).stderr).not.toContain('Take them over');
  });

  it('is no matter to commands that have nothing to do with it', async () => {
    await asDockerLeftIt();
    expect((await mcp('version')).stderr).toBe('');
    expect((await mcp('feature', 'ls')).stderr).toBe('');
    expect((await mcp('server', 'ls')).stderr).toContain('Took over');
  });

  it('that cannot be read is said and keeps no command back', async () => {
    await mkdir(join(daemon.paths.dockerConfig, 'mcp'), { recursive: true });
    await writeFile(join(daemon.paths.dockerConfig, 'mcp', 'mcp-toolkit.db'), 'hello');
    const { code, stderr } = await mcp('profile', 'ls');
    expect([code, stderr]).toEqual([0, expect.stringContaining('mcp-toolkit.db is not usable')]);
  });
});
