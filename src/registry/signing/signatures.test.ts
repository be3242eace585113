import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError, digestFromHex, type Digest } from '#core';
import { parseReference } from '../reference.ts';
import type { OciAttachments, OciRegistry } from '../types.ts';
import { bundleType, signatureAnnotation, signatureTag, simpleSigningType } from './candidates.ts';
import { createSignatures } from './create-signatures.ts';
import { readPublicKeys } from './keys.ts';
import { payloadsFor, preAuthEncoding } from './payloads.ts';
import type { SignedContent, Trust } from './types.ts';

const options = { signal: new AbortController().signal };
const mine = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const trust: Trust = { kind: 'key', keys: [mine.publicKey] };
const content: SignedContent = {
  reference: parseReference('registry.example.com/me/model:v1'),
  digest: sha256('model'),
};

function sha256(bytes: string | Uint8Array): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

/** A registry's repository in memory, with a way to put into it what no honest client would. */
class Repository {
  readonly manifests = new Map<string, Uint8Array>();
  readonly blobs = new Map<string, Uint8Array>();
  readonly referrers: { mediaType: string; digest: Digest; size: number; artifactType?: string }[] = [];
  reads = 0;

  blob(bytes: Uint8Array): { digest: Digest; size: number } {
    const digest = sha256(bytes);
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.byteLength };
  }

  tag(layers: readonly { payload: Buffer; signature: Buffer }[], of = content): void {
    const manifest = {
      config: {},
      layers: layers.map(({ payload, signature }) => ({
        mediaType: simpleSigningType,
        ...this.blob(payload),
        annotations: { [signatureAnnotation]: signature.toString('base64') },
      })),
    };
    this.manifests.set(signatureTag(of.digest), Buffer.from(JSON.stringify(manifest)));
  }

  refer(bundle: Uint8Array, { subject = content.digest }: { subject?: Digest } = {}): void {
    const layers = [{ mediaType: bundleType, ...this.blob(bundle) }];
    const bytes = Buffer.from(JSON.stringify({ config: {}, layers, subject: { digest: subject } }));
    const digest = sha256(bytes);
    this.manifests.set(digest, bytes);
    this.referrers.push({ mediaType: 'm', digest, size: bytes.byteLength, artifactType: bundleType });
  }

  verify(wanted: Trust = trust): Promise<string> {
    return createSignatures({ registry: this.port(), checkIdentity: () => Promise.resolve('certificate') })
      .verify(content, wanted, options)
      .catch((error: unknown) => {
        if (error instanceof AppError) return `${error.code} ${String(error.params?.['reason'] ?? '')}`.trim();
        throw error;
      });
  }

  port(): OciRegistry & OciAttachments {
    const unused = (): never => {
      throw new Error('not used here');
    };
    return {
      onMirrorSkipped: unused,
      tags: unused,
      blob: unused,
      pushBlob: unused,
      pushManifest: unused,
      resolveManifest: unused,
      pushBytes: (_reference, bytes) => Promise.resolve(this.blob(bytes)),
      putManifest: (_reference, { target, bytes }) => {
        this.manifests.set(target, bytes);
        return Promise.resolve({ knowsSubjects: true });
      },
      attach: (_reference, { content: bundle }) => Promise.resolve(this.refer(bundle)),
      referrers: () => Promise.resolve(this.referrers),
      manifestAt: (_reference, target) => Promise.resolve(this.manifests.get(target)),
      readBlob: (_reference, { descriptor: { digest, size }, maxBytes }) => {
        this.reads += 1;
        const bytes = this.blobs.get(digest);
        expect(size).toBeLessThanOrEqual(maxBytes);
        if (bytes) return Promise.resolve(bytes);
        return Promise.reject(new AppError('source.not_found', 'gone'));
      },
    };
  }
}

const signed = (payload: Buffer, key: KeyObject = mine.privateKey) => ({
  payload,
  signature: sign('sha256', payload, key),
});

function bundleOf(statement: Buffer, key: KeyObject = mine.privateKey, type = 'application/vnd.in-toto+json'): Buffer {
  const sig = sign('sha256', preAuthEncoding(statement, type), key).toString('base64');
  const dsseEnvelope = { payload: statement.toString('base64'), payloadType: type, signatures: [{ sig }] };
  return Buffer.from(JSON.stringify({ mediaType: bundleType, verificationMaterial: {}, dsseEnvelope }));
}

const about = (change: Partial<SignedContent>) => payloadsFor({ ...content, ...change });
const elsewhere = parseReference('registry.example.com/me/other:v1');

describe('a signature in a registry', () => {
  it('is missing where there is none', async () => {
    expect(await new Repository().verify()).toBe('signature.missing');
  });

  it('holds under a tag, as cosign 1 and 2 write it', async () => {
    const repository = new Repository();
    repository.tag([signed(about({}).simplesigning)]);
    expect(await repository.verify()).toBe('simplesigning');
  });

  it('holds as a bundle, as cosign 3 writes it: without the name of a repository', async () => {
    const repository = new Repository();
    const statement = JSON.parse(about({}).statement.toString()) as { subject: { name?: string }[] };
    delete statement.subject[0]?.name;
    repository.refer(bundleOf(Buffer.from(JSON.stringify(statement))));
    expect(await repository.verify()).toBe('bundle');
  });

  it('holds beside others that do not', async () => {
    const repository = new Repository();
    repository.refer(Buffer.from('{'));
    repository.refer(bundleOf(about({}).statement, other.privateKey));
    repository.tag([signed(about({}).simplesigning, other.privateKey), signed(about({}).simplesigning)]);
    expect(await repository.verify()).toBe('simplesigning');
  });

  it('may be of any of several keys, and of Ed25519', async () => {
    const pair = generateKeyPairSync('ed25519');
    const pem = [other, pair].map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' })).join('');
    const repository = new Repository();
    const { simplesigning: payload } = about({});
    repository.tag([{ payload, signature: sign(null, payload, pair.privateKey) }]);
    expect(await repository.verify({ kind: 'key', keys: readPublicKeys(pem) })).toBe('simplesigning');
  });

  it('is attached in both formats, and not twice', async () => {
    const repository = new Repository();
    const port = { ...repository.port(), resolveManifest: () => Promise.resolve(resolved) };
    const resolved = { digest: content.digest, bytes: Buffer.from('{}'), manifest: emptyManifest };
    const signatures = createSignatures({ registry: port, checkIdentity: () => Promise.resolve('certificate') });
    const payloads = payloadsFor(content);
    for (const _time of [1, 2]) {
      const made = (bytes: Buffer): Buffer => sign('sha256', bytes, mine.privateKey);
      const both = { simplesigning: made(payloads.simplesigning), bundle: made(payloads.bundle) };
      await signatures.attach(content, { key: mine.publicKey, signatures: both }, options);
    }
    expect(repository.referrers).toHaveLength(1);
    const tagged = JSON.parse(Buffer.from(repository.manifests.get(signatureTag(content.digest)) ?? []).toString()) as {
      layers: unknown[];
    };
    expect(tagged.layers).toHaveLength(1);
    expect(await repository.verify()).toBe('bundle');
  });
});

const emptyManifest = {
  schemaVersion: 2,
  config: { mediaType: 'c', digest: sha256(''), size: 0 },
  layers: [],
} as const;

describe('a hostile signature', () => {
  it.each<[string, (repository: Repository) => void, string]>([
    ['another key under the tag', (one) => one.tag([signed(about({}).simplesigning, other.privateKey)]), 'wrong_key'],
    ['another key in a bundle', (one) => one.refer(bundleOf(about({}).statement, other.privateKey)), 'wrong_key'],
    [
      'other content under the tag',
      (one) => one.tag([signed(about({ digest: sha256('x') }).simplesigning)]),
      'wrong_content',
    ],
    [
      'other content in a bundle',
      (one) => one.refer(bundleOf(about({ digest: sha256('x') }).statement)),
      'wrong_content',
    ],
    [
      'a bundle that hangs on other content',
      (one) => one.refer(bundleOf(about({}).statement), { subject: sha256('x') }),
      'wrong_content',
    ],
    [
      'another repository under the tag',
      (one) => one.tag([signed(about({ reference: elsewhere }).simplesigning)]),
      'wrong_repository',
    ],
    [
      'another repository in a bundle',
      (one) => one.refer(bundleOf(about({ reference: elsewhere }).statement)),
      'wrong_repository',
    ],
    ['another kind of statement', (one) => one.refer(bundleOf(provenance())), 'not_a_signature'],
    [
      'another kind of payload',
      (one) => one.refer(bundleOf(about({}).statement, mine.privateKey, 'text/plain')),
      'malformed',
    ],
    ['a payload that is no JSON', (one) => one.tag([signed(Buffer.from('x'))]), 'malformed'],
    [
      'a payload changed after it was signed',
      (one) =>
        one.tag([
          { ...signed(about({}).simplesigning), payload: Buffer.from(`${about({}).simplesigning.toString()} `) },
        ]),
      'wrong_key',
    ],
    [
      'an empty signature',
      (one) => one.tag([{ payload: about({}).simplesigning, signature: Buffer.alloc(0) }]),
      'wrong_key',
    ],
    ['a huge payload', (one) => one.tag([signed(Buffer.alloc(1 << 20, ' '))]), 'too_large'],
    ['a huge bundle', (one) => one.refer(Buffer.alloc(2 << 20, ' ')), 'too_large'],
    [
      'a tag that is no manifest',
      (one) => one.manifests.set(signatureTag(content.digest), Buffer.from('[]')),
      'malformed',
    ],
  ])('with %s does not count', async (_what, put, reason) => {
    const repository = new Repository();
    put(repository);
    expect(await repository.verify()).toBe(`signature.invalid ${reason}`);
  });

  it('does not keep us busy by its number', async () => {
    const repository = new Repository();
    for (let count = 0; count < 500; count += 1) repository.refer(Buffer.from(`{"n":${count}}`));
    repository.tag(Array.from({ length: 500 }, () => signed(about({}).simplesigning, other.privateKey)));
    expect(await repository.verify()).toMatch(/^signature\.invalid/);
    expect(repository.reads).toBeLessThanOrEqual(65);
  });

  it('of a key does not count for an identity', async () => {
    const repository = new Repository();
    repository.tag([signed(about({}).simplesigning)]);
    expect(
      await repository.verify({ kind: 'identity', identity: 'me@example.com', issuer: 'https://i.example.com' }),
    ).toBe('signature.invalid certificate');
  });

  it.each(['', 'x', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])('key %j is refused', (pem) => {
    expect(() => readPublicKeys(pem)).toThrow('not a public key');
  });

  it('key of RSA is refused', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(() => readPublicKeys(publicKey.export({ type: 'spki', format: 'pem' }).toString())).toThrow(
      'not a public key',
    );
  });
});

function provenance(): Buffer {
  const statement = JSON.parse(about({}).statement.toString()) as object;
  return Buffer.from(JSON.stringify({ ...statement, predicateType: 'https://slsa.dev/provenance/v1' }));
}
