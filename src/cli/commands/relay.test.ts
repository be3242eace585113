import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, failure, json, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

const url = 'http://model-runner.docker.internal';
const off = { state: 'off', networks: [], joined: [], container: null, url };
const running = {
  state: 'running',
  networks: ['app_default'],
  joined: ['app_default'],
  container: 'gantry-relay-1',
  url,
};

const gantry = (argv: readonly string[], lang = 'en'): Promise<Outcome> =>
  runForTest(daemon, argv, { env: { GANTRY_LANG: lang } });
const put = (): unknown => daemon.requests.find(({ method }) => method === 'PUT')?.body;

describe('gantry relay enable', () => {
  it.each([
    [['--network', 'app_default'], ['app_default']],
    [
      ['--network', 'a', 'b'],
      ['a', 'b'],
    ],
    [
      ['--network', 'a', '--network', 'b'],
      ['a', 'b'],
    ],
    [['--all'], 'all'],
  ])('asks for the networks of %j', async (flags, networks) => {
    daemon.on('PUT /gantry/relay', json({ ...running, networks }));
    expect((await gantry(['relay', 'enable', ...flags])).code).toBe(0);
    expect(put()).toEqual({ networks });
  });

  it('says where the relay answers and under which name, and on standard error that it may take a while', async () => {
    daemon.on('PUT /gantry/relay', json(running));
    expect(await gantry(['relay', 'enable', '--network', 'app_default'])).toEqual({
      code: 0,
      stdout: `The relay runs as container gantry-relay-1.\nFor networks: app_default\nAnswers now on: app_default, at ${url}\n`,
      stderr: 'Putting the relay in place; the first time its image is built, which takes a few seconds.\n',
    });
  });

  it.each([[[]], [['--all', '--network', 'a']]])('wants either names or all: %j', async (flags) => {
    const { code, stderr } = await gantry(['relay', 'enable', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain('Say which networks: --network NAME, or --all.');
    expect(daemon.requests).toEqual([]);
  });

  it('tells why there is none', async () => {
    daemon.on('PUT /gantry/relay', failure('docker.unavailable', 'No Docker Engine answers.'));
    const { code, stdout, stderr } = await gantry(['relay', 'enable', '--all']);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('No Docker Engine answers.');
  });
});

describe('gantry relay status', () => {
  it.each([
    ['off', off, 'The relay is off. Turn it on with: gantry relay enable --all\n'],
    [
      'stopped',
      { ...running, state: 'stopped', networks: 'all', joined: [] },
      `The relay is container gantry-relay-1, which does not run.\nFor networks: all\nAnswers now on: none, until containers are there, at ${url}\n`,
    ],
  ])('says that it is %s', async (_state, body, stdout) => {
    daemon.on('GET /gantry/relay', json(body));
    expect(await gantry(['relay', 'status'])).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('gives JSON as the daemon tells it', async () => {
    daemon.on('GET /gantry/relay', json(running));
    expect(JSON.parse((await gantry(['relay', 'status', '--json'])).stdout)).toEqual(running);
  });

  it('speaks Chinese', async () => {
    daemon.on('GET /gantry/relay', json(off));
    expect((await gantry(['relay', 'status'], 'zh')).stdout).toMatch(/^\p{Script=Han}.*gantry relay enable --all\n$/u);
  });
});

describe('gantry relay disable', () => {
  it('takes it away and says so, or gives the state after it', async () => {
    daemon.on('DELETE /gantry/relay', (response) => void response.writeHead(204).end());
    daemon.on('GET /gantry/relay', json(off));
    expect(await gantry(['relay', 'disable'])).toEqual({ code: 0, stdout: 'The relay is gone.\n', stderr: '' });
    expect(JSON.parse((await gantry(['relay', 'disable', '--json'])).stdout)).toEqual(off);
  });
});
