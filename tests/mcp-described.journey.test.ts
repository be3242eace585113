import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerRegistryMissing, startDockerRegistry, type DockerRegistry } from '#testing';
import { startRemoteServer, type RemoteServer } from '../src/mcp/remote/testing/remote-server.ts';
import { gantry, temporaryDirectory } from './harness.ts';

const missing = dockerRegistryMissing();
const env = { DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS: '1' };

describe('servers that are described elsewhere', () => {
  let remote: RemoteServer;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let described: object;
  beforeAll(async () => {
    remote = await startRemoteServer();
    home = await temporaryDirectory('described');
    described = {
      server: {
        name: 'com.example/far',
        description: 'A server elsewhere',
        version: '1.0.0',
        remotes: [{ type: 'streamable-http', url: remote.url }],
      },
    };
  });
  afterAll(async () => {
    await remote[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  const dryRun = (...flags: string[]) => gantry(home.path, ['mcp', 'gateway', 'run', '--dry-run', ...flags], { env });

  it('are served when --mcp-registry names their description', async () => {
    const registry: Server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(described));
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/v0/servers/com.example%2Ffar`;
    const { stderr, code } = await dryRun('--mcp-registry', url);
    registry.close();
    expect(stderr).toContain(`- Reading server from [${url}]`);
    expect(stderr).toMatch(/> com-example-far: \(2 tools\)/);
    expect(code).toBe(0);
  });

  it.skipIf(missing !== undefined)('are served when --oci-ref names an artifact that describes them', async () => {
    await using registry = await startDockerRegistry();
    const ref = await pushed(registry, JSON.stringify({ registry: [described] }));
    const { stderr, code } = await dryRun('--oci-ref', ref);
    expect(stderr).toMatch(/> com-example-far: \(2 tools\)/);
    expect(code).toBe(0);
    const catalog = await dryRun('--oci-ref', await pushed(registry, '[]'));
    expect(catalog.code).not.toBe(0);
    expect(catalog.stderr).toContain('oci://');
  });
});

/** Puts a layer as Docker's toolkit does, with nothing of ours in between. */
async function pushed({ host }: DockerRegistry, layer: string): Promise<string> {
  const blob = async (text: string) => {
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const started = await fetch(`http://${host}/v2/team/server/blobs/uploads/`, { method: 'POST' });
    const place = new URL(started.headers.get('location') ?? '', `http://${host}`);
    place.searchParams.set('digest', digest);
    await fetch(place, { method: 'PUT', body: text, headers: { 'content-type': 'application/octet-stream' } });
    return { digest, size: Buffer.byteLength(text) };
  };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    artifactType: 'application/vnd.docker.mcp.server',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', ...(await blob('{}')) },
    layers: [{ mediaType: 'application/json', ...(await blob(layer)) }],
  };
  await fetch(`http://${host}/v2/team/server/manifests/1`, {
    method: 'PUT',
    body: JSON.stringify(manifest),
    headers: { 'content-type': mediaType },
  });
  return `${host}/team/server:1`;
}
