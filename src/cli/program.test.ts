import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { version } from '#core';
import { exitCode, exitCodes } from './exit-codes.ts';
import { createFakeDaemon, json, statusBody, type FakeDaemon } from './testing/fake-daemon.ts';
import { createInstantClock } from './testing/instant-clock.ts';
import { FakeOutput, runForTest } from './testing/run-for-test.ts';
import type { ServeOptions } from './types.ts';

const zh = { GANTRY_LANG: 'zh' };
let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

describe('the command line', () => {
  it.each(['--version', '-v'])('says its version to %s', async (option) => {
    expect(await runForTest(daemon, [option])).toEqual({ code: 0, stdout: `gantry ${version}\n`, stderr: '' });
  });

  it('shows all commands without arguments', async () => {
    const { code, stdout } = await runForTest(daemon, []);
    expect(code).toBe(0);
    for (const name of ['run', 'pull', 'list|ls', 'inspect', 'rm', 'ps', 'unload', 'df', 'runtime', 'logs', 'stop']) {
      expect(stdout).toMatch(new RegExp(`^  ${name.replace('|', '\\|')} `, 'm'));
    }
  });

  const verbs = (help: string): readonly string[] =>
    [...help.matchAll(/^ {2}([a-z][\w-]*)(?:\|[\w|-]+)?(?= |$)/gm)].map(([, verb]) => verb ?? '');

  /** Every command that help shows, with the words before it. */
  async function walk(words: readonly string[]): Promise<readonly string[]> {
    const { code, stdout } = await runForTest(daemon, [...words, '--help']);
    expect(code).toBe(0);
    const below = await Promise.all(verbs(stdout).map((verb) => walk([...words, verb])));
    return [words.join(' '), ...below.flat()];
  }

  it('explains every command with examples, in both languages', async () => {
    const commands = (await walk([])).filter((name) => name !== '');
    expect(commands.length).toBeGreaterThan(150);
    for (const name of commands) {
      const english = await runForTest(daemon, [...name.split(' '), '--help']);
      expect(english.stdout).toMatch(new RegExp(`^Usage: gantry ${name}`));
      expect(english.stdout, name).toContain('Examples:\n  $ gantry ');
      const chinese = await runForTest(daemon, [...name.split(' '), '--help'], { env: zh });
      expect(chinese.stdout, name).toContain('示例：\n  $ gantry ');
      expect(chinese.stdout, name).not.toMatch(/Usage:|Options:|\[options\]|display help/);
    }
  }, 180_000);

  it('puts every verb of the first level under a heading', async () => {
    const { stdout } = await runForTest(daemon, ['--help']);
    expect(stdout).not.toContain('\nCommands:');
    expect(stdout.match(/^\S.*:$/gm)).toEqual([
      'Options:',
      'Models:',
      'Using models:',
      'Publishing models:',
      'Dockerfiles, containers and images:',
      'MCP servers:',
      'Daemon and dashboard:',
      'Daemon, as docker model names it:',
      'Setting up:',
    ]);
  });

  it.each([
    [['lisst'], 'There is no command "lisst".', 'Did you mean list?'],
    [['list', '--jsno'], 'There is no option --jsno.', 'Did you mean --json?'],
    [['run', 'ai/x', '--temprature', '1', 'Hi'], 'There is no option --temprature.', 'Did you mean --temperature?'],
    [['runtime', 'instal'], 'There is no command "instal".', 'Did you mean install?'],
    [['help', 'exitcodes'], 'There is no help on "exitcodes".', 'Did you mean exit-codes?'],
    [['rm'], 'gantry rm needs MODEL.', 'See: gantry rm --help'],
    [['tag', 'a', 'b', 'c'], 'gantry tag was given too many arguments.', 'See: gantry tag --help'],
    [['run', '--seed'], '--seed needs a value.', 'See: gantry run --help'],
  ])('refuses %j and helps', async (argv, message, hint) => {
    const { code, stdout, stderr } = await runForTest(daemon, argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`Error: ${message}\nHint: ${hint}\n`);
  });

  it.each([
    [['run', 'x', '--temperature', '9', 'Hi'], '--temperature 应为0 到 2 之间的数，而不是“9”。'],
    [['run', 'x', '--max-tokens', '1.5', 'Hi'], '--max-tokens 应为不小于 1 的整数，而不是“1.5”。'],
    [['serve', '--port', '70000'], '--port 应为0 到 65535 之间的端口号，而不是“70000”。'],
    [
      ['pull', 'x', '--source', 'web'],
      '--source 应为以下之一：auto, registry, huggingface, packages, file，而不是“web”。',
    ],
  ])('refuses the value in %j in Chinese', async (argv, message) => {
    const { code, stderr } = await runForTest(daemon, argv, { env: zh });
    expect([code, stderr]).toEqual([2, `错误：${message}\n`]);
  });

  it('documents every exit code', async () => {
    const { stdout } = await runForTest(daemon, ['help', 'exit-codes']);
    for (const code of Object.values(exitCodes)) expect(stdout).toMatch(new RegExp(`^  ${code} `, 'm'));
    expect((await runForTest(daemon, ['help', 'environment'], { env: zh })).stdout).toContain('GANTRY_HOME');
  });

  it('serves with what it was told, and ends with the daemon’s exit code', async () => {
    const seen: ServeOptions[] = [];
    const serve = async (options: ServeOptions): Promise<number> => {
      seen.push(options);
      return 8;
    };
    expect((await runForTest(daemon, ['serve', '--port', '0', '--background'], { serve })).code).toBe(8);
    await runForTest(daemon, ['serve', '--host', '::1'], { serve });
    expect(seen).toEqual([
      { host: undefined, port: 0, background: true },
      { host: '::1', port: undefined, background: false },
    ]);
  });

  it('ends quietly when whoever read its output has left', async () => {
    daemon.on('GET /models', json([]));
    const stdout = new PassThrough();
    stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    stdout.on('error', () => {});
    expect((await runForTest(daemon, ['list'], { stdout })).stderr).not.toContain('EPIPE');
  });

  it('shows where an error came from only when asked to', async () => {
    daemon.on('GET /engines/df', json({ wrong: true }));
    expect((await runForTest(daemon, ['df'])).stderr).not.toMatch(/\n\s+at /);
    expect((await runForTest(daemon, ['df'], { env: { GANTRY_DEBUG: '1' } })).stderr).toMatch(/\n\s+at /);
  });
});

describe('exit codes', () => {
  it('tell the kinds of failure apart', () => {
    expect(exitCode('model.not_found')).toBe(3);
    expect(exitCode('model.in_use')).toBe(4);
    expect(exitCode('source.unreachable')).toBe(5);
    expect(exitCode('source.unauthorized')).toBe(6);
    expect(exitCode('backend.crashed')).toBe(7);
    expect(exitCode('daemon.start_failed')).toBe(8);
    expect(exitCode('store.disk_full')).toBe(9);
    expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length);
  });
});

describe('a daemon elsewhere', () => {
  it('is asked where GANTRY_HOST says, and never started', async () => {
    const env = { GANTRY_HOST: `unix://${daemon.paths.socket}`, MODEL_RUNNER_HOST: 'http://127.0.0.1:1' };
    daemon.on('GET /models', json([]));
    expect((await runForTest(daemon, ['list', '--json'], { env })).stdout).toBe('[]\n');
  });

  it('that does not answer is named', async () => {
    const { code, stderr } = await runForTest(daemon, ['list'], { env: { MODEL_RUNNER_HOST: '127.0.0.1:1' } });
    expect(code).toBe(8);
    expect(stderr).toContain('No daemon answers at http://127.0.0.1:1: ECONNREFUSED.');
  });

  it('needs an address that is one', async () => {
    const { code, stderr } = await runForTest(daemon, ['list'], { env: { GANTRY_HOST: 'http://' } });
    expect(code).toBe(2);
    expect(stderr).toContain('is not an address: http://');
  });
});

describe('gantry status, stop, version', () => {
  it('tells where the daemon runs', async () => {
    const { code, stdout } = await runForTest(daemon, ['status']);
    expect(code).toBe(0);
    expect(stdout).toContain('Gantry is running.');
    expect(stdout).toContain('Started:       2 minutes ago');
    expect(stdout).toContain('512.00MiB of 8.00GiB');
    expect(stdout).toContain('BACKEND    STATUS   DETAILS\nllama.cpp  Running  llama.cpp 0c1e570');
    expect((await runForTest(daemon, ['status'], { env: zh })).stdout).toContain('启动时间:   2 分钟前');
  });

  it('gives Compose one line of JSON with the endpoint', async () => {
    const { stdout, stderr } = await runForTest(daemon, ['status', '--json']);
    expect(stderr).toBe('');
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(stdout)).toMatchObject({
      running: true,
      backends: statusBody.backends,
      kind: 'Docker Engine',
      endpoint: 'http://host.docker.internal:12434/v1/',
      endpointHost: 'http://127.0.0.1:12434/v1/',
    });
  });

  it('starts nothing when none runs', async () => {
    await daemon.close();
    const text = await runForTest(daemon, ['status'], { env: zh });
    expect(text).toEqual({ code: 8, stdout: 'Gantry 守护进程未运行。\n', stderr: '启动方法：gantry serve\n' });
    const asJson = await runForTest(daemon, ['status', '--json']);
    expect([asJson.code, asJson.stdout]).toEqual([8, '{"running":false}\n']);
    expect((await runForTest(daemon, ['stop'])).code).toBe(0);
    const { code, stdout } = await runForTest(daemon, ['version']);
    expect(code).toBe(0);
    expect(stdout).toContain('(not running)');
    await daemon.listen();
  });

  it('waits until the daemon is gone', async () => {
    daemon.on('POST /gantry/stop', (response) => {
      response.once('finish', () => void daemon.close());
      response.writeHead(202, { connection: 'close' }).end();
    });
    const { code, stdout } = await runForTest(daemon, ['stop'], { clock: createInstantClock() });
    expect([code, stdout]).toEqual([0, 'Gantry has stopped.\n']);
    await daemon.listen();
  });

  it('shows both versions', async () => {
    const { stdout } = await runForTest(daemon, ['version', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ client: { version }, server: { version: statusBody.version } });
  });

  it('says when the daemon is of another version', async () => {
    daemon.on('GET /gantry/status', json({ ...statusBody, version: '0.0.1' }));
    daemon.on('GET /models', json([]));
    const { stderr } = await runForTest(daemon, ['list', '-q'], { stderr: new FakeOutput() });
    expect(stderr).toBe(
      `The daemon is version 0.0.1 and this command is ${version}. To use the new one, run: gantry stop\n`,
    );
  });
});
