import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gantryPaths, parseDigest, silentLog, systemClock, type Env } from '#core';
import type { McpToolkit } from '#mcp';
import {
  createCredentials,
  createHttpClient,
  createOciRegistry,
  createSignatures,
  payloadsFor,
  type OciAttachments,
  type OciRegistry,
} from '#registry';
import { dockerRegistryMissing, generatedCatalog, startDockerRegistry, type DockerRegistry } from '#testing';
import { createToolkit } from '../src/create-toolkit.ts';
import { runCommand } from './harness.ts';

const missing = dockerRegistryMissing();
const signal = new AbortController().signal;
let folder: string;
let machines = 0;

/** A machine of its own: another home, nothing in it. */
async function machine(): Promise<McpToolkit & { readonly env: Env }> {
  machines += 1;
  const home = join(folder, `home-${machines}`);
  const env = { ...process.env, GANTRY_HOME: home, DOCKER_CONFIG: join(home, 'docker') };
  return { ...(await createToolkit({ paths: gantryPaths(env), env, clock: systemClock })), env };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-catalog-journey-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(missing !== undefined)('a catalogue and a real registry', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('carry a catalogue from one machine to another, with the same digest', async () => {
    const file = join(folder, 'generated.yaml');
    await writeFile(file, JSON.stringify(generatedCatalog(40)));
    const one = await machine();
    const ref = `${registry.host}/team/servers:1`;
    const made = await one.catalogs.create(
      { ref, origin: { kind: 'legacy', place: file }, title: undefined, exclude: ['container-0'] },
      { signal },
    );
    expect([made.entries.length, made.title, made.problems]).toEqual([39, 'Generated & <complete>', []]);
    const pushed = await one.catalogs.push(ref, { signal });
    expect(pushed).toBe(`${ref}@sha256:${made.digest}`);

    const { stdout } = await runCommand(['skopeo', 'inspect', '--raw', '--tls-verify=false', `docker://${ref}`]);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.docker.mcp.catalog.v1+json',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2 },
      layers: [{ mediaType: 'application/json' }],
    });

    const other = await machine();
    const pulled = await other.catalogs.pull(ref, { signal });
    expect([pulled.digest, pulled.title, pulled.source]).toEqual([made.digest, made.title, `oci:${ref}`]);
    expect(pulled.entries.map(({ server }) => server)).toEqual(made.entries.map(({ server }) => server));
    const again = await other.catalogs.copy(ref, `${registry.host}/team/copy`);
    expect(await other.catalogs.push(again.ref, { signal })).toBe(`${again.ref}@sha256:${made.digest}`);

    await one.catalogs.removeServers(ref, ['remote-1']);
    await one.catalogs.push(ref, { signal });
    expect((await other.catalogs.openFresh(ref, 'exists@1d', { signal })).entries).toHaveLength(39);
    expect((await other.catalogs.openFresh(ref, 'always', { signal })).entries).toHaveLength(38);
    const found = await other.catalogs.resolve(`catalog://${ref}/sse-?`, { signal, folder });
    expect(found.map(({ entry, catalogRef }) => [entry.server.name, catalogRef])).toEqual([
      ['sse-3', ref],
      ['sse-8', ref],
    ]);
  });

  it('refuse what is no catalogue', async () => {
    const here = await machine();
    const ref = `${registry.host}/none/here`;
    await expect(here.catalogs.pull(ref, { signal })).rejects.toMatchObject({ code: 'source.not_found' });
    await expect(here.catalogs.open('nothing')).rejects.toMatchObject({ code: 'mcp.catalog_not_found' });
  });

  it('let only images run that were signed by whom the settings name', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publisher = await machine();
    // Anything with a manifest can be signed; what is in it does not matter for who signed it.
    const ref = `${registry.host}/team/signed:1`;
    await publisher.catalogs.copy('starter', ref);
    const digest = parseDigest((await publisher.catalogs.push(ref, { signal })).split('@')[1] ?? '');
    const content = { reference: { registry: registry.host, repository: 'team/signed', digest }, digest };
    const payloads = payloadsFor(content);
    await createSignatures({ registry: plainRegistry(), checkIdentity: async () => 'certificate' }).attach(
      content,
      {
        key: publicKey,
        signatures: {
          simplesigning: sign('sha256', payloads.simplesigning, privateKey),
          bundle: sign('sha256', payloads.bundle, privateKey),
        },
      },
      { signal },
    );

    const { env } = publisher;
    const { home, settings } = gantryPaths(env);
    const key = join(home, 'signer.pem');
    await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(settings, `mcp: {verify: [{pattern: '${registry.host}/team/*', key: ${key}}]}\n`);
    const checking = await createToolkit({ paths: gantryPaths(env), env, clock: systemClock });
    const image = `${registry.host}/team/signed@${digest}`;
    await checking.checkImage(image, undefined, { signal });
    const unsigned = `${registry.host}/team/servers@${digest}`;
    await expect(checking.checkImage(unsigned, undefined, { signal })).rejects.toMatchObject({
      code: expect.stringMatching(/^signature\./),
    });
    expect(await readFile(join(home, 'mcp', 'verified.json'), 'utf8')).toContain('"verified"');
    await writeFile(
      key,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
    );
    await expect(checking.checkImage(image, undefined, { signal })).rejects.toMatchObject({
      code: 'signature.invalid',
    });
  });
});

describe('a registry of the community', () => {
  let server: Server;
  let host: string;
  const asked: string[] = [];
  const described = (at: number) => ({
    server: {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: `io.example/server-${at}`,
      description: `Server ${at}`,
      version: '1.0.0',
      ...(at % 3 === 0
        ? { remotes: [{ type: 'streamable-http', url: `https://s${at}.example.com/mcp` }] }
        : {
            packages: [
              at % 3 === 1
                ? { registryType: 'oci', identifier: `ghcr.io/example/s${at}:1.0.0`, transport: { type: 'stdio' } }
                : { registryType: 'npm', identifier: `s${at}`, version: '1.0.0', transport: { type: 'stdio' } },
            ],
          }),
    },
    _meta: { 'io.modelcontextprotocol.registry/official': { status: 'active', isLatest: true } },
  });
  const all = Array.from({ length: 250 }, (_, at) => described(at));

  beforeAll(async () => {
    // Answers as the API of the community's registry is documented: pages by cursor, versions of one server, 404.
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://registry');
      asked.push(`${url.pathname}${url.search}`);
      response.setHeader('content-type', 'application/json');
      const [, name = '', version] = /^\/v0\.1\/servers\/([^/]+)\/versions\/([^/]+)$/.exec(url.pathname) ?? [];
      if (url.pathname === '/v0.1/servers') {
        const from = Number(url.searchParams.get('cursor') ?? 0);
        const limit = Number(url.searchParams.get('limit') ?? 30);
        const servers = all.slice(from, from + limit);
        const next = from + limit < all.length ? { nextCursor: String(from + limit) } : {};
        response.end(JSON.stringify({ servers, metadata: { count: servers.length, ...next } }));
      } else if (version !== undefined) {
        const found = all.find((one) => one.server.name === decodeURIComponent(name));
        if (!found) response.statusCode = 404;
        response.end(JSON.stringify(found ?? { title: 'Not Found', status: 404 }));
      } else {
        response.statusCode = 404;
        response.end('{}');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('gives a catalogue of what can run, page by page, and says what cannot', async () => {
    const here = await machine();
    const counts: number[] = [];
    const origin = { kind: 'community', host, packages: false } as const;
    const made = await here.catalogs.create(
      { ref: 'community', origin, title: undefined, exclude: [] },
      { signal, onEvent: (event) => event.type === 'fetched' && counts.push(event.count) },
    );
    expect(counts).toEqual([100, 200, 250]);
    expect(made.entries).toHaveLength(167);
    expect(made.problems).toHaveLength(83);
    expect(made.problems[0]?.reason).toContain('only images were asked for');
    expect(made.entries[0]).toMatchObject({
      server: { name: 'io-example-server-0', type: 'remote', metadata: { tags: ['community'] } },
      filed: { type: 'registry', source: `${host}/v0/servers/io.example%2Fserver-0/versions/1.0.0` },
    });
    const withPackages = await here.catalogs.preview(
      { ref: 'all', origin: { ...origin, packages: true }, title: 'All', exclude: [] },
      { signal },
    );
    expect(withPackages.entries).toHaveLength(250);
    expect((await here.catalogs.list()).map(({ ref }) => ref)).toEqual(['starter:latest', 'community:latest']);
  });

  it('describes one server by its address', async () => {
    const here = await machine();
    const uri = `${host}/v0.1/servers/${encodeURIComponent('io.example/server-1')}`;
    const [found] = await here.catalogs.resolve(uri, { signal, folder });
    expect(found?.entry.server).toMatchObject({ name: 'io-example-server-1', image: 'ghcr.io/example/s1:1.0.0' });
    await expect(here.catalogs.resolve(`${host}/v0.1/servers/none`, { signal, folder })).rejects.toMatchObject({
      code: 'source.not_found',
    });
  });
});

function plainRegistry(): OciRegistry & OciAttachments {
  const credentials = createCredentials({ dockerConfigDir: join(folder, 'none'), env: {}, log: silentLog });
  const http = createHttpClient({ env: {}, clock: systemClock });
  return createOciRegistry({
    http,
    credentials,
    mirrors: () => [],
    insecureRegistries: () => [],
    log: silentLog,
    clock: systemClock,
  });
}
