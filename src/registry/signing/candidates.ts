import { z } from 'zod';
import { AppError, isDigest, type Digest } from '#core';
import type { OciAttachments, OciRegistry, RequestOptions } from '../types.ts';
import type { SignatureFault } from './invalid-signature.ts';
import type { SignedContent } from './types.ts';

export const simpleSigningType = 'application/vnd.dev.cosign.simplesigning.v1+json';
export const signatureAnnotation = 'dev.cosignproject.cosign/signature';
export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Something that claims to be a signature of the content. Nothing of it is trusted yet. */
export type Candidate =
  | { readonly format: 'simplesigning'; readonly payload: Uint8Array; readonly signature: Buffer }
  | { readonly format: 'bundle'; readonly bundle: Uint8Array }
  | { readonly format: 'unusable'; readonly fault: SignatureFault };

const bundlePattern = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.3\+json|\+json;version=0\.[123])$/;
const mostCandidates = 64;
const largestPayloadBytes = 64 << 10;
const largestBundleBytes = 1 << 20;

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
const layer = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.number().int().min(0),
  annotations: z.record(z.string(), z.string()).optional(),
});
export const signatureManifest = z.looseObject({
  config: z.unknown(),
  layers: z.array(layer).max(10_000),
  subject: z.looseObject({ digest }).optional(),
});

/** What is to be looked at, in the order of how likely it is to serve: bundles of cosign 3, then tags of cosign 1 and 2. */
export async function* candidatesOf(
  registry: OciRegistry & OciAttachments,
  content: SignedContent,
  options: RequestOptions,
): AsyncGenerator<Candidate, void, void> {
  let left = mostCandidates;
  for await (const candidate of all(registry, content, options)) {
    if (left === 0) return yield { format: 'unusable', fault: 'too_many' };
    left -= 1;
    yield candidate;
  }
}

async function* all(
  registry: OciRegistry & OciAttachments,
  content: SignedContent,
  options: RequestOptions,
): AsyncGenerator<Candidate, void, void> {
  const { reference } = content;
  let looked = 0;
  for (const { digest: target, artifactType } of await registry.referrers(reference, content.digest, options)) {
    if (artifactType !== undefined && !bundlePattern.test(artifactType)) continue;
    looked += 1;
    if (looked > mostCandidates) {
      yield { format: 'unusable', fault: 'too_many' };
      break;
    }
    const manifest = parsed(await registry.manifestAt(reference, target, options));
    const [bundle] = manifest?.layers ?? [];
    if (!bundle || !bundlePattern.test(bundle.mediaType)) {
      if (artifactType !== undefined) yield { format: 'unusable', fault: 'malformed' };
      continue;
    }
    if (manifest?.subject?.digest !== content.digest) yield { format: 'unusable', fault: 'wrong_content' };
    else if (bundle.size > largestBundleBytes) yield { format: 'unusable', fault: 'too_large' };
    else
      yield await orUnusable(
        registry.readBlob(reference, { ...options, descriptor: bundle, maxBytes: largestBundleBytes }),
        asBundle,
      );
  }
  const tagged = await registry.manifestAt(reference, signatureTag(content.digest), options);
  if (tagged === undefined) return;
  const manifest = parsed(tagged);
  if (!manifest) return yield { format: 'unusable', fault: 'malformed' };
  for (const one of manifest.layers) {
    const text = one.annotations?.[signatureAnnotation];
    if (one.mediaType !== simpleSigningType || text === undefined) continue;
    const signature = Buffer.from(text, 'base64');
    if (one.size > largestPayloadBytes || text.length > 4096) yield { format: 'unusable', fault: 'too_large' };
    else
      yield await orUnusable(
        registry.readBlob(reference, { ...options, descriptor: one, maxBytes: largestPayloadBytes }),
        (payload) => ({ format: 'simplesigning', payload, signature }),
      );
  }
}

export function signatureTag(of: Digest): string {
  return `${of.replace(':', '-')}.sig`;
}

export function parsed(bytes: Uint8Array | undefined): z.output<typeof signatureManifest> | undefined {
  if (bytes === undefined) return undefined;
  try {
    return signatureManifest.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

const asBundle = (bundle: Uint8Array): Candidate => ({ format: 'bundle', bundle });

// One signature whose file is gone or wrong does not make the others worthless; a registry that fails does.
async function orUnusable(reading: Promise<Uint8Array>, use: (bytes: Uint8Array) => Candidate): Promise<Candidate> {
  try {
    return use(await reading);
  } catch (error) {
    const isOfThisOne =
      error instanceof AppError &&
      ['source.not_found', 'source.digest_mismatch', 'source.invalid_response'].includes(error.code);
    if (!isOfThisOne) throw error;
    return { format: 'unusable', fault: 'malformed' };
  }
}
