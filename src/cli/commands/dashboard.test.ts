import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, json, statusBody, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

const gantry = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  runForTest(daemon, argv, { env: { GANTRY_LANG: 'en', ...env } });
const url = 'http://127.0.0.1:12434/dashboard/';

describe('gantry dashboard', () => {
  it('prints the address where no browser can be opened', async () => {
    daemon.on('GET /gantry/status', json(statusBody));
    expect(await gantry(['dashboard', '--no-open'])).toMatchObject({
      code: 0,
      stdout: `Open this address in your browser: ${url}\n`,
      stderr: '',
    });
  });

  it('gives programs the address as JSON', async () => {
    daemon.on('GET /gantry/status', json(statusBody));
    expect(JSON.parse((await gantry(['dashboard', '--json'])).stdout)).toEqual({ url });
  });

  it('says over SSH how the port comes to the browser', async () => {
    daemon.on('GET /gantry/status', json(statusBody));
    const { stderr } = await gantry(['dashboard', '--no-open'], { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' });
    expect(stderr).toContain('ssh -L 12434:127.0.0.1:12434');
  });

  it('says what to do when TCP is off', async () => {
    daemon.on('GET /gantry/status', json({ ...statusBody, addresses: ['/run/gantry.sock'] }));
    const { code, stderr } = await gantry(['dashboard', '--no-open']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('gantry settings set server.port 12434');
  });
});
