import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gantryPaths, type Paths } from '#core';
import { createFakeDaemon, failure, type FakeDaemon } from '../testing/fake-daemon.ts';
import { createInstantClock } from '../testing/instant-clock.ts';
import { runForTest, type Outcome, type TestRun } from '../testing/run-for-test.ts';

describe('gantry uninstall --purge', () => {
  let daemon: FakeDaemon;
  let userHome: string;
  let paths: Paths;

  beforeEach(async () => {
    daemon = await createFakeDaemon();
    userHome = daemon.paths.userHome;
    // The store is in a folder of its own, with something of the user's in it.
    const own = gantryPaths({
      HOME: userHome,
      GANTRY_HOME: join(userHome, 'g'),
      MODELS_PATH: join(userHome, 'models'),
    });
    paths = { ...own, socket: daemon.paths.socket };
    daemon.on('DELETE /gantry/relay', (response) => void response.writeHead(204).end());
    daemon.on('POST /gantry/stop', (response) => {
      response.end('{}');
      response.once('close', () => void daemon.close());
    });
    await put('g/settings.yaml', 'a');
    await put('g/runtimes/x/llama-server', 'b'.repeat(2000));
    await put('g/run/docker.sock', '');
    await put('models/layout.json', '{}');
    await put('models/blobs/sha256/00', 'c'.repeat(3000));
    await put('models/mine.txt', 'mine');
    await mkdir(join(userHome, '.docker/run'), { recursive: true });
    await symlink(paths.dockerSocket, join(userHome, '.docker/run/docker.sock'));
  });
  afterEach(() => daemon[Symbol.asyncDispose]());

  async function put(path: string, text: string): Promise<void> {
    await mkdir(join(userHome, path, '..'), { recursive: true });
    await writeFile(join(userHome, path), text);
  }
  const gantry = (argv: readonly string[], more: TestRun = {}): Promise<Outcome> =>
    runForTest(daemon, argv, { paths, clock: createInstantClock(), env: { PATH: '' }, ...more });

  it('lists what goes with its size, asks, and does nothing after a no', async () => {
    await gantry(['install']);
    const { code, stderr } = await gantry(['uninstall', '--purge'], { stdin: 'n\n' });
    expect(code).toBe(0);
    expect(stderr).toContain(`  ${join(userHome, '.docker/cli-plugins/docker-model')}\n`);
    expect(stderr).toContain(`  ${join(userHome, 'g/runtimes')} (2kB)\n`);
    expect(stderr).toContain(`  ${join(userHome, 'models/blobs')} (3kB)\n`);
    expect(stderr).not.toContain('mine.txt');
    expect(await readdir(join(userHome, 'g'))).toContain('settings.yaml');
    expect(daemon.requests.map(({ method }) => method)).not.toContain('DELETE');
  });

  it('takes all of it after a yes: plugins, relay, daemon, data, and nothing of anybody else', async () => {
    await gantry(['install']);
    const { code, stdout } = await gantry(['uninstall', '--purge'], { stdin: 'yes\n' });
    expect(code).toBe(0);
    expect(stdout).toContain('Gantry and its data are gone: ');
    expect(await readdir(userHome)).not.toContain('g');
    expect(await readdir(join(userHome, 'models'))).toEqual(['mine.txt']);
    expect(await readdir(join(userHome, '.docker/cli-plugins'))).toEqual([]);
    expect(await readdir(join(userHome, '.docker/run'))).toEqual([]);
    const asked = daemon.requests.map(({ method, url }) => `${method} ${url}`);
    expect(asked.indexOf('POST /gantry/stop')).toBeGreaterThan(asked.indexOf('DELETE /gantry/relay'));
  });

  it('does not ask with -f, and needs no Docker Engine', async () => {
    daemon.on('DELETE /gantry/relay', failure('docker.unavailable', 'No Docker Engine answers.'));
    const { code, stdout, stderr } = await gantry(['uninstall', '--purge', '-f', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [],
      deleted: expect.arrayContaining([join(userHome, 'models/blobs')]),
    });
    expect(await readdir(userHome)).not.toContain('g');
  });

  it('deletes nothing in a home that is everybody’s', async () => {
    const { code, stderr } = await gantry(['uninstall', '--purge', '-f'], { paths: daemon.paths });
    expect(code).not.toBe(0);
    expect(stderr).toContain('which holds your home folder, so nothing in it is deleted');
    expect(await readdir(userHome)).toContain('g');
  });

  it('deletes nothing in a folder that no daemon has used', async () => {
    await put('other/notes.txt', 'mine');
    const other = { ...paths, ...gantryPaths({ HOME: userHome, GANTRY_HOME: join(userHome, 'other') }) };
    expect((await gantry(['uninstall', '--purge', '-f'], { paths: other })).stdout).toBe('Nothing was installed.\n');
    expect(await readdir(join(userHome, 'other'))).toEqual(['notes.txt']);
  });

  it('is for this machine only', async () => {
    const { code, stderr } = await gantry(['uninstall', '--purge', '-f'], { env: { GANTRY_HOST: 'tcp://gpu:12434' } });
    expect(code).toBe(2);
    expect(stderr).toContain('--purge is for the Gantry of this machine');
    expect(await readdir(userHome)).toContain('g');
  });
});
