import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretScanner, systemClock } from '#core';
import { createCallLog, type ServerCall } from '#mcp';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest, type Outcome, type TestRun } from '../../testing/run-for-test.ts';

const canary = 'canary-7d1e9b3c5a';
let daemon: FakeDaemon;
let folder: string;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  folder = join(daemon.paths.home, 'mcp');
});
afterEach(() => daemon[Symbol.asyncDispose]());

const mcp = (words: readonly string[], options: TestRun = {}): Promise<Outcome> =>
  runForTest(daemon, ['mcp', ...words], { clock: systemClock, ...options });
const docker = (words: readonly string[], options: TestRun = {}): Promise<Outcome> =>
  runForTest(daemon, ['as-plugin', 'docker-mcp', 'mcp', ...words], { clock: systemClock, ...options });

async function everythingOnDisk(): Promise<string> {
  const names = await readdir(daemon.paths.home, { recursive: true });
  const texts = await Promise.all(names.map((name) => readFile(join(daemon.paths.home, name), 'utf8').catch(() => '')));
  return texts.join('\n');
}

describe('secrets on the command line', () => {
  it('are kept, listed, shown only on demand, and removed', async () => {
    expect((await mcp(['secret', 'ls'])).stdout).toMatch(/^No secrets yet/);
    const set = await mcp(['secret', 'set', 'github.token', '--provider', 'file'], { stdin: `${canary}\n` });
    expect(set).toEqual({ code: 0, stdout: 'The secret github.token is kept.\n', stderr: '' });
    expect((await mcp(['secret', 'ls'])).stdout).toMatch(/^github\.token +file$/m);
    expect(JSON.parse((await mcp(['secret', 'ls', '--json'])).stdout)).toEqual([
      { name: 'github.token', provider: 'file' },
    ]);
    const hidden = await mcp(['secret', 'get', 'github.token']);
    expect(hidden).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--reveal') });
    expect((await mcp(['secret', 'get', 'github.token', '--reveal'])).stdout).toBe(`${canary}\n`);
    expect((await mcp(['secret', 'rm', 'github.token'])).code).toBe(0);
    expect((await mcp(['secret', 'rm', 'github.token'])).code).toBe(3);
  });

  it('are nowhere in clear: not on disk, in messages or in JSON', async () => {
    const outcomes = [
      await mcp(['secret', 'set', `a=${canary}`, '--provider', 'file']),
      await mcp(['secret', 'set', 'b', '--provider', 'file', '--json'], { stdin: canary }),
      await mcp(['secret', 'set', `a b=${canary}`]),
      await mcp(['secret', 'set', 'c', '--provider', 'nowhere'], { stdin: canary }),
      await mcp(['secret', 'set', 'd', '--env', 'X', '--path', canary]),
      await mcp(['secret', 'ls', '--json']),
      await mcp(['secret', 'ls', '--format', 'yaml']),
      await mcp(['secret', 'rm', 'a', 'absent']),
    ];
    expect(JSON.stringify(outcomes)).not.toContain(canary);
    expect(await everythingOnDisk()).not.toContain(canary);
  });

  it('of several lines come as they are', async () => {
    const pem = '-----BEGIN X-----\nabc\n-----END X-----\n';
    await mcp(['secret', 'set', 'pem', '--provider', 'file'], { stdin: pem });
    expect((await mcp(['secret', 'get', 'pem', '--reveal'])).stdout).toBe(`${pem}\n`);
  });

  it('may be elsewhere', async () => {
    await mcp(['secret', 'set', 'a', '--env', 'TOKEN']);
    await mcp(['secret', 'set', 'b', '--command', `'${process.execPath}' -p '1 + 1'`]);
    const options = { env: { TOKEN: canary } };
    expect((await mcp(['secret', 'get', 'a', '--reveal'], options)).stdout).toBe(`${canary}\n`);
    expect((await mcp(['secret', 'get', 'b', '--reveal'])).stdout).toBe('2\n');
    expect((await mcp(['secret', 'rm', '--all'])).code).toBe(0);
    expect((await mcp(['secret', 'ls', '--json'])).stdout).toBe('[]\n');
  });

  it('are protected by a passphrase where one is set', async () => {
    const options = { env: { GANTRY_SECRETS_PASSPHRASE: 'words' } };
    await mcp(['secret', 'set', 'a', '--provider', 'file'], { ...options, stdin: canary });
    const locked = await mcp(['secret', 'get', 'a', '--reveal']);
    expect(locked.stderr).toContain('GANTRY_SECRETS_PASSPHRASE');
    expect((await mcp(['secret', 'get', 'a', '--reveal'], options)).stdout).toBe(`${canary}\n`);
  });

  it('look as those of docker mcp do', async () => {
    expect(await docker(['secret', 'set', 'a', '--provider', 'file'], { stdin: canary })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect((await docker(['secret', 'ls'])).stdout).toBe('docker/mcp/a | file\n');
    expect((await docker(['secret', 'rm', 'a'])).stdout).toBe('');
  });

  it('speak Chinese', async () => {
    const { stderr } = await mcp(['secret', 'rm', 'absent'], { env: { GANTRY_LANG: 'zh' } });
    expect(stderr).toContain('没有密钥“absent”');
  });
});

describe('grants on the command line', () => {
  it('are given, listed and taken back', async () => {
    const place = join(daemon.paths.home, 'code');
    await mkdir(place);
    expect((await mcp(['grant', 'add', 'files', place, '--rw'])).stdout).toBe(`files may read and write ${place}.\n`);
    expect((await mcp(['grant', 'ls'])).stdout).toContain(place);
    expect(JSON.parse((await mcp(['grant', 'ls', 'other', '--json'])).stdout)).toEqual([]);
    expect((await mcp(['grant', 'rm', 'files', place])).stdout).toBe(`files may no longer use ${place}.\n`);
    expect((await mcp(['grant', 'rm', 'files'])).code).toBe(3);
  });

  it('for sensitive places are refused until that is said', async () => {
    const refused = await mcp(['grant', 'add', 'files', '/etc']);
    expect(refused).toMatchObject({ code: 6, stderr: expect.stringContaining('--even-though-sensitive') });
    expect((await mcp(['grant', 'add', 'files', '/etc', '--even-though-sensitive'])).code).toBe(0);
    expect((await mcp(['grant', 'add', 'files', '/', '--even-though-sensitive'])).code).toBe(6);
  });
});

describe('the policy on the command line', () => {
  const write = async (text: string): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'policy.yaml'), text);
  };

  it('is shown, checked and tried out', async () => {
    expect((await mcp(['policy', 'ls'])).stdout).toContain('There are no rules');
    await write(
      'rules:\n  - name: no deletes\n    effect: deny\n    tool: "delete_*"\n    reason: not here\nlimits:\n  - calls: 5\n    per: 1m\n',
    );
    expect((await mcp(['policy', 'show'])).stdout).toMatch(/^no deletes +denied +tool=delete_\*$/m);
    expect((await mcp(['policy', 'check', '--json'])).stdout).toContain('"valid": true');
    const denied = await mcp(['policy', 'test', 'github', 'delete_repo', '--json']);
    expect(denied.code).toBe(6);
    expect(JSON.parse(denied.stdout)).toEqual({
      allowed: false,
      effect: 'deny',
      reason: 'not here',
      rule: 'no deletes',
    });
    expect(await mcp(['policy', 'test', 'github', 'list'])).toMatchObject({
      code: 0,
      stdout: 'allowed: no rule speaks against it\n',
    });
  });

  it('that is broken is named with the place', async () => {
    await write('rules:\n  - effect: perhaps\n');
    const { code, stderr } = await mcp(['policy', 'check']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('rules.0.effect')]);
  });
});

describe('calls on the command line', () => {
  const record = async (recording: 'on' | 'metadata'): Promise<void> => {
    using log = createCallLog({
      folder: join(folder, 'calls'),
      clock: systemClock,
      recording: () => recording,
      scanner: createSecretScanner(),
      known: undefined,
    });
    const call: ServerCall = {
      kind: 'tool',
      server: 'files',
      name: 'read',
      arguments: { path: '/x' },
      meta: undefined,
      session: { id: 's', client: { name: 'cursor', version: '1' }, elicit: undefined },
    };
    await log.step.handle(call, async () => ({ kind: 'result', result: { content: [] } }), {});
  };

  it('are shown', async () => {
    expect((await mcp(['calls'])).stdout).toBe('No calls are on record.\n');
    await record('on');
    expect((await mcp(['calls'])).stdout).toMatch(/ cursor +files +read +ok +\d+ ms$/m);
    expect(JSON.parse((await mcp(['calls', '--server', 'other', '--json'])).stdout)).toEqual([]);
    expect(JSON.parse((await mcp(['calls', '--json'])).stdout)).toMatchObject([
      { arguments: { path: '/x' }, outcome: 'ok' },
    ]);
  });

  it('without arguments on record cannot be repeated, and how to change that is said', async () => {
    await record('metadata');
    const [{ id }] = JSON.parse((await mcp(['calls', '--json'])).stdout) as [{ id: string }];
    const { code, stderr } = await mcp(['calls', 'replay', id]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('gantry settings set mcp.record on')]);
    expect((await mcp(['calls', 'replay', 'absent'])).code).toBe(3);
  });
});
