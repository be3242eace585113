import { AppError, isDigest, type Digest } from '#core';
import type { Cancel, ImageFacts } from '#docker';
import {
  createSignatures,
  parseReference,
  readPublicKeys,
  type CheckIdentity,
  type OciAttachments,
  type OciRegistry,
  type RegistryReference,
  type Signatures,
  type Trust,
} from '#registry';
import type { ServerImages } from '../containers/images.ts';
import { matchesImage, parseImageName, ruleFor, type ImageRule } from './rules.ts';
import type { Verified } from './verified.ts';

export interface ImageCheckDeps {
  readonly registry: OciRegistry & OciAttachments;
  readonly checkIdentity: CheckIdentity;
  /** Asked anew for each image. */
  readonly rules: () => readonly ImageRule[];
  readonly readText: (path: string) => Promise<string>;
  readonly verified: Verified;
  /** Images that are made on this machine carry no signature and need none. */
  readonly isMadeHere: (image: string) => boolean;
}

/**
 * Refuses images that a rule wants signed and that are not: before they are pulled where their name has a digest, and what is there in
 * any case. What cannot be checked is refused too. @throws AppError `signature.*`, `settings.invalid`, `source.*`
 */
export function createImageCheck(deps: ImageCheckDeps): NonNullable<ServerImages['check']> {
  return async (image, facts, { signal = new AbortController().signal }) => {
    if (deps.isMadeHere(image)) return;
    const reference = parseImageName(image);
    const rule = ruleFor(deps.rules(), reference);
    if (rule === undefined) return;
    const digest = reference.digest ?? digestOf(facts, reference);
    if (digest === undefined) {
      // Not here yet, and its name does not say what it will be: it is checked once it is here, before it runs.
      if (facts === undefined && !('publicKey' in rule)) return;
      throw unpinned(image, facts !== undefined);
    }
    await verify(deps, { rule, reference, digest, signal });
  };
}

interface Verifying extends Cancel {
  readonly rule: ImageRule;
  readonly reference: RegistryReference;
  readonly digest: Digest;
  readonly signal: AbortSignal;
}

async function verify(deps: ImageCheckDeps, { rule, reference, digest, signal }: Verifying): Promise<void> {
  const { trust, identity } = await trustOf(deps, rule);
  const { registry, repository } = reference;
  const facts = [digest, `${registry}/${repository}`, rule.signatures ?? '', identity];
  if (await deps.verified.has(facts)) return;
  const signatures = signaturesFor(deps, rule);
  await signatures.verify({ reference: { registry, repository, digest }, digest }, trust, { signal });
  await deps.verified.add(facts);
}

/** Signatures that are kept in another repository are looked for there, and still have to be for the image. */
function signaturesFor({ registry, checkIdentity }: ImageCheckDeps, rule: ImageRule): Pick<Signatures, 'verify'> {
  if (rule.signatures === undefined) return createSignatures({ registry, checkIdentity });
  const { registry: host, repository } = parseReference(rule.signatures);
  const place = { registry: host, repository };
  return createSignatures({
    checkIdentity,
    registry: {
      ...registry,
      manifestAt: (_reference, target, options) => registry.manifestAt(place, target, options),
      referrers: (_reference, subject, options) => registry.referrers(place, subject, options),
      readBlob: (_reference, options) => registry.readBlob(place, options),
    },
  });
}

/** Who must have signed, and a text that is another one for somebody else. */
async function trustOf(
  { readText }: ImageCheckDeps,
  rule: ImageRule,
): Promise<{ readonly trust: Trust; readonly identity: string }> {
  if ('identity' in rule) {
    const { identity, issuer } = rule;
    return { trust: { kind: 'identity', identity, issuer }, identity: `${issuer} ${identity}` };
  }
  if ('publicKey' in rule) {
    return { trust: { kind: 'key', keys: readPublicKeys(rule.publicKey) }, identity: rule.publicKey };
  }
  try {
    const pem = await readText(rule.key);
    return { trust: { kind: 'key', keys: readPublicKeys(pem) }, identity: pem };
  } catch (cause) {
    throw new AppError('settings.invalid', `The key ${rule.key} of mcp.verify cannot be used.`, {
      hint: 'It must be a PEM file with ECDSA P-256 or Ed25519 public keys, which the daemon can read.',
      params: { reason: 'mcp_verify_key', path: rule.key },
      cause,
    });
  }
}

/** What the registry called the image that is here. */
function digestOf(facts: ImageFacts | undefined, reference: RegistryReference): Digest | undefined {
  for (const name of facts?.digests ?? []) {
    const at = name.indexOf('@');
    const digest = name.slice(at + 1);
    if (at < 0 || !isDigest(digest)) continue;
    if (matchesImage(`${reference.registry}/${reference.repository}`, parseImageName(name.slice(0, at)))) return digest;
  }
  return undefined;
}

function unpinned(image: string, isHere: boolean): AppError {
  if (isHere) {
    return new AppError(
      'signature.missing',
      `The image ${image} must be signed, and it did not come from a registry.`,
      {
        hint: 'Pull it from the registry that has its signature, or change the rule in mcp.verify.',
        params: { reason: 'local_image', image },
      },
    );
  }
  return new AppError('signature.missing', `The image ${image} must be signed, and its name has no digest.`, {
    hint: `Name the image by what it must be: ${image.replace(/:[^/:]*$/, '')}@sha256:…`,
    params: { reason: 'unpinned', image },
  });
}
