import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { version } from '#core';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
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
