import type { KeyObject } from 'node:crypto';
import type { Digest } from '#core';
import type { RegistryReference, RequestOptions } from '../types.ts';

/** What is signed: a manifest under the name of its repository. */
export interface SignedContent {
  readonly reference: RegistryReference;
  readonly digest: Digest;
}

/** Whose signature counts. */
export type Trust =
  /** Any of these keys. */
  | { readonly kind: 'key'; readonly keys: readonly KeyObject[] }
  /** A certificate of Fulcio's for this identity, by an issuer of this URL. */
  | { readonly kind: 'identity'; readonly identity: string; readonly issuer: string };

export type SignatureFormat = 'simplesigning' | 'bundle';

/** The bytes that a signer signs, one for each format we write. */
export interface Payloads {
  readonly simplesigning: Buffer;
  readonly bundle: Buffer;
}

export interface Signatures {
  /** @throws AppError `signature.missing`, `signature.invalid`, `source.*` */
  verify(content: SignedContent, trust: Trust, options: RequestOptions): Promise<SignatureFormat>;
  /** Hangs signatures made with one key on the content, as cosign 1 to 3 look for them. @throws AppError `signature.invalid`, `source.*` */
  attach(
    content: SignedContent,
    signed: { readonly key: KeyObject; readonly signatures: Readonly<Record<SignatureFormat, Buffer>> },
    options: RequestOptions,
  ): Promise<void>;
  /** Hangs a bundle made elsewhere on the content, once it is one for it. @throws AppError `signature.invalid`, `source.*` */
  attachBundle(content: SignedContent, bundle: Buffer, options: RequestOptions): Promise<void>;
}
