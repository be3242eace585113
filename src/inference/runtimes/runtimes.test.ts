import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock, tryProcessLock } from '#core';
import type { PackageFile, RemoteBlob } from '#registry';
import { writeFakeRuntime } from '#testing';
import type { RuntimeInstallEvent } from '../types.ts';
import { createRunProgram, type ProgramResult, type RunProgram } from './run-program.ts';
import { xllamacppVersion, xllamacppWheels } from './runtime-lock.ts';
import { createRuntimes, type InstallableRuntimes, type RuntimesOptions } from './runtimes.ts';

const wheel = xllamacppWheels[0];
if (!wheel) throw new Error('the lock table is empty');
const blob: RemoteBlob = {
  label: 'wheel',
  sizeBytes: wheel.sizeBytes,
  acceptsRanges: true,
  open: () => Promise.reject(new Error('the fake transfer opens nothing')),
};
const listed: PackageFile = { filename: wheel.filename, version: xllamacppVersion, digest: wheel.digest, blob };
const ended: ProgramResult = { code: 0, signal: null, stdout: '', stderr: '', timedOut: false, startError: undefined };
const signal = new AbortController().signal;

describe('createRuntimes', () => {
  let home: string;
  let python: Record<string, unknown>;
  let importResult: Partial<ProgramResult>;
  let transfers: number;
  let remembered: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'gr-'));
    await writeProgram('bin/python3');
    python = {
      implementation: 'cpython',
      version: [3, 11, 0],
      freeThreaded: false,
      system: 'linux',
      machine: 'x86_64',
      libc: 'glibc',
      systemVersion: '2.36',
      bits: 64,
      executable: '',
    };
    importResult = { stdout: JSON.stringify({ version: xllamacppVersion, devices: [] }) };
    transfers = 0;
    remembered = 'auto';
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  async function writeProgram(name: string): Promise<string> {
    const path = join(home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
    return path;
  }

  /** Answers for Python; every other program runs for real. */
  const run: RunProgram = async (command, args, options) => {
    if (!command.includes('python')) return createRunProgram(systemClock)(command, args, options);
    if (args.at(-1)?.startsWith(home)) return { ...ended, ...importResult };
    return { ...ended, stdout: JSON.stringify(python) };
  };

  function runtimes(changes: Partial<RuntimesOptions> = {}): InstallableRuntimes {
    return createRuntimes({
      directory: join(home, 'runtimes'),
      downloads: join(home, 'downloads'),
      env: { PATH: join(home, 'bin') },
      python: { files: async () => [listed] },
      async transfer(_, { destination, expected, onProgress }) {
        transfers += 1;
        await mkdir(dirname(destination), { recursive: true });
        await writeFile(destination, 'wheel');
        onProgress?.(wheel?.sizeBytes ?? 0, wheel?.sizeBytes);
        return { digest: expected.digest ?? 'sha256:', sizeBytes: 5, fetchedBytes: 5 };
      },
      async extractAll({ directory }) {
        await mkdir(join(directory, 'xllamacpp'), { recursive: true });
        await writeFile(join(directory, 'xllamacpp', 'xllamacpp.abi3.so'), 'native code');
      },
      preferred: () => remembered,
      remember: async (name) => {
        remembered = name;
      },
      clock: systemClock,
      log: silentLog,
      run,
      ...changes,
    });
  }

  async function install(subject: InstallableRuntimes): Promise<RuntimeInstallEvent[]> {
    const events: RuntimeInstallEvent[] = [];
    for await (const event of subject.install('xllamacpp', { signal })) events.push(event);
    return events;
  }

  it('has nothing at first and says how to get something', async () => {
    expect(await runtimes().list()).toEqual([]);
    await expect(runtimes().select()).rejects.toMatchObject({
      code: 'runtime.not_installed',
      hint: expect.stringContaining('gantry runtime install xllamacpp'),
    });
  });

  it('installs the pinned wheel with progress, and uses it', async () => {
    const subject = runtimes();
    const events = await install(subject);
    expect(events).toContainEqual({ type: 'progress', receivedBytes: wheel.sizeBytes, totalBytes: wheel.sizeBytes });
    expect(events.at(-1)).toMatchObject({ type: 'done', runtime: { name: 'xllamacpp', selected: true } });
    expect(await subject.select()).toMatchObject({
      name: 'xllamacpp',
      version: xllamacppVersion,
      origin: 'installed',
      interpreter: join(home, 'bin/python3'),
      devices: [],
    });
    expect(await readdir(join(home, 'downloads'))).toEqual([]);
    expect(await readdir(join(home, 'runtimes', 'xllamacpp'))).toEqual([xllamacppVersion]);
    expect(await readdir(join(home, 'runtimes'))).toEqual(['xllamacpp']);
  });

  it('installs once for everybody who asks, and not again when it is there', async () => {
    const subject = runtimes();
    await Promise.all([install(subject), install(subject), install(runtimes())]);
    await install(subject);
    expect(transfers).toBe(1);
  });

  it('installs by itself when nothing is there, and only then', async () => {
    const subject = runtimes();
    for await (const _ of subject.ensure({ signal })) void _;
    for await (const _ of subject.ensure({ signal })) void _;
    expect(transfers).toBe(1);
    remembered = 'llama-server';
    await expect(subject.ensure({ signal })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'runtime.not_found',
    });
  });

  it('waits for another process that installs', async () => {
    const attempt = await tryProcessLock(join(home, 'runtimes', 'xllamacpp.lock'));
    if (!attempt.acquired) throw new Error('the lock is free');
    for await (const event of runtimes().install('xllamacpp', { signal })) {
      if (event.type === 'status' && event.message.startsWith('Waiting for process')) await attempt.lock.release();
    }
    expect(transfers).toBe(1);
  });

  it('says in words why the package cannot run, and leaves nothing behind', async () => {
    importResult = { code: 1, stderr: 'ImportError: libgomp.so.1: cannot open shared object file: No such file' };
    await expect(install(runtimes({ osRelease: 'ID=debian' }))).rejects.toMatchObject({
      code: 'runtime.install_failed',
      message: expect.stringContaining('the library libgomp.so.1 is missing'),
      hint: expect.stringContaining('apt-get install libgomp1'),
    });
    expect(await readdir(join(home, 'runtimes', 'xllamacpp'))).toEqual([]);
  });

  it('refuses a wheel that the index does not have, or has with another digest', async () => {
    await expect(install(runtimes({ python: { files: async () => [] } }))).rejects.toMatchObject({
      code: 'source.not_found',
      params: { file: wheel.filename },
    });
    const other = { ...listed, digest: `sha256:${'0'.repeat(64)}` as const };
    await expect(install(runtimes({ python: { files: async () => [other] } }))).rejects.toMatchObject({
      code: 'source.digest_mismatch',
    });
    expect(transfers).toBe(0);
  });

  it('prefers the file with the pinned digest over one without any', async () => {
    const unnamed = { ...listed, digest: undefined, blob: { ...blob, label: 'local' } };
    let used = '';
    const subject = runtimes({
      python: { files: async () => [unnamed, listed] },
      transfer: async ({ label }) => {
        used = label;
        throw new Error('enough');
      },
    });
    await expect(install(subject)).rejects.toThrow('enough');
    expect(used).toBe('wheel');
  });

  it('fetches nothing for a platform without a build', async () => {
    python['libc'] = 'musl';
    await expect(install(runtimes())).rejects.toMatchObject({ code: 'runtime.unsupported_platform' });
    expect(transfers).toBe(0);
  });

  it('does not use an installation that a crash has damaged, and repairs it', async () => {
    const subject = runtimes();
    await install(subject);
    await truncate(join(home, 'runtimes', 'xllamacpp', xllamacppVersion, 'xllamacpp', 'xllamacpp.abi3.so'), 3);
    expect(await subject.list()).toEqual([]);
    await install(subject);
    expect(await subject.list()).toHaveLength(1);
  });

  it('removes what killed installations and older versions left', async () => {
    const folder = join(home, 'runtimes', 'xllamacpp');
    for (const name of [`${xllamacppVersion}.tmp-abc`, `.${xllamacppVersion}.1.ab.tmp`, '2020.1']) {
      await mkdir(join(folder, name), { recursive: true });
    }
    const failing = runtimes({ transfer: () => Promise.reject(new Error('no network')) });
    await expect(install(failing)).rejects.toThrow('no network');
    expect(await readdir(folder)).toEqual(['2020.1']);
    await install(runtimes());
    expect(await readdir(folder)).toEqual([xllamacppVersion]);
  });

  it('finds another Python when the one it was installed with is gone, and remembers that', async () => {
    const subject = runtimes();
    await install(subject);
    await rm(join(home, 'bin/python3'));
    const other = await writeProgram('bin/python3.12');
    expect(await subject.select()).toMatchObject({ interpreter: other });
    const record = join(home, 'runtimes', 'xllamacpp', xllamacppVersion, 'gantry-runtime.json');
    expect(await readFile(record, 'utf8')).toContain(other);
    await rm(other);
    await expect(subject.select()).rejects.toMatchObject({
      code: 'runtime.not_installed',
      params: { reason: 'python_missing' },
    });
  });

  it('prefers a llama-server on PATH, and one with a GPU before that, and passes over a broken one', async () => {
    const subject = runtimes({ env: { PATH: ['bin', 'a', 'b'].map((name) => join(home, name)).join(':') } });
    await install(subject);
    await writeProgram('a/llama-server');
    expect(await subject.select()).toMatchObject({ name: 'xllamacpp' });
    const plain = await writeFakeRuntime(join(home, 'a', 'llama-server'), { version: '1' });
    expect(await subject.select()).toMatchObject({ path: plain, origin: 'path', version: '1' });
    const gpu = await writeFakeRuntime(join(home, 'b', 'llama-server'), { devices: ['CUDA0: NVIDIA L4'] });
    expect(await subject.select()).toMatchObject({ path: gpu, devices: ['CUDA0: NVIDIA L4'] });
    expect((await subject.list()).map(({ path, selected }) => [path, selected])).toEqual([
      [plain, false],
      [gpu, true],
      [join(home, 'runtimes', 'xllamacpp', xllamacppVersion), false],
    ]);
  });

  it('remembers a choice only after trying it', async () => {
    const subject = runtimes();
    await expect(subject.use('xllamacpp')).rejects.toMatchObject({ code: 'runtime.not_installed' });
    await expect(subject.use('/nowhere/llama-server')).rejects.toMatchObject({ code: 'runtime.not_found' });
    await expect(subject.use('ollama')).rejects.toMatchObject({ code: 'runtime.not_found' });
    expect(remembered).toBe('auto');
    const named = await writeFakeRuntime(join(home, 'own', 'llama-server'));
    await subject.use(named);
    expect(remembered).toBe(named);
    expect(await subject.select()).toMatchObject({ path: named, origin: 'settings' });
    await rm(named);
    expect(await subject.list()).toEqual([]);
    await subject.use('auto');
    expect(remembered).toBe('auto');
  });

  it('removes what it installed and nothing else', async () => {
    const subject = runtimes();
    await expect(subject.remove('xllamacpp')).rejects.toMatchObject({ code: 'runtime.not_found' });
    await install(subject);
    await subject.remove('xllamacpp');
    expect(await subject.list()).toEqual([]);
    expect(await readdir(join(home, 'runtimes'))).toEqual([]);
    await expect(subject.remove('llama-server')).rejects.toMatchObject({ code: 'runtime.not_found' });
    expect(() => subject.install('llama-server', { signal })).toThrow('Gantry does not install');
  });
});
