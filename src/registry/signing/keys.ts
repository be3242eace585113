import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { AppError } from '#core';

const mostKeys = 32;

/** Public keys of a PEM text: several let a new key come before the old one goes. @throws AppError `request.invalid` */
export function readPublicKeys(pem: string): readonly KeyObject[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0 || blocks.length > mostKeys) throw badKey('count');
  return blocks.map((block) => checked(publicKeyOf(block)));
}

/** Whether `signature` is this key's over `bytes`: ECDSA with SHA-256, or Ed25519. */
export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(key.asymmetricKeyType === 'ec' ? 'sha256' : null, bytes, key, signature);
}

/** How bundles name the key they were made with, as cosign does. */
export function hintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

function publicKeyOf(block: string): KeyObject {
  try {
    return createPublicKey(block);
  } catch (error) {
    throw badKey('unreadable', error);
  }
}

function checked(key: KeyObject): KeyObject {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const isKnown = key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'ec' && curve === 'prime256v1');
  if (isKnown) return key;
  throw badKey('kind');
}

function badKey(reason: string, cause?: unknown): AppError {
  return new AppError('request.invalid', 'The key is not a public key that can be used here.', {
    hint: 'Give a PEM file with an ECDSA P-256 or Ed25519 public key, such as cosign.pub.',
    params: { reason: 'public_key', detail: reason },
    cause,
  });
}
