import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, json, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

const key = {
  name: 'laptop',
  scopes: ['infer'],
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  expired: false,
};
const posted = (): unknown => daemon.requests.find(({ method }) => method === 'POST')?.body;

describe('gantry key', () => {
  it('prints a new key alone on standard output', async () => {
    daemon.on(
      'POST /gantry/keys',
      json({ secret: 'gantry_abc', key: { ...key, expiresAt: '2026-02-01T00:00:00.000Z' } }),
    );
    const argv = ['key', 'create', '--scope', 'infer', '--scope', 'models', 'laptop', '--expires', '30d'];
    const { code, stdout, stderr } = await runForTest(daemon, argv);
    expect([code, stdout]).toEqual([0, 'gantry_abc\n']);
    expect(stderr).toContain('not shown again');
    expect(stderr).toContain('2026-02-01');
    expect(posted()).toEqual({ name: 'laptop', scopes: ['infer', 'models'], expiresInMs: 2_592_000_000 });
  });

  it.each([
    [['key', 'create', 'a'], 'Say what the key is for'],
    [['key', 'create', 'a', '--scope', 'all'], '--scope'],
    [['key', 'create', 'a', '--scope', 'infer', '--expires', 'soon'], 'a duration such as 30d'],
    [['key', 'create', 'a', '--scope', 'infer', '--expires', '0d'], 'a duration such as 30d'],
  ])('refuses %j', async (argv, text) => {
    const { code, stderr } = await runForTest(daemon, argv);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
    expect(posted()).toBeUndefined();
  });

  it('lists and removes keys', async () => {
    daemon.on('GET /gantry/keys', json([key, { ...key, name: 'old', expiresAt: key.createdAt, expired: true }]));
    daemon.on('DELETE /gantry/keys/laptop', json({}));
    const { stdout } = await runForTest(daemon, ['key', 'ls']);
    expect(stdout).toMatch(/^NAME {4}SCOPES {2}CREATED/);
    expect(stdout).toMatch(/laptop +infer .*never +never/);
    expect(stdout).toMatch(/old +infer .*expired/);
    expect((await runForTest(daemon, ['key', 'rm', 'laptop'])).stdout).toContain('laptop is removed');
  });
});

describe('gantry tls', () => {
  const body = {
    enabled: true,
    addresses: ['https://0.0.0.0:12444'],
    authorityPath: '/home/me/.gantry/tls/ca.pem',
    names: ['localhost', '127.0.0.1'],
    validUntil: '2027-01-01T00:00:00.000Z',
    fingerprint: 'AB:CD',
  };

  it('shows the certificate, and how it is trusted', async () => {
    daemon.on('GET /gantry/tls', json(body));
    expect((await runForTest(daemon, ['tls', 'show'])).stdout).toContain('AB:CD');
    const { stdout } = await runForTest(daemon, ['tls', 'trust-hint']);
    expect(stdout).toContain('curl --cacert /home/me/.gantry/tls/ca.pem https://localhost:12444/v1/models');
  });

  it('says that it is off, and whose the files are', async () => {
    daemon.on('GET /gantry/tls', json({ ...body, enabled: false }));
    expect((await runForTest(daemon, ['tls', 'trust-hint'])).stdout).toContain('TLS is off');
    daemon.on('GET /gantry/tls', json({ ...body, authorityPath: null }));
    expect((await runForTest(daemon, ['tls', 'trust-hint'])).stdout).toContain('files of yours');
  });
});
