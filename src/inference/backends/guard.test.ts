import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { killParentOfRunner, writeFakeRuntime } from '#testing';
import type { RunnerPlan } from '../types.ts';
import { findGuard } from './find-guard.ts';
import { guardedCommand, type Guard } from './guard.ts';

const ended = { code: 0, signal: null, stdout: '', stderr: '', timedOut: false, startError: undefined };

describe('the guard of a runner', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gg-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(['system', 'watcher'] as const)('ends the runner when its parent is killed with -9 (%s)', async (guard) => {
    const path = await writeFakeRuntime(join(folder, 'llama-server'), { ignoreTerm: true });
    const plan: RunnerPlan = {
      runtime: { name: 'llama-server', version: '1 (fake)', path, origin: 'path', selected: true },
      bundle: {
        id: `sha256:${'0'.repeat(64)}`,
        modelPath: '/models/model.gguf',
        config: { format: 'gguf' },
        header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
        weightBytes: 1000,
      },
      alias: 'ai/test:latest',
      estimatedBytes: 1000,
      socket: join(folder, 'r.sock'),
      config: { mode: 'completion', contextSize: 512, parallel: 1, threads: 1, batchThreads: 1, runtimeFlags: [] },
    };
    await killParentOfRunner(plan, guard);
  });

  describe('on Linux', () => {
    const setpriv = (): string => join(folder, 'setpriv');
    const unshare = (): string => join(folder, 'unshare');

    async function found(works: (command: string, args: readonly string[]) => boolean): Promise<Guard> {
      for (const path of [setpriv(), unshare()]) await writeFile(path, '', { mode: 0o755 });
      return findGuard({
        env: { PATH: `relative:/missing:${folder}` },
        programEnv: {},
        platform: 'linux',
        run: async (command, args) => ({ ...ended, code: works(command, args) ? 0 : 1 }),
      });
    }

    it('lets the kernel do it, and takes the network away, where both work', async () => {
      expect(await found(() => true)).toEqual({
        kind: 'setpriv',
        path: setpriv(),
        isolateNetwork: [unshare(), '--net'],
      });
    });

    it('uses a user namespace for the network when it may not do without', async () => {
      const guard = await found((command, args) => command === setpriv() || args.includes('--user'));
      expect(guard).toMatchObject({ isolateNetwork: [unshare(), '--user', '--map-current-user', '--net'] });
    });

    it('keeps the network when the system permits no isolation', async () => {
      const guard = await found((command) => command === setpriv());
      expect(guard).toEqual({ kind: 'setpriv', path: setpriv(), isolateNetwork: [] });
    });

    it('watches with a shell when setpriv does not know how', async () => {
      expect(await found(() => false)).toEqual({ kind: 'watcher' });
    });
  });

  it('watches with a shell elsewhere', async () => {
    const run = () => Promise.reject(new Error('nothing is tried'));
    expect(await findGuard({ env: {}, programEnv: {}, platform: 'darwin', run })).toEqual({ kind: 'watcher' });
  });

  it('puts isolation first and hands the command over unchanged', () => {
    const guarded = guardedCommand(
      { command: '/opt/a b/llama-server', args: ['--alias', '$(x) "y"'] },
      {
        guard: { kind: 'setpriv', path: '/usr/bin/setpriv', isolateNetwork: ['/usr/bin/unshare', '--net'] },
        parentPid: 42,
      },
    );
    expect(guarded.command).toBe('/usr/bin/unshare');
    expect(guarded.args.slice(0, 5)).toEqual(['--net', '/usr/bin/setpriv', '--pdeathsig', 'KILL', '--no-new-privs']);
    expect(guarded.args.slice(-4)).toEqual(['42', '/opt/a b/llama-server', '--alias', '$(x) "y"']);
  });
});
