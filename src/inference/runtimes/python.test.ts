import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { findPython } from './python.ts';
import { createRunProgram } from './run-program.ts';

const fits = {
  implementation: 'cpython',
  version: [3, 12, 1],
  freeThreaded: false,
  system: 'linux',
  machine: 'x86_64',
  libc: 'glibc',
  systemVersion: '2.36',
  bits: 64,
  executable: '',
};

describe('findPython', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gy-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function python(name: string, answer: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
    return path;
  }
  const says = (facts: object): string => `echo '${JSON.stringify({ ...fits, ...facts })}'`;
  const find = (env: Record<string, string> = {}, osRelease = 'ID=ubuntu\nID_LIKE=debian') =>
    findPython({ env: { PATH: folder, ...env }, programEnv: {}, run: createRunProgram(systemClock), osRelease });

  it('takes the first that fits and passes over those that do not', async () => {
    await python('python3', says({ version: [3, 9, 2] }));
    await python('python3.13', 'exit 1');
    await python('python3.12', says({ implementation: 'pypy' }));
    const path = await python('python3.11', says({ version: [3, 11, 0] }));
    await python('python3.10', says({}));
    expect(await find()).toMatchObject({ version: [3, 11, 0], executable: path });
  });

  it('uses the real interpreter behind a wrapper', async () => {
    await python('python', says({ executable: '/opt/python/bin/python3.12' }));
    expect(await find()).toMatchObject({ executable: '/opt/python/bin/python3.12' });
  });

  it('says which ones it found and what to install when none fits', async () => {
    await python('python3', says({ version: [3, 9, 2] }));
    await python('python', 'echo Python 2.7');
    await expect(find()).rejects.toMatchObject({
      code: 'runtime.not_installed',
      message: expect.stringMatching(/found only .*python3 \(is 3\.9\.2\), .*python \(does not run\)\.$/),
      hint: expect.stringContaining('apt-get install python3'),
    });
  });

  it.each([
    ['ID=fedora', 'dnf install'],
    ['ID="opensuse-leap"', 'zypper install'],
    ['ID=alpine', 'apk add python3'],
    ['ID=arch', 'pacman -S python'],
    ['', 'Install Python 3.10 or newer'],
  ])('says for %s: %s', async (osRelease, hint) => {
    await expect(find({}, osRelease)).rejects.toMatchObject({
      code: 'runtime.not_installed',
      params: { reason: 'python_missing' },
      hint: expect.stringContaining(hint),
    });
  });

  it('asks GANTRY_PYTHON alone when it is set', async () => {
    await python('python3', says({}));
    await mkdir(join(folder, 'own'));
    const own = await python('own/python', says({ version: [3, 14, 0] }));
    expect(await find({ GANTRY_PYTHON: own })).toMatchObject({ version: [3, 14, 0] });
    await python('own/python', says({ version: [3, 8, 0] }));
    await expect(find({ GANTRY_PYTHON: own })).rejects.toThrow(`${own} (is 3.8.0)`);
    await chmod(own, 0o644);
    await expect(find({ GANTRY_PYTHON: own })).rejects.toMatchObject({ code: 'runtime.not_found' });
    await expect(find({ GANTRY_PYTHON: 'python3' })).rejects.toMatchObject({ code: 'runtime.not_found' });
  });
});
