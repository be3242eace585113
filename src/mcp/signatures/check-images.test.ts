import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestFromHex, type Digest } from '#core';
import type { ImageFacts } from '#docker';
import { payloadsFor, type OciAttachments, type OciRegistry, type RegistryReference } from '#registry';
import { createImageCheck } from './check-images.ts';
import { matchesImage, parseImageName, type ImageRule } from './rules.ts';
import { createVerified } from './verified.ts';

const sha256 = (bytes: Uint8Array): Digest => digestFromHex(createHash('sha256').update(bytes).digest('hex'));
const digest = digestFromHex('a'.repeat(64));
const pair = (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A registry that knows one signature, as cosign keeps it under a tag. */
function registryWith(
  signed: { reference: RegistryReference; digest: Digest; privateKey: KeyObject; in: string } | undefined,
): OciRegistry & OciAttachments & { asked: string[]; down: boolean } {
  const payload = signed ? payloadsFor(signed).simplesigning : Buffer.alloc(0);
  const signature = signed ? sign('sha256', payload, signed.privateKey).toString('base64') : '';
  const asked: string[] = [];
  const self = {
    asked,
    down: false,
    referrers: async () => {
      if (self.down) throw new Error('no registry');
      return [];
    },
    manifestAt: async ({ registry, repository }: RegistryReference, target: string) => {
      asked.push(`${registry}/${repository}`);
      if (!signed || `${registry}/${repository}` !== signed.in || target !== `${signed.digest.replace(':', '-')}.sig`)
        return undefined;
      const layer = {
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        digest: sha256(payload),
        size: payload.length,
        annotations: { 'dev.cosignproject.cosign/signature': signature },
      };
      return Buffer.from(JSON.stringify({ config: {}, layers: [layer] }));
    },
    readBlob: async () => payload,
  };
  return self as never;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-verify-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function keyFile(key: KeyObject, name = 'key.pem'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, key.export({ type: 'spki', format: 'pem' }));
  return path;
}

function checkWith(registry: OciRegistry & OciAttachments, rules: readonly ImageRule[]) {
  const check = createImageCheck({
    registry,
    rules: () => rules,
    checkIdentity: async () => 'certificate',
    readText: async (path) => await readFile(path, 'utf8'),
    verified: createVerified(join(folder, 'verified.json')),
    isMadeHere: (image) => image.startsWith('made/'),
  });
  return (image: string, facts?: Partial<ImageFacts>) => check(image, facts as ImageFacts | undefined, {});
}

const image = `r.example/team/server@${digest}`;
const signedBy = (privateKey: KeyObject, place = 'r.example/team/server') => ({
  reference: { registry: 'r.example', repository: 'team/server' },
  digest,
  privateKey,
  in: place,
});

describe('an image of a server', () => {
  it('under no rule is not looked at', async () => {
    const registry = registryWith(undefined);
    await checkWith(registry, [{ pattern: 'other.example/**', key: '/none' }])(image);
    expect(registry.asked).toEqual([]);
  });

  it('signed by whom the rule names runs, and the registry is asked once', async () => {
    const { publicKey, privateKey } = pair();
    const registry = registryWith(signedBy(privateKey));
    const rules = [{ pattern: 'r.example/team/*', key: await keyFile(publicKey) }];
    await checkWith(registry, rules)(image);
    const before = registry.asked.length;
    expect(before).toBeGreaterThan(0);
    registry.down = true;
    await checkWith(registry, rules)(image);
    expect(registry.asked).toHaveLength(before);
  });

  it('signed by somebody else is refused, also when a former key vouched for it', async () => {
    const { publicKey, privateKey } = pair();
    const registry = registryWith(signedBy(privateKey));
    const key = await keyFile(publicKey);
    await checkWith(registry, [{ pattern: '**', key }])(image);
    await writeFile(key, pair().publicKey.export({ type: 'spki', format: 'pem' }));
    await expect(checkWith(registry, [{ pattern: '**', key }])(image)).rejects.toMatchObject({
      code: 'signature.invalid',
    });
  });

  it('without a signature is refused, and so is one whose registry cannot be asked', async () => {
    const key = await keyFile(pair().publicKey);
    const registry = registryWith(undefined);
    const check = checkWith(registry, [{ pattern: '**', key }]);
    await expect(check(image)).rejects.toMatchObject({ code: 'signature.missing' });
    registry.down = true;
    await expect(check(image)).rejects.toThrow('no registry');
  });

  it('has its signatures where the rule says', async () => {
    const { publicKey, privateKey } = pair();
    const registry = registryWith(signedBy(privateKey, 'r.example/team/signatures'));
    const key = await keyFile(publicKey);
    const signatures = 'r.example/team/signatures';
    await checkWith(registry, [{ pattern: '**', key, signatures }])(image);
    expect(new Set(registry.asked)).toEqual(new Set([signatures]));
  });

  it('named by a tag is checked by what its registry called it once it is here', async () => {
    const { publicKey, privateKey } = pair();
    const check = checkWith(registryWith(signedBy(privateKey)), [{ pattern: '**', key: await keyFile(publicKey) }]);
    await check('r.example/team/server:1');
    await check('r.example/team/server:1', { digests: [`r.example/team/server@${digest}`] });
    const other = `sha256:${'b'.repeat(64)}`;
    await expect(
      check('r.example/team/server:1', { digests: [`r.example/team/server@${other}`] }),
    ).rejects.toMatchObject({ code: 'signature.missing' });
    await expect(check('r.example/team/server:1', { digests: [] })).rejects.toMatchObject({
      code: 'signature.missing',
      message: expect.stringContaining('did not come from a registry'),
    });
  });

  it('of a built-in rule has to be named by its digest', async () => {
    const publicKey = pair().publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const check = checkWith(registryWith(undefined), [{ pattern: 'docker.io/mcp/*', publicKey }]);
    await expect(check('mcp/time')).rejects.toMatchObject({
      code: 'signature.missing',
      params: { reason: 'unpinned' },
    });
  });

  it('that is made here needs none', async () => {
    await checkWith(registryWith(undefined), [{ pattern: '**', key: '/none' }])('made/here:1');
  });

  it('is refused when the key of its rule is not there', async () => {
    const check = checkWith(registryWith(undefined), [{ pattern: '**', key: join(folder, 'gone') }]);
    await expect(check(image)).rejects.toMatchObject({ code: 'settings.invalid' });
  });
});

describe('what a rule is for', () => {
  it.each([
    ['docker.io/mcp/*', 'mcp/time', true],
    ['docker.io/mcp/*', 'docker.io/mcp/time:1', true],
    ['docker.io/mcp/*', 'mcp/a/b', false],
    ['docker.io/mcp/**', 'mcp/a/b', true],
    ['index.docker.io/library/*', 'node:24', true],
    ['ghcr.io/team/*', 'mcp/time', false],
    ['ghcr.io/team/*', 'ghcr.io/team/x@sha256:' + 'a'.repeat(64), true],
    ['ghcr.io/team/x', 'ghcr.io/team/xy', false],
    ['**', 'localhost:5000/x', true],
  ])('%s and %s: %s', (...[pattern, name, expected]) => {
    expect(matchesImage(pattern, parseImageName(name))).toBe(expected);
  });
});
