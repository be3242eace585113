import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

const run = (...argv: string[]): Promise<Outcome> => runForTest(daemon, ['context', ...argv]);

describe('contexts', () => {
  it('are created, used, listed, shown and removed', async () => {
    const created = await run('create', 'gpu', '--host', 'http://gpu.lan:1', '--description', 'the big one');
    expect(created).toEqual({ code: 0, stdout: 'Context "gpu" created.\n', stderr: '' });
    expect((await run('use', 'gpu')).stdout).toBe('Current context is now "gpu".\n');
    expect((await run('ls')).stdout).toBe(
      'NAME     HOST              DESCRIPTION                 CURRENT\n' +
        'default  (auto-detect)     The runner of this machine\n' +
        'gpu      http://gpu.lan:1  the big one                 *\n',
    );
    expect(JSON.parse((await run('inspect', 'gpu')).stdout)).toEqual([
      {
        name: 'gpu',
        host: 'http://gpu.lan:1',
        tls: { enabled: false },
        description: 'the big one',
        createdAt: '2027-01-15T08:00:00.000Z',
      },
    ]);
    expect((await run('use', 'default')).code).toBe(0);
    expect((await run('rm', 'gpu')).stdout).toBe('Context "gpu" removed.\n');
  });

  it('decide whom commands ask', async () => {
    await run('create', 'gone', '--host', '127.0.0.1:1');
    await run('use', 'gone');
    const { code, stderr } = await runForTest(daemon, ['df']);
    expect(code).toBe(8);
    expect(stderr).toContain('No daemon answers at http://127.0.0.1:1');
  });

  it.each([
    [['create', 'default', '--host', 'a'], '"default" is not a name for a context.'],
    [['create', '-x', '--host', 'a'], 'There is no option -x.'],
    [['create', 'a b', '--host', 'a'], '"a b" is not a name for a context.'],
    [['use', 'other'], 'There is no context "other".'],
    [['rm', 'default'], 'The context "default" is always there.'],
    [['inspect', 'toString'], 'There is no context "toString".'],
  ])('refuse %j', async (argv, message) => {
    const { code, stderr } = await run(...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('refuse to remove the one in use, and to make one twice', async () => {
    await run('create', 'gpu', '--host', 'a:1');
    expect((await run('create', 'gpu', '--host', 'b:1')).stderr).toContain('There is a context "gpu" already.');
    await run('use', 'gpu');
    expect((await run('rm', 'gpu')).stderr).toContain('The context "gpu" is in use.');
  });

  it('say that a variable wins over them', async () => {
    const { stderr } = await runForTest(daemon, ['context', 'ls'], { env: { MODEL_RUNNER_HOST: 'a:1' } });
    expect(stderr).toBe('MODEL_RUNNER_HOST is set and wins over the context.\n');
  });
});
