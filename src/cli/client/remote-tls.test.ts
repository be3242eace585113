import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testCertificate } from '#testing';
import { createFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
let server: Server;
let host: string;
let authorization: (string | undefined)[];
beforeEach(async () => {
  daemon = await createFakeDaemon();
  authorization = [];
  server = createServer(testCertificate, (request, response) => {
    authorization.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  host = `localhost:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await daemon[Symbol.asyncDispose]();
});

describe('a daemon elsewhere, behind TLS', () => {
  it('is trusted by the certificate authority that is named, and gets the API key', async () => {
    const caCert = join(daemon.paths.home, 'ca.pem');
    await writeFile(caCert, testCertificate.cert);
    const create = ['context', 'create', 'gpu', '--host', host, '--tls', '--tls-ca-cert', caCert];
    expect((await runForTest(daemon, create)).code).toBe(0);
    await runForTest(daemon, ['context', 'use', 'gpu']);
    const env = { GANTRY_API_KEY: 'secret' };
    expect(await runForTest(daemon, ['list', '--json'], { env })).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect(authorization).toEqual(['Bearer secret']);
  });

  it('is trusted without proof only when told so', async () => {
    const env = { MODEL_RUNNER_HOST: host, MODEL_RUNNER_TLS: 'true' };
    const refused = await runForTest(daemon, ['list', '--json'], { env });
    expect(refused.code).toBe(8);
    expect(refused.stderr).toContain('SELF_SIGNED');
    const trusting = { ...env, MODEL_RUNNER_TLS_SKIP_VERIFY: 'true' };
    expect((await runForTest(daemon, ['list', '--json'], { env: trusting })).code).toBe(0);
    expect(authorization).toEqual([undefined]);
  });

  it('is an error when the certificate authority cannot be read', async () => {
    const env = { MODEL_RUNNER_HOST: `https://${host}`, MODEL_RUNNER_TLS_CA_CERT: '/gone/ca.pem' };
    const { code, stderr } = await runForTest(daemon, ['list'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('The certificate file /gone/ca.pem cannot be read: ENOENT.');
  });
});
