import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestFromHex, silentLog, systemClock, type Digest } from '#core';
import {
  createHttpClient,
  createOciRegistry,
  createTransfer,
  parseReference,
  type AddressScope,
  type Credential,
  type HttpClient,
  type OciRegistryOptions,
} from '#registry';
import { createManualClock, sendRange, serve } from '#testing';

const http = createHttpClient({ env: {}, clock: systemClock });
afterAll(() => http.close());
const signal = new AbortController().signal;

const digestOf = (bytes: Uint8Array | string): Digest =>
  digestFromHex(createHash('sha256').update(bytes).digest('hex'));
const layer = Buffer.from('weights of a very small model');
const descriptor = { mediaType: 'application/vnd.docker.ai.gguf.v3', digest: digestOf(layer), size: layer.length };
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const manifest = { schemaVersion: 2, mediaType: manifestType, config: descriptor, layers: [descriptor] };
const manifestText = JSON.stringify(manifest);

function registry(options: Partial<OciRegistryOptions> & { credential?: Record<string, Credential> } = {}) {
  const { credential = {}, ...rest } = options;
  return createOciRegistry({
    http,
    credentials: { forRegistry: (name) => Promise.resolve(credential[name]) },
    mirrors: () => [],
    insecureRegistries: () => [],
    log: silentLog,
    ...rest,
  });
}

/** Serves one model; `guard` may answer first. */
function modelServer(
  guard: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
  text = manifestText,
) {
  return serve((request, response) => {
    if (guard(request, response)) return;
    if (request.url?.includes('/blobs/')) sendRange(request, response, { content: layer });
    else if (request.url?.includes('/manifests/')) response.writeHead(200, { 'content-type': manifestType }).end(text);
    else response.writeHead(404).end();
  });
}

const referenceOn = ({ port }: { port: number }, name = 'ai/m:v1') => parseReference(`127.0.0.1:${port}/${name}`);
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('resolving a manifest', () => {
  it('returns its bytes, its digest and its parsed fields without foreign addresses', async () => {
    const text = JSON.stringify({ ...manifest, layers: [{ ...descriptor, urls: ['http://evil.example/'] }] });
    await using server = await modelServer(undefined, text);
    const resolved = await registry().resolveManifest(referenceOn(server), { signal });
    expect(resolved.digest).toBe(digestOf(text));
    expect(Buffer.from(resolved.bytes).toString()).toBe(text);
    expect(resolved.manifest.layers).toEqual([descriptor]);
    expect(server.requests[0]?.url).toBe('/v2/ai/m/manifests/v1');
    expect(server.requests[0]?.headers.accept).toContain(manifestType);
  });

  it('refuses content that is not what the reference or the registry says', async () => {
    await using server = await modelServer();
    const wanted = digestOf('something else');
    await expect(registry().resolveManifest(referenceOn(server, `ai/m@${wanted}`), { signal })).rejects.toMatchObject({
      code: 'source.digest_mismatch',
      params: { expected: wanted, actual: digestOf(manifestText) },
    });
    await using lying = await modelServer((_request, response) => {
      response.setHeader('docker-content-digest', wanted);
      return false;
    });
    await expect(registry().resolveManifest(referenceOn(lying), { signal })).rejects.toMatchObject({
      code: 'source.digest_mismatch',
    });
  });

  it('follows an index with one usable manifest, and says so when there are several or none', async () => {
    const entry = (bytes: string, extra: object = {}) => ({
      mediaType: manifestType,
      digest: digestOf(bytes),
      size: bytes.length,
      ...extra,
    });
    const index = (manifests: unknown[]): string =>
      JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests });
    const attestation = entry('x', {
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      platform: { os: 'unknown' },
    });
    let top = index([entry(manifestText), attestation]);
    await using server = await modelServer((request, response) => {
      if (!request.url?.endsWith('/v1')) return false;
      response.end(top);
      return true;
    });
    const resolve = () => registry().resolveManifest(referenceOn(server), { signal });
    expect((await resolve()).digest).toBe(digestOf(manifestText));
    top = index([entry(manifestText), entry('other')]);
    await expect(resolve()).rejects.toMatchObject({ code: 'model.unsupported', params: { count: 2 } });
    top = index([attestation]);
    await expect(resolve()).rejects.toMatchObject({ code: 'model.unsupported', params: { count: 0 } });
  });

  it.each([
    ['not JSON', '<html>', 'source.invalid_response'],
    ['without layers', JSON.stringify({ ...manifest, layers: undefined }), 'source.invalid_response'],
    [
      'with a digest that is a path',
      manifestText.replaceAll(/sha256:\w+/g, 'sha256:../../x'),
      'source.invalid_response',
    ],
    ['with a negative size', manifestText.replaceAll(/"size":\d+/g, '"size":-1'), 'source.invalid_response'],
    [
      'with a size beyond all bounds',
      manifestText.replaceAll(/"size":\d+/g, '"size":1e300'),
      'source.invalid_response',
    ],
    [
      'of two kinds',
      JSON.stringify({
        schemaVersion: 2,
        manifests: [],
        layers: [],
        mediaType: 'application/vnd.oci.image.index.v1+json',
      }),
      'source.invalid_response',
    ],
    ['of another type', JSON.stringify({ schemaVersion: 1, mediaType: 'application/x' }), 'model.unsupported'],
    ['larger than four megabytes', `${manifestText}${' '.repeat(4 << 20)}`, 'source.invalid_response'],
  ])('refuses one that is %s', async (_name, text, code) => {
    await using server = await modelServer(undefined, text);
    await expect(registry().resolveManifest(referenceOn(server), { signal })).rejects.toMatchObject({ code });
  });

  it.each([
    [401, 'source.unauthorized'],
    [403, 'source.forbidden'],
    [404, 'source.not_found'],
    [429, 'source.rate_limited'],
    [500, 'source.invalid_response'],
  ])('maps status %i to %s', async (status, code) => {
    await using server = await modelServer((_request, response) => {
      response.writeHead(status, { 'retry-after': '9' }).end('{"errors":[]}');
      return true;
    });
    await expect(registry().resolveManifest(referenceOn(server), { signal })).rejects.toMatchObject({ code });
  });
});

describe('logging in', () => {
  it('answers a basic challenge once and remembers it', async () => {
    await using server = await modelServer((request, response) => {
      if (request.headers.authorization === basic('me', 'pw')) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    });
    const oci = registry({
      credential: { [`127.0.0.1:${server.port}`]: { kind: 'basic', username: 'me', password: 'pw' } },
    });
    await oci.resolveManifest(referenceOn(server), { signal });
    expect(await oci.readBlob(referenceOn(server), { signal, descriptor, maxBytes: 100 })).toEqual(layer);
    expect(server.requests).toHaveLength(3);
    await expect(registry().resolveManifest(referenceOn(server), { signal })).rejects.toMatchObject({
      code: 'source.unauthorized',
    });
  });

  function tokenServer(expiresIn: number, seen: IncomingMessage[] = []) {
    return serve((request, response) => {
      const { url = '' } = request;
      if (url.startsWith('/token')) {
        seen.push(request);
        response.end(JSON.stringify({ token: `t${seen.length}`, expires_in: expiresIn }));
      } else if (request.headers.authorization !== `Bearer t${seen.length}` || seen.length === 0) {
        const realm = `http://${request.headers.host}/token`;
        response
          .writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s",scope="repository:ai/m:pull"` })
          .end();
      } else response.end(manifestText);
    });
  }

  it('fetches an anonymous token, uses it until it expires, and then fetches another', async () => {
    const clock = createManualClock();
    const tokens: IncomingMessage[] = [];
    await using server = await tokenServer(100, tokens);
    const oci = registry({ clock });
    for (const _ of [1, 2]) await oci.resolveManifest(referenceOn(server), { signal });
    expect(tokens.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/token?service=s&scope=repository%3Aai%2Fm%3Apull', undefined],
    ]);
    clock.advance(100_000);
    await oci.resolveManifest(referenceOn(server), { signal });
    expect(tokens).toHaveLength(2);
  });

  it('fetches a token anew when the registry refuses it early', async () => {
    const tokens: IncomingMessage[] = [];
    await using server = await tokenServer(3600, tokens);
    const oci = registry();
    await oci.resolveManifest(referenceOn(server), { signal });
    tokens.push(...tokens);
    await oci.resolveManifest(referenceOn(server), { signal });
    expect(tokens).toHaveLength(3);
  });

  it('sends the name and password, or the identity token, to the token service only', async () => {
    const tokens: IncomingMessage[] = [];
    await using server = await tokenServer(60, tokens);
    const host = `127.0.0.1:${server.port}`;
    const withBasic = registry({ credential: { [host]: { kind: 'basic', username: 'me', password: 'pw' } } });
    await withBasic.resolveManifest(referenceOn(server), { signal });
    expect(tokens[0]?.headers.authorization).toBe(basic('me', 'pw'));
    const withIdentity = registry({ credential: { [host]: { kind: 'identity', token: 'refresh' } } });
    await withIdentity.resolveManifest(referenceOn(server), { signal });
    expect(tokens[1]).toMatchObject({ method: 'POST' });
    const elsewhere = server.requests.filter(({ url }) => !url?.startsWith('/token'));
    expect(elsewhere.some(({ headers }) => headers.authorization?.startsWith('Basic'))).toBe(false);
  });

  it('uses the token of the request instead of anything stored', async () => {
    await using server = await modelServer((request, response) => {
      if (request.headers.authorization === 'Bearer mine') return false;
      response.writeHead(401).end();
      return true;
    });
    const oci = registry();
    const options = { signal, bearerToken: 'mine' };
    expect((await oci.resolveManifest(referenceOn(server), options)).digest).toBe(digestOf(manifestText));
    expect(await oci.readBlob(referenceOn(server), { ...options, descriptor, maxBytes: 100 })).toEqual(layer);
  });
});

describe('a hostile registry', () => {
  // 127.0.0.1 plays the internet here, and 127.0.0.2 this machine.
  const scopeOf = (address: string): AddressScope => (address === '127.0.0.1' ? 'public' : 'loopback');
  const lookup: LookupFunction = (hostname, options, callback) => {
    const address = hostname === 'registry.example' ? '127.0.0.1' : '127.0.0.2';
    if (options.all) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  };

  async function attack(realmOf: (port: number) => string): Promise<{ code: unknown; reached: number }> {
    await using victim = await serve((_request, response) => response.end('{"token":"x"}'), { host: '127.0.0.2' });
    await using client = createHttpClient({ env: {}, clock: systemClock, lookup, scopeOf });
    await using server = await serve((_request, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realmOf(victim.port)}"` }).end();
    });
    const host = `registry.example:${server.port}`;
    const oci = registry({ http: client satisfies HttpClient, insecureRegistries: () => [host] });
    const code: unknown = await oci.resolveManifest(parseReference(`${host}/ai/m`), { signal }).then(
      () => 'resolved',
      (error: { code: unknown }) => error.code,
    );
    return { code, reached: victim.connections() };
  }

  it.each([
    ['an address of this machine', (port: number) => `http://127.0.0.2:${port}/`],
    ['a name that leads to this machine', (port: number) => `http://inside.example:${port}/`],
    ['the metadata service', () => 'http://169.254.169.254/latest/meta-data'],
    ['a mapped address', () => 'http://[::ffff:127.0.0.2]/'],
  ])('cannot send us for a token to %s', async (_name, realm) => {
    expect(await attack(realm)).toEqual({ code: 'source.not_allowed', reached: 0 });
  });

  it.each(['file:///etc/passwd', 'not a url', 'http://user:pw@registry.example/'])(
    'cannot name %s as its token service',
    async (realm) => {
      expect(await attack(() => realm)).toEqual({ code: 'source.invalid_response', reached: 0 });
    },
  );
});

describe('mirrors of Docker Hub', () => {
  const hub = parseReference('ai/m:v1');
  const hubCredential = { 'docker.io': { kind: 'basic', username: 'hub', password: 'secret' } } as const;

  /** A client that never leaves this machine: Docker Hub is played by `upstream`. */
  function clientFor(upstream: { url: string }): HttpClient {
    return {
      request: (url, options) => http.request(url.replace('https://registry-1.docker.io', upstream.url), options),
    };
  }

  it('are tried first and never see the credentials of Docker Hub', async () => {
    await using upstream = await modelServer();
    await using mirror = await modelServer((request, response) => {
      if (request.headers.authorization !== undefined) response.writeHead(500).end();
      return request.headers.authorization !== undefined;
    });
    const oci = registry({ http: clientFor(upstream), mirrors: () => [mirror.url], credential: hubCredential });
    await oci.resolveManifest(hub, { signal, bearerToken: 'mine' });
    expect(await oci.readBlob(hub, { signal, bearerToken: 'mine', descriptor, maxBytes: 100 })).toEqual(layer);
    expect([mirror.requests.length, upstream.requests.length]).toEqual([2, 0]);
  });

  it('that fail are reported and left alone for a while', async () => {
    const clock = createManualClock();
    const skipped: unknown[] = [];
    await using upstream = await modelServer();
    await using broken = await modelServer((_request, response) => {
      response.writeHead(500).end();
      return true;
    });
    await using lacking = await modelServer((_request, response) => {
      response.writeHead(404).end();
      return true;
    });
    const oci = registry({
      clock,
      http: clientFor(upstream),
      mirrors: () => [broken.url, lacking.url],
    });
    oci.onMirrorSkipped(({ mirror, error }) => skipped.push([mirror, error.code]));
    for (const _ of [1, 2]) expect((await oci.resolveManifest(hub, { signal })).digest).toBe(digestOf(manifestText));
    expect(skipped).toEqual([
      [broken.url, 'source.invalid_response'],
      [lacking.url, 'source.not_found'],
      [lacking.url, 'source.not_found'],
    ]);
    clock.advance(60_000);
    await oci.resolveManifest(hub, { signal });
    expect(broken.requests).toHaveLength(2);
  });

  it('that send the wrong content are left for the registry itself', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-mirror-'));
    await using upstream = await modelServer();
    await using mirror = await modelServer((request, response) => {
      if (request.url?.includes('/blobs/')) response.end(Buffer.alloc(layer.length));
      return request.url?.includes('/blobs/') === true;
    });
    const oci = registry({ http: clientFor(upstream), mirrors: () => [mirror.url] });
    const result = await createTransfer({ clock: systemClock, log: silentLog })(oci.blob(hub, descriptor), {
      destination: join(folder, 'blob'),
      partial: join(folder, 'blob.incomplete'),
      expected: { digest: descriptor.digest, sizeBytes: descriptor.size },
      signal,
    });
    expect(result.digest).toBe(descriptor.digest);
    expect([mirror.requests.length, upstream.requests.length]).toEqual([1, 1]);
  });

  it('that are no addresses are reported once', async () => {
    const skipped: unknown[] = [];
    await using upstream = await modelServer();
    const oci = registry({
      http: clientFor(upstream),
      mirrors: () => ['ftp://mirror.example'],
    });
    oci.onMirrorSkipped(({ mirror, error }) => skipped.push([mirror, error.code]));
    for (const _ of [1, 2]) await oci.resolveManifest(hub, { signal });
    expect(skipped).toEqual([['ftp://mirror.example', 'settings.invalid']]);
  });

  it('are not used for other registries', async () => {
    await using mirror = await modelServer();
    await using server = await modelServer();
    await registry({ mirrors: () => [mirror.url] }).resolveManifest(referenceOn(server), { signal });
    expect(mirror.requests).toHaveLength(0);
  });
});

describe('reading a small blob', () => {
  it('refuses what is too large before asking, and what is not its digest after', async () => {
    await using server = await modelServer();
    const read = (other: Partial<typeof descriptor>, maxBytes = 100) =>
      registry().readBlob(referenceOn(server), { signal, descriptor: { ...descriptor, ...other }, maxBytes });
    await expect(read({}, 5)).rejects.toMatchObject({ code: 'source.invalid_response' });
    expect(server.requests).toHaveLength(0);
    await expect(read({ digest: digestOf('x') })).rejects.toMatchObject({ code: 'source.digest_mismatch' });
    await expect(read({ size: 5 })).rejects.toMatchObject({ code: 'source.invalid_response' });
  });
});
