import type { KeyObject } from 'node:crypto';
import { AppError, type Digest } from '#core';
import {
  formatReference,
  payloadsFor,
  readPublicKeys,
  type OciRegistry,
  type Payloads,
  type RequestOptions,
  type SignatureFormat,
  type Signatures,
  type SignedContent,
  type Trust,
} from '#registry';
import { filePath, isHuggingFace, packageSourceOf, parseName, type NamingOptions } from '../naming.ts';
import type { Models } from '../types.ts';

export interface Prepared extends SignedContent {
  /** Full name without a tag, and the digest. */
  readonly name: string;
  readonly payloads: Payloads & { readonly statement: Buffer };
}

/** Signing in two steps, so that the private key stays with its owner: prepare here, sign there, attach here. */
export interface Signing {
  /** @throws AppError `reference.invalid`, `source.*` (the model has to be pushed first) */
  prepare(reference: string, options: RequestOptions): Promise<Prepared>;
  /** @throws AppError `signature.invalid`, `request.invalid`, `source.*` */
  attach(
    target: { readonly model: string; readonly digest: Digest },
    signed: SignedModel,
    options: RequestOptions,
  ): Promise<Prepared>;
  /** @throws AppError `signature.missing`, `signature.invalid`, `source.*` */
  verify(
    reference: string,
    trust: WantedTrust,
    options: RequestOptions,
  ): Promise<{ readonly name: string; readonly format: SignatureFormat }>;
}

export type SignedModel =
  | {
      readonly kind: 'key';
      /** PEM of the public key. */
      readonly key: string;
      readonly signatures: Readonly<Record<SignatureFormat, Buffer>>;
    }
  | { readonly kind: 'bundle'; readonly bundle: Buffer };

export type WantedTrust = { readonly kind: 'key'; readonly key: string } | Extract<Trust, { kind: 'identity' }>;

export interface SigningDeps extends NamingOptions {
  readonly models: Pick<Models, 'list'>;
  readonly registry: OciRegistry;
  readonly signatures: Signatures;
}

export function createSigning({ models, registry, signatures, ...naming }: SigningDeps): Signing {
  /** What is stored here under exactly this name, else what its registry has. */
  async function contentOf(text: string, options: RequestOptions): Promise<SignedContent> {
    if (filePath(text) !== undefined || packageSourceOf(text)) throw notInRegistry(text);
    const reference = parseName(text, naming);
    if (isHuggingFace(reference)) throw notInRegistry(text);
    if (reference.digest !== undefined) return { reference, digest: reference.digest };
    const tag = formatReference(reference);
    const stored = (await models.list()).find(({ tags }) => tags.includes(tag));
    return { reference, digest: stored?.id ?? (await registry.resolveManifest(reference, options)).digest };
  }

  async function prepare(text: string, options: RequestOptions): Promise<Prepared> {
    const content = await contentOf(text, options);
    const { reference, digest } = content;
    await registry.resolveManifest({ ...reference, digest }, options);
    return { ...content, name: nameOf(content), payloads: payloadsFor(content) };
  }

  return {
    prepare,
    async attach({ model, digest }, signed, options) {
      // The tag may have moved since the payloads were given out.
      const { tag: _moving, ...reference } = parseName(model, naming);
      const prepared = await prepare(formatReference({ ...reference, digest }), options);
      if (signed.kind === 'bundle') await signatures.attachBundle(prepared, signed.bundle, options);
      else {
        const key = onlyKeyOf(signed.key);
        await signatures.attach(prepared, { key, signatures: signed.signatures }, options);
      }
      return prepared;
    },
    async verify(text, wanted, options) {
      const content = await contentOf(text, options);
      const trust: Trust = wanted.kind === 'key' ? { kind: 'key', keys: readPublicKeys(wanted.key) } : wanted;
      return { name: nameOf(content), format: await signatures.verify(content, trust, options) };
    },
  };
}

function onlyKeyOf(pem: string): KeyObject {
  const [key, ...others] = readPublicKeys(pem);
  if (key && others.length === 0) return key;
  throw new AppError('request.invalid', 'A signature is made with exactly one key.', { params: { param: 'key' } });
}

function nameOf({ reference: { registry, repository }, digest }: SignedContent): string {
  return formatReference({ registry, repository, digest });
}

function notInRegistry(text: string): AppError {
  return new AppError('reference.invalid', `"${text.slice(0, 200)}" is not the name of a model in a registry.`, {
    hint: 'Signatures live in OCI registries: push the model there first.',
    params: { text: text.slice(0, 200), reason: 'not_in_registry' },
  });
}
