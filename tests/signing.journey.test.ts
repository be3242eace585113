import { generateKeyPairSync } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerRegistryMissing, smolLmWeights, startDockerRegistry, type DockerRegistry } from '#testing';
import { gantry, temporaryDirectory, type CommandResult } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';
import { startSigstore } from './sigstore-standin.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

interface Manifest {
  layers: { mediaType: string; digest: string; annotations?: Record<string, string> }[];
}

describe('a signed model, real weights in a real registry', () => {
  let daemon: ModelDaemon;
  let registry: DockerRegistry;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let weights = '';
  let target = '';
  let id = '';
  let skip = dockerRegistryMissing();

  beforeAll(async () => {
    daemon = await startModelDaemon();
    folder = await temporaryDirectory('signing');
    const found = await smolLmWeights();
    if ('path' in found) weights = found.path;
    skip ??= daemon.skip;
    if (skip !== undefined) return;
    registry = await startDockerRegistry();
    target = `${registry.host}/mine/smollm2:v1`;
    for (const name of ['mine', 'other']) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      await writeFile(join(folder.path, `${name}.key`), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await writeFile(join(folder.path, `${name}.pub`), pair.publicKey.export({ type: 'spki', format: 'pem' }));
    }
  });
  afterAll(async () => {
    await daemon.stop();
    await folder[Symbol.asyncDispose]();
    if (skip === undefined) await registry[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const run = (...args: readonly string[]): Promise<CommandResult> => gantry(daemon.home, args);
  const key = (name: string): string => join(folder.path, name);
  const inRegistry = (path: string, options?: RequestInit): Promise<Response> =>
    fetch(`http://${registry.host}/v2/mine/smollm2/${path}`, {
      ...options,
      headers: { accept: `${manifestType}, application/vnd.oci.image.index.v1+json`, 'content-type': manifestType },
    });

  it('is packaged, pushed and signed in one go, and verified', async () => {
    const made = await run('package', '--gguf', weights, '--push', '--sign', key('mine.key'), target, '--json');
    expect(made.stderr).not.toContain('Error');
    const answer = JSON.parse(made.stdout) as { id: string; signed: string };
    ({ id } = answer);
    expect(answer.signed).toBe(`${registry.host}/mine/smollm2@${id}`);
    const verified = await run('verify', target, '--key', key('mine.pub'));
    expect(verified.stderr).toBe('');
    expect(verified.stdout).toBe(`${registry.host}/mine/smollm2@${id} is signed and unchanged.\n`);
  });

  it('carries what cosign 1 and 2, and cosign 3, look for', async () => {
    const tagged = (await (await inRegistry(`manifests/${id.replace(':', '-')}.sig`)).json()) as Manifest;
    expect(tagged.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.dev.cosign.simplesigning.v1+json',
    ]);
    const payload = await (await inRegistry(`blobs/${tagged.layers[0]?.digest}`)).json();
    expect(payload).toEqual({
      critical: {
        identity: { 'docker-reference': `${registry.host}/mine/smollm2` },
        image: { 'docker-manifest-digest': id },
        type: 'cosign container image signature',
      },
      optional: null,
    });
    const index = (await (await inRegistry(`manifests/${id.replace(':', '-')}`)).json()) as {
      manifests: { artifactType: string; digest: string }[];
    };
    expect(index.manifests.map(({ artifactType }) => artifactType)).toEqual([
      'application/vnd.dev.sigstore.bundle.v0.3+json',
    ]);
    const referrer = (await (await inRegistry(`manifests/${index.manifests[0]?.digest}`)).json()) as Manifest;
    const bundle = await (await inRegistry(`blobs/${referrer.layers[0]?.digest}`)).json();
    expect(bundle).toMatchObject({ dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' } });
  });

  it('is not verified by another key, and signing it again adds nothing', async () => {
    const refused = await run('verify', target, '--key', key('other.pub'));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('it was made with another key');
    expect((await run('sign', target, '--key', key('mine.key'))).code).toBe(0);
    const tagged = (await (await inRegistry(`manifests/${id.replace(':', '-')}.sig`)).json()) as Manifest;
    expect(tagged.layers).toHaveLength(1);
  });

  it('is pulled only by those whose rule it meets', async () => {
    const rule = (name: string): string =>
      JSON.stringify([{ pattern: `${registry.host}/mine/**`, key: key(`${name}.pub`) }]);
    expect(await run('settings', 'set', 'models.verify', rule('other'))).toMatchObject({ code: 0 });
    await run('rm', '-f', target);
    const refused = await run('pull', target);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('it was made with another key');
    expect((await run('list', '--json')).stdout).not.toContain('mine/smollm2');
    await run('settings', 'set', 'models.verify', rule('mine'));
    expect(await run('pull', target)).toMatchObject({ code: 0 });
    expect((await run('list', '--json')).stdout).toContain('mine/smollm2');
  });

  it('is signed without a key, and verified for exactly that identity', async () => {
    await using sigstore = await startSigstore();
    const root = join(folder.path, 'root.json');
    await writeFile(root, sigstore.trustedRoot);
    await run('settings', 'set', 'models.sigstoreRoot', root);
    const who = { sub: 'https://example.com/builds/main', iss: 'https://issuer.example.com' };
    const services = ['--fulcio-url', sigstore.url, '--rekor-url', sigstore.url];
    const signed = await run('sign', target, '--keyless', '--identity-token', sigstore.token(who), ...services);
    expect(signed).toMatchObject({ code: 0, stdout: `${registry.host}/mine/smollm2@${id} is signed.\n` });
    const verify = (identity: string, issuer: string): Promise<CommandResult> =>
      run('verify', target, '--certificate-identity', identity, '--certificate-oidc-issuer', issuer);
    expect(await verify(who.sub, who.iss)).toMatchObject({ code: 0, stderr: '' });
    for (const [identity, issuer] of [
      ['https://example.com/builds/.*', who.iss],
      ['https://example.com/builds', who.iss],
      [who.sub, 'https://other.example.com'],
    ] as const) {
      expect((await verify(identity, issuer)).stderr).toContain('its certificate or its transparency log entry');
    }
    // Neither the first signature, of another authority, nor one whose certificate ended before the log saw it.
    await using late = await startSigstore({ certificatesFrom: new Date(Date.now() - 86_400_000) });
    await writeFile(root, late.trustedRoot);
    const lateServices = ['--fulcio-url', late.url, '--rekor-url', late.url];
    expect(await run('sign', target, '--keyless', '--identity-token', late.token(who), ...lateServices)).toMatchObject({
      code: 0,
    });
    expect((await verify(who.sub, who.iss)).stderr).toContain('its certificate or its transparency log entry');
    await run('settings', 'unset', 'models.sigstoreRoot');
    expect((await verify(who.sub, who.iss)).stderr).toContain('its certificate or its transparency log entry');
  });

  it('is refused under its old tag once what the tag names has changed', async () => {
    const text = await (await inRegistry('manifests/v1')).text();
    const changed = JSON.stringify({ ...(JSON.parse(text) as object), annotations: { changed: 'yes' } });
    expect((await inRegistry('manifests/v1', { method: 'PUT', body: changed })).status).toBe(201);
    const refused = await run('pull', target);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('has no signature');
    expect((await run('list', '--json')).stdout).not.toContain('"changed"');
    await rm(key('mine.pub'));
    const unreadable = await run('pull', target);
    expect(unreadable.stderr).toContain('models.verify cannot be used');
    await expect(readFile(key('mine.key'), 'utf8')).resolves.toContain('PRIVATE KEY');
  });
});
