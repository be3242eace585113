import { networkInterfaces } from 'node:os';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startTestDaemon, type TestDaemon } from '#testing';
import { bridgeAddress, dockerMissing, nodeImage } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory, type CommandResult } from './harness.ts';

/** An address of this machine that is not loopback: who asks it comes from the network, as far as the daemon knows. */
const lan = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

let daemon: TestDaemon;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;
const start = (): Promise<TestDaemon> =>
  startTestDaemon({
    home: home.path,
    env: { GANTRY_PORT: String(port), DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
let port: number;
let tlsPort: number;
const cli = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandResult> =>
  gantry(daemon.home, args, env ? { env } : {});
const setting = async (key: string, value: string): Promise<CommandResult> =>
  await cli(['settings', 'set', key, value]);
const key = async (wanted: { name: string; scopes: readonly string[]; expiresInMs?: number }): Promise<string> => {
  const url = `http://127.0.0.1:${port}/gantry/keys`;
  const made = await fetch(url, { method: 'POST', body: JSON.stringify(wanted) });
  return ((await made.json()) as { secret: string }).secret;
};
const removeKey = (name: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/gantry/keys/${name}`, { method: 'DELETE' });
const at = (host: string, path: string, secret?: string): Promise<Response> =>
  fetch(
    `http://${host}:${port}${path}`,
    secret === undefined ? {} : { headers: { authorization: `Bearer ${secret}` } },
  );

beforeAll(async () => {
  [port, tlsPort] = [await freePort(), await freePort()];
  home = await temporaryDirectory('access');
  daemon = await start();
});
afterAll(async () => {
  await daemon.stop();
  await home[Symbol.asyncDispose]();
});

describe.skipIf(lan === undefined)('a daemon on the network', () => {
  const host = lan ?? '';
  let infer: string;

  it('does not open without a key, says what to do, and serves this machine as before', async () => {
    const refused = await setting('server.host', '0.0.0.0');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('0.0.0.0 would open Gantry to the network, and there is no API key.');
    expect(refused.stderr).toContain('gantry key create');
    expect((await at('127.0.0.1', '/v1/models')).status).toBe(200);
    await expect(at(host, '/v1/models')).rejects.toThrow('fetch failed');
  });

  it('opens with one, at once', async () => {
    infer = (await cli(['key', 'create', 'laptop', '--scope', 'infer', '--expires', '30d'])).stdout.trim();
    expect((await setting('server.host', '0.0.0.0')).stderr).toBe('');
    expect((await at(host, '/v1/models')).status).toBe(401);
    expect((await at(host, '/v1/models', infer)).status).toBe(200);
    expect((await at('127.0.0.1', '/v1/models')).status).toBe(200);
    const status = await cli(['status']);
    expect(status.stdout).toContain(`http://0.0.0.0:${port}`);
    expect(status.stdout).toContain('needed by all but this machine (1 there)');
  });

  it('serves OpenAI’s client with a key and refuses it without', async () => {
    const client = (apiKey: string): OpenAI =>
      new OpenAI({ baseURL: `http://${host}:${port}/v1`, apiKey, maxRetries: 0 });
    expect((await client(infer).models.list()).data).toEqual([]);
    await expect(client('none').models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(client(`${infer}x`).models.list()).rejects.toMatchObject({ status: 401 });
  });

  it('holds keys to their scopes, and to their time', async () => {
    const admin = await key({ name: 'boss', scopes: ['admin'] });
    const brief = await key({ name: 'brief', scopes: ['infer'], expiresInMs: 1 });
    expect((await at(host, '/gantry/settings', infer)).status).toBe(403);
    expect((await at(host, '/gantry/settings', admin)).status).toBe(200);
    const expired = await at(host, '/v1/models', brief);
    expect([expired.status, await expired.text()]).toEqual([401, expect.stringContaining('brief has expired')]);
    const remote = { GANTRY_HOST: `http://${host}:${port}` };
    expect((await cli(['key', 'ls', '--json'], remote)).code).not.toBe(0);
    const listed = await cli(['key', 'ls', '--json'], { ...remote, GANTRY_API_KEY: admin });
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { name: 'laptop' },
      { name: 'boss' },
      { name: 'brief', expired: true },
    ]);
    expect(listed.stdout).not.toContain(infer);
  });

  it('answers the preflight of a page on this machine, and no other page', async () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(`http://${host}:${port}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
          'access-control-request-private-network': 'true',
        },
      });
    const answer = await preflight('http://localhost:3000');
    expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([204, 'authorization']);
    expect(answer.headers.get('access-control-allow-private-network')).toBe('true');
    expect((await preflight('https://evil.example')).status).toBe(403);
  });

  it('serves TLS that its own authority signed, to Node, OpenAI’s client, curl and gantry', async () => {
    expect((await setting('server.tls', JSON.stringify({ enabled: true, port: tlsPort }))).stderr).toBe('');
    const facts = JSON.parse((await cli(['tls', 'show', '--json'])).stdout) as {
      authorityPath: string;
      fingerprint: string;
    };
    const ca = await readFile(facts.authorityPath, 'utf8');
    const url = `https://${host}:${tlsPort}`;
    expect(await fingerprintOf(url, ca)).toBe(facts.fingerprint);
    await expect(fingerprintOf(url, undefined)).rejects.toThrow('self-signed certificate in certificate chain');

    const curl = await runCommand([
      'curl',
      '-sS',
      '--cacert',
      facts.authorityPath,
      `https://localhost:${tlsPort}/v1/models`,
    ]);
    expect(JSON.parse(curl.stdout || curl.stderr)).toMatchObject({ object: 'list' });
    const script = `import OpenAI from 'openai';
      const client = new OpenAI({ baseURL: '${url}/v1', apiKey: '${infer}', maxRetries: 0 });
      console.log((await client.models.list()).object);`;
    const sdk = await runCommand([process.execPath, '--input-type=module', '-e', script], {
      env: { NODE_EXTRA_CA_CERTS: facts.authorityPath },
    });
    expect(sdk).toMatchObject({ code: 0, stdout: 'list\n' });
    const remote = { GANTRY_HOST: url, MODEL_RUNNER_TLS_CA_CERT: facts.authorityPath, GANTRY_API_KEY: infer };
    expect(await cli(['list', '--json'], remote)).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('takes up a new certificate without a restart, and refuses names that are not its own', async () => {
    const { authorityPath, fingerprint } = JSON.parse((await cli(['tls', 'show', '--json'])).stdout) as {
      authorityPath: string;
      fingerprint: string;
    };
    expect((await cli(['tls', 'renew'])).code).toBe(0);
    const url = `https://127.0.0.1:${tlsPort}`;
    const ca = await readFile(authorityPath, 'utf8');
    expect(await fingerprintOf(url, ca)).not.toBe(fingerprint);
    const rebound = await runCommand([
      'curl',
      '-sS',
      '--cacert',
      authorityPath,
      '-H',
      'Host: evil.example',
      `${url}/v1/models`,
    ]);
    expect(rebound.stdout).toBe('Host not allowed\n');
  });

  it('closes when the last key goes, and opens again with the next, also after a restart', async () => {
    for (const name of ['laptop', 'boss', 'brief']) expect((await removeKey(name)).status).toBe(204);
    await expect(at(host, '/v1/models')).rejects.toThrow('fetch failed');
    expect((await at('127.0.0.1', '/v1/models')).status).toBe(200);
    expect((await cli(['status'])).stdout).toContain('there is no API key');
    const next = await key({ name: 'next', scopes: ['infer'] });
    expect((await at(host, '/v1/models', next)).status).toBe(200);
    expect((await at(host, '/v1/models', infer)).status).toBe(401);

    await daemon.stop();
    daemon = await start();
    expect((await at(host, '/v1/models')).status).toBe(401);
    expect((await at(host, '/v1/models', next)).status).toBe(200);
    expect(daemon.output()).toContain(`https://0.0.0.0:${tlsPort}`);
  });
});

describe('containers of a daemon on the network', () => {
  let own: TestDaemon | undefined;
  let bridge = '';
  let image = '';
  beforeAll(async () => {
    if ((await dockerMissing()) !== undefined) return;
    bridge = await bridgeAddress();
    image = await nodeImage();
    own = await startTestDaemon();
  });
  afterAll(() => own?.stop());

  it('use models as before, and nothing else, whatever addresses are served', async (context) => {
    if (own === undefined) return context.skip('no Docker Engine answers');
    const { url } = own;
    const inside = url.replace('127.0.0.1', bridge);
    const statuses = async (): Promise<unknown> => {
      const urls = ['/v1/models', '/gantry/settings'].map((path) => `${inside}${path}`);
      const script = `Promise.all(${JSON.stringify(urls)}.map(async (url) => (await fetch(url)).status))
        .then((statuses) => console.log(JSON.stringify(statuses)))`;
      const { stdout, stderr } = await runCommand(['docker', 'run', '--rm', image, script]);
      return stderr === '' ? JSON.parse(stdout) : stderr;
    };
    const change = async (path: string, value: unknown): Promise<void> => {
      const body = JSON.stringify([{ path, value }]);
      const changed = await fetch(`${url}/gantry/settings`, { method: 'PATCH', body });
      expect([changed.status, await changed.text()]).toEqual([200, expect.any(String)]);
    };
    // The bridge is served when the Engine has said which one it is.
    const addresses = async (): Promise<string> => await (await fetch(`${url}/gantry/status`)).text();
    await vi.waitFor(async () => expect(await addresses()).toContain(inside), { timeout: 10_000, interval: 20 });
    await fetch(`${url}/gantry/keys`, { method: 'POST', body: JSON.stringify({ name: 'a', scopes: ['infer'] }) });

    for (const host of ['0.0.0.0', '127.0.0.1']) {
      await change('server.host', host);
      expect([host, await statuses()]).toEqual([host, [200, 403]]);
    }
    await change('server.bridgeAccess', 'keys');
    expect(await statuses()).toEqual([401, 403]);
  });
});

/** What the server shows to a client that trusts `ca`. */
function fingerprintOf(url: string, ca: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/`, { ca, agent: false, minVersion: 'TLSv1.2' }, (response) => {
      const { socket } = response;
      resolve('getPeerCertificate' in socket ? (socket as TLSSocket).getPeerCertificate().fingerprint256 : '');
      response.resume();
    });
    asked.once('error', reject).end();
  });
}
