import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, json, statusBody, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  daemon.on('GET /gantry/settings', json(entries));
  daemon.on('PATCH /gantry/settings', json(entries));
});
afterEach(() => daemon[Symbol.asyncDispose]());

const entries = [
  { key: 'modelRunner.enabled', value: true, default: true, origin: 'file' },
  { key: 'server.port', value: 12_434, default: 12_434, origin: 'default' },
  { key: 'server.origins', value: ['https://chat.lan'], default: [], origin: 'file' },
  { key: 'inference.contextSize', value: null, default: null, origin: 'default' },
].map((entry) => ({ ...entry, path: entry.key.split('.') }));

const patched = (): unknown => daemon.requests.find(({ method }) => method === 'PATCH')?.body;

describe('gantry settings', () => {
  it('lists every setting with where it comes from', async () => {
    expect((await runForTest(daemon, ['settings'])).stdout).toBe(
      'SETTING                VALUE                 FROM\n' +
        'modelRunner.enabled    true                  settings file\n' +
        'server.port            12434                 default\n' +
        'server.origins         ["https://chat.lan"]  settings file\n' +
        'inference.contextSize  (not set)             default\n',
    );
    expect(JSON.parse((await runForTest(daemon, ['settings', '--json'])).stdout)).toEqual(entries);
  });

  it('gets one as it is, or a group', async () => {
    expect((await runForTest(daemon, ['settings', 'get', 'server.port'])).stdout).toBe('12434\n');
    expect((await runForTest(daemon, ['settings', 'get', 'server'])).stdout.split('\n')).toHaveLength(4);
  });

  it.each([
    [['set', 'server.port', '5000'], { path: 'server.port', value: 5000 }],
    [['set', 'server.origins', '["http://a"]'], { path: 'server.origins', value: ['http://a'] }],
    [['set', 'modelSettings.ai/x.keepAlive', '5m'], { path: 'modelSettings.ai/x.keepAlive', value: '5m' }],
    [['unset', 'server.port'], { path: 'server.port', value: null }],
  ])('%j', async (argv, change) => {
    expect((await runForTest(daemon, ['settings', ...argv])).code).toBe(0);
    expect(patched()).toEqual([change]);
  });

  it('refuses a key that there is not, and helps', async () => {
    for (const argv of [
      ['get', 'server.prot'],
      ['set', 'server.prot', '1'],
      ['unset', 'server.prot'],
    ]) {
      const { code, stderr } = await runForTest(daemon, ['settings', ...argv]);
      expect(code).toBe(2);
      expect(stderr).toBe('Error: There is no setting server.prot.\nHint: Did you mean server.port?\n');
    }
  });
});

describe('gantry desktop', () => {
  it.each([
    [[], []],
    [['--tcp', '5000'], [{ path: 'server.port', value: 5000 }]],
    [['--no-tcp'], [{ path: 'server.port', value: 0 }]],
    [['--cors', 'all'], [{ path: 'server.origins', value: ['*'] }]],
    [['--cors', 'http://a, http://b'], [{ path: 'server.origins', value: ['http://a', 'http://b'] }]],
    [['--cors', 'none'], [{ path: 'server.origins', value: [] }]],
  ])('enables the Model Runner with %j', async (options, changes) => {
    const { code, stdout } = await runForTest(daemon, ['desktop', 'enable', 'model-runner', ...options]);
    expect(code).toBe(0);
    expect(stdout).toBe(`Docker Model Runner is enabled. Addresses: ${statusBody.addresses.join(', ')}\n`);
    expect(patched()).toEqual([{ path: 'modelRunner.enabled', value: true }, ...changes]);
  });

  it('says when the daemon does not use the port', async () => {
    const { stderr } = await runForTest(daemon, ['desktop', 'enable', 'model-runner', '--tcp', '5000']);
    expect(stderr).toContain('Port 5000 is in the settings, but the running daemon was told another one');
    const used = await runForTest(daemon, ['desktop', 'enable', 'model-runner', '--tcp', '12434']);
    expect(used.stderr).toBe('');
  });

  it('disables it', async () => {
    expect((await runForTest(daemon, ['desktop', 'disable', 'model-runner'])).stdout).toContain('disabled');
    expect(patched()).toEqual([{ path: 'modelRunner.enabled', value: false }]);
  });

  it('tells how it is', async () => {
    const { stdout } = await runForTest(daemon, ['desktop', 'status']);
    expect(stdout).toMatch(/^Status: +running\nTCP port: +12434\n/);
    const asJson = JSON.parse((await runForTest(daemon, ['desktop', 'status', '--json'])).stdout);
    expect(asJson.modelRunner).toEqual({ enabled: true, port: 12_434, origins: ['https://chat.lan'] });
  });

  it('switches the MCP Toolkit', async () => {
    const on = await runForTest(daemon, ['desktop', 'enable', 'mcp-toolkit']);
    expect(on).toMatchObject({ code: 0, stdout: 'Docker MCP Toolkit is enabled.\n' });
    expect(patched()).toEqual([{ path: 'mcp.enabled', value: true }]);
    const off = await runForTest(daemon, ['desktop', 'disable', 'mcp-toolkit', '--json']);
    expect(JSON.parse(off.stdout)).toMatchObject({ mcpToolkit: { enabled: false }, dockerAi: { enabled: false } });
    const { code, stderr } = await runForTest(daemon, ['desktop', 'enable', 'mcp-toolkit', '--no-tcp']);
    expect(code).toBe(2);
    expect(stderr).toContain('are for model-runner');
  });

  it('knows no other feature', async () => {
    const { code, stderr } = await runForTest(daemon, ['desktop', 'enable', 'kubernetes']);
    expect(code).toBe(2);
    expect(stderr).toContain('"kubernetes" to switch; there are: model-runner, mcp-toolkit, docker-ai.');
  });
});
