import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launcherText } from '../plugin/launcher.ts';
import { createFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../testing/run-for-test.ts';

const run = promisify(execFile);
let daemon: FakeDaemon;
let home: string;
let plugin: string;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  home = daemon.paths.userHome;
  plugin = join(home, '.docker', 'cli-plugins', 'docker-model');
});
afterEach(() => daemon[Symbol.asyncDispose]());

const gantry = (...argv: string[]): Promise<Outcome> =>
  runForTest(daemon, argv, { env: { PATH: join(home, '.local', 'bin') } });

describe('gantry install', () => {
  it('puts gantry on PATH and the plugins in place, and says so again the second time', async () => {
    const first = await gantry('install', '--json');
    expect(first.stderr).toBe('');
    const { files, onPath } = JSON.parse(first.stdout);
    expect(onPath).toBe(true);
    expect(files).toContainEqual({ path: join(home, '.local', 'bin', 'gantry'), action: 'installed' });
    expect(files).toContainEqual({ path: plugin, action: 'installed' });
    expect((await gantry('install')).stdout).toContain(`${plugin} is in place already\n`);
  });

  it('is undone to the last file', async () => {
    await gantry('install');
    const { code, stdout } = await gantry('uninstall');
    expect(code).toBe(0);
    expect(stdout).toContain(`Removed ${plugin}\n`);
    expect(await readdir(join(home, '.docker', 'cli-plugins'))).toEqual([]);
    expect(await readdir(join(home, '.local', 'bin'))).toEqual([]);
    expect((await gantry('uninstall')).stdout).toBe('Nothing was installed.\n');
  });

  it('leaves somebody else’s plugin alone and installs nothing', async () => {
    await mkdir(join(plugin, '..'), { recursive: true });
    await writeFile(plugin, 'theirs');
    const { code, stderr } = await gantry('install');
    expect(code).toBe(4);
    expect(stderr).toContain(`There is another program at ${plugin}.`);
    expect(await readFile(plugin, 'utf8')).toBe('theirs');
    expect(await readdir(home)).not.toContain('.local');
  });

  it('replaces it when told to, and brings it back, a link as a link', async () => {
    await mkdir(join(plugin, '..'), { recursive: true });
    await symlink('/somewhere/docker-model', plugin);
    expect((await gantry('install', '--force')).stdout).toContain('what was there is kept at');
    expect(await readdir(join(plugin, '..'))).toContain('docker-model');
    await gantry('install', '--force');
    expect((await gantry('uninstall')).stdout).toContain(`Brought back what was at ${plugin} before\n`);
    expect(await readlink(plugin)).toBe('/somewhere/docker-model');
  });

  it('does not take out what somebody else put there since', async () => {
    await gantry('install');
    await writeFile(plugin, 'theirs now');
    expect((await gantry('uninstall')).stdout).toContain(`Left ${plugin}`);
    expect(await readFile(plugin, 'utf8')).toBe('theirs now');
  });

  it('says when the folder is not on PATH', async () => {
    const { stderr } = await gantry('install', '--bin-dir', join(home, 'bin'));
    expect(stderr).toContain(`${join(home, 'bin')} is not on PATH.`);
  });
});

describe('a launcher', () => {
  async function launch(
    launch: { node: string; bundle: string },
    path: string,
  ): Promise<{ code: number; text: string }> {
    const file = join(home, "it's a launcher");
    await writeFile(
      file,
      launcherText({ name: 'docker-model', launch: { kind: 'bundle', ...launch }, words: ['as', "o'x"] }),
    );
    await chmod(file, 0o755);
    return await run('/bin/sh', [file, 'a b'], { env: { PATH: path } }).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
    );
  }

  it('passes on what it was given', async () => {
    const bundle = join(home, 'it’s a bundle.cjs');
    await writeFile(bundle, 'console.log(JSON.stringify(process.argv.slice(2)))');
    const given = '["as","o\'x","a b"]\n';
    expect(await launch({ node: process.execPath, bundle }, '')).toEqual({ code: 0, text: given });
    // The Node.js it was made with is gone; another one is on PATH.
    const other = await launch({ node: '/gone/node', bundle }, `${join(process.execPath, '..')}:/usr/bin:/bin`);
    expect(other).toEqual({ code: 0, text: given });
  });

  it.each([
    ['Gantry', 'Gantry is no longer at /gone.js'],
    ['Node.js', 'Node.js 20.20 or newer is needed, and there is none at /gone/node or on PATH'],
    ['a Node.js that is new enough', 'Node.js 20.20 or newer is needed, and '],
  ])('says what is missing: %s', async (what, sentence) => {
    const bundle = join(home, 'bundle.cjs');
    await writeFile(bundle, '');
    const old = join(home, 'old');
    await mkdir(old);
    await writeFile(join(old, 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { code, text } = await launch(
      { node: '/gone/node', bundle: what === 'Gantry' ? '/gone.js' : bundle },
      what === 'a Node.js that is new enough' ? old : '/nowhere',
    );
    expect(code).toBe(69);
    expect(text).toContain(`docker-model: ${sentence}`);
    expect(text).toContain('gantry install');
  });
});
