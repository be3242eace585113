import type { OciAttachments, OciRegistry, RequestOptions } from '../types.ts';
import { manifestTypes } from '../oci/manifest.ts';
import {
  bundleType,
  candidatesOf,
  parsed,
  signatureAnnotation,
  signatureTag,
  simpleSigningType,
  type Candidate,
} from './candidates.ts';
import { faultByKey, readBundle } from './check.ts';
import { invalidSignature, missingSignature, mostTelling, type SignatureFault } from './invalid-signature.ts';
import { hintOf, isSignedBy } from './keys.ts';
import { faultOfStatement, payloadsFor, statementType } from './payloads.ts';
import type { SignatureFormat, Signatures, SignedContent, Trust } from './types.ts';

/** Why a bundle is no signature of the content by the identity. */
export type CheckIdentity = (
  bundle: Uint8Array,
  content: SignedContent,
  trust: Extract<Trust, { kind: 'identity' }>,
) => Promise<SignatureFault | undefined>;

export interface SignaturesDeps {
  readonly registry: OciRegistry & OciAttachments;
  readonly checkIdentity: CheckIdentity;
}

/** Signatures as cosign keeps them in registries: `sha256-….sig` tags, and sigstore bundles among the referrers. */
export function createSignatures({ registry, checkIdentity }: SignaturesDeps): Signatures {
  async function faultOf(
    candidate: Candidate,
    content: SignedContent,
    trust: Trust,
  ): Promise<SignatureFault | undefined> {
    if (trust.kind === 'key') return faultByKey(candidate, content, trust);
    if (candidate.format === 'unusable') return candidate.fault;
    return candidate.format === 'bundle' ? await checkIdentity(candidate.bundle, content, trust) : 'certificate';
  }

  return {
    async verify(content, trust, options) {
      const faults: SignatureFault[] = [];
      for await (const candidate of candidatesOf(registry, content, options)) {
        const fault = await faultOf(candidate, content, trust);
        if (fault === undefined && candidate.format !== 'unusable') return candidate.format;
        faults.push(fault ?? 'malformed');
      }
      if (faults.length === 0) throw missingSignature(content);
      throw invalidSignature(content, mostTelling(faults));
    },

    async attach(content, { key, signatures }, options) {
      const payloads = payloadsFor(content);
      const formats: readonly SignatureFormat[] = ['simplesigning', 'bundle'];
      if (!formats.every((format) => isSignedBy(key, payloads[format], signatures[format]))) {
        throw invalidSignature(content, 'wrong_key');
      }
      const there = await formatsBy(content, { kind: 'key', keys: [key] }, options);
      if (!there.has('simplesigning')) {
        await addTagged(content, { payload: payloads.simplesigning, signature: signatures.simplesigning }, options);
      }
      if (there.has('bundle')) return;
      const bundle = {
        mediaType: bundleType,
        verificationMaterial: { publicKey: { hint: hintOf(key) } },
        dsseEnvelope: {
          payload: payloads.statement.toString('base64'),
          payloadType: statementType,
          signatures: [{ sig: signatures.bundle.toString('base64') }],
        },
      };
      await attachBundle(content, Buffer.from(JSON.stringify(bundle)), options);
    },

    async attachBundle(content, bundle, options) {
      const statement = readBundle(bundle)?.statement;
      const fault = statement ? faultOfStatement(statement, content) : 'malformed';
      if (fault !== undefined) throw invalidSignature(content, fault);
      await attachBundle(content, bundle, options);
    },
  };

  /** What a signer has signed before need not be there twice. */
  async function formatsBy(
    content: SignedContent,
    trust: Trust,
    options: RequestOptions,
  ): Promise<ReadonlySet<Candidate['format']>> {
    const formats = new Set<Candidate['format']>();
    for await (const candidate of candidatesOf(registry, content, options)) {
      if ((await faultOf(candidate, content, trust)) === undefined) formats.add(candidate.format);
    }
    return formats;
  }

  async function attachBundle(content: SignedContent, bundle: Buffer, options: RequestOptions): Promise<void> {
    const { reference, digest } = content;
    const { bytes, manifest } = await registry.resolveManifest({ ...reference, digest }, options);
    const mediaType = manifest.mediaType ?? manifestTypes.ociManifest;
    await registry.attach(
      reference,
      {
        subject: { mediaType, digest, size: bytes.byteLength },
        artifactType: bundleType,
        content: bundle,
        annotations: {
          'dev.sigstore.bundle.content': 'dsse-envelope',
          'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1',
        },
      },
      options,
    );
  }

  /** Adds a signature to those under the tag. Two signers at the same moment may lose one: registries have no better. */
  async function addTagged(
    content: SignedContent,
    { payload, signature }: { payload: Buffer; signature: Buffer },
    options: RequestOptions,
  ): Promise<void> {
    const { reference, digest } = content;
    const target = signatureTag(digest);
    const mediaType = manifestTypes.ociManifest;
    const before = parsed(await registry.manifestAt(reference, target, options))?.layers ?? [];
    const layer = await registry.pushBytes(reference, payload, options);
    const annotations = { [signatureAnnotation]: signature.toString('base64') };
    const layers = [...before, { mediaType: simpleSigningType, ...layer, annotations }];
    const image = {
      architecture: '',
      os: '',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map((one) => one.digest) },
    };
    const config = await registry.pushBytes(reference, Buffer.from(JSON.stringify(image)), options);
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers,
    };
    await registry.putManifest(reference, { target, bytes: Buffer.from(JSON.stringify(manifest)), mediaType }, options);
  }
}
