import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeDaemon, json, type FakeDaemon } from '../testing/fake-daemon.ts';
import { createInstantClock } from '../testing/instant-clock.ts';
import { runForTest, type Outcome } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
let starts = 0;
beforeEach(async () => {
  starts = 0;
  daemon = await createFakeDaemon();
  daemon.on('POST /engines/install-backend', json({}));
  daemon.on('POST /engines/uninstall-backend', json({}));
  daemon.on('POST /engines/unload', json({ unloaded_runners: 0 }));
  daemon.on('DELETE /models/purge', (response) => void response.end());
  daemon.on('PATCH /gantry/settings', json([]));
  daemon.on('POST /gantry/stop', (response) => {
    response.end('{}');
    response.once('close', () => void daemon.close());
  });
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

function run(...argv: readonly string[]): Promise<Outcome> {
  return runWith({}, ...argv);
}

function runWith(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Outcome> {
  const startDaemon = async (): Promise<void> => {
    starts += 1;
    await daemon.listen();
  };
  return runForTest(daemon, argv, { env, startDaemon, clock: createInstantClock() });
}

const changes = (): string[] =>
  daemon.requests.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`);

it.each(['install-runner', 'start-runner'])(
  '%s sets what the options say, and starts the daemon anew',
  async (verb) => {
    const { code, stdout, stderr } = await run(verb, '--port', '23456', '--debug', '--backend', 'llama.cpp');
    expect(code, stderr).toBe(0);
    expect(changes()).toEqual(['PATCH /gantry/settings', 'POST /gantry/stop', 'POST /engines/install-backend']);
    expect(daemon.requests.find(({ method }) => method === 'PATCH')?.body).toEqual([
      { path: 'server.port', value: 23456 },
      { path: 'log.level', value: 'debug' },
    ]);
    expect(starts).toBe(1);
    expect(stdout).toContain('4711');
  },
);

it('restart-runner stops the daemon and starts it again', async () => {
  const { code, stderr } = await run('restart-runner');
  expect(code, stderr).toBe(0);
  expect([changes(), starts]).toEqual([['POST /gantry/stop'], 1]);
});

it('stop-runner stops the daemon, and removes the models only when told to', async () => {
  expect((await run('stop-runner')).code).toBe(0);
  expect(changes()).toEqual(['POST /gantry/stop']);
  expect((await run('stop-runner')).code).toBe(0);
  expect([changes().length, starts]).toEqual([1, 0]);
});

it('uninstall-runner removes what runs models, then the models, then stops the daemon', async () => {
  const { code, stderr } = await run('uninstall-runner', '--backend', 'llama.cpp', '--models');
  expect(code, stderr).toBe(0);
  const [first, ...rest] = changes();
  expect(first).toBe('POST /engines/uninstall-backend');
  expect(rest.filter((change) => !change.endsWith('/unload'))).toEqual(['DELETE /models/purge', 'POST /gantry/stop']);
});

it('install-runner chooses devices, and serves TLS with the files named', async () => {
  const tls = ['--tls', '--tls-port', '12499', '--tls-cert', '/c.pem', '--tls-key', '/k.pem'];
  const { code, stderr } = await run('install-runner', '--gpu', 'none', ...tls);
  expect(code, stderr).toBe(0);
  expect(daemon.requests.find(({ method }) => method === 'PATCH')?.body).toEqual([
    { path: 'inference.gpu', value: 'none' },
    { path: 'server.tls.enabled', value: true },
    { path: 'server.tls.port', value: 12499 },
    { path: 'server.tls.certificate', value: '/c.pem' },
    { path: 'server.tls.key', value: '/k.pem' },
  ]);
});

it('install-runner refuses devices that nobody knows', async () => {
  const { code, stderr } = await run('install-runner', '--gpu', 'tpu');
  expect(code).toBe(2);
  expect(stderr).toContain('--gpu takes auto, none, cuda, rocm, musa, cann, not "tpu".');
  expect(changes()).toEqual([]);
});

it('MODEL_RUNNER_NO_AUTO_INSTALL keeps other commands from starting the daemon', async () => {
  const env = { MODEL_RUNNER_NO_AUTO_INSTALL: '1', USER_AGENT: 'compose/v5' };
  expect((await runWith(env, 'install-runner')).code).toBe(0);
  expect(daemon.requests.at(-1)?.headers['user-agent']).toMatch(/^gantry-cli\/\S+ compose\/v5$/);
  await daemon.close();
  const { code, stderr } = await runWith(env, 'list');
  expect([code === 0, starts]).toEqual([false, 0]);
  expect(stderr).toContain('not running');
  expect((await runWith(env, 'install-runner')).code).toBe(0);
  expect(starts).toBe(1);
});
