import { createPrivateKey, createPublicKey, scrypt, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { usageError } from '../usage-error.ts';
import type { Translate } from '../messages/translate.ts';

export interface KeyOptions {
  readonly password: string | undefined;
  readonly t: Translate;
}

/** A signer on this machine: its private key stays in this process. */
export interface KeySigner {
  /** PEM. */
  readonly publicKey: string;
  sign(bytes: Uint8Array): Buffer;
}

/** Reads a private key as cosign and OpenSSL write it: PEM, with or without a password. @throws AppError `request.invalid` */
export async function readSigner(pem: string, options: KeyOptions): Promise<KeySigner> {
  const key = await privateKeyOf(pem, options);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isKnown = type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1');
  if (!isKnown) throw usageError(options.t('sign.keyKind'));
  return {
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    sign: (bytes) => sign(type === 'ec' ? 'sha256' : null, bytes, key),
  };
}

async function privateKeyOf(pem: string, { password, t }: KeyOptions): Promise<KeyObject> {
  const sealed = /-----BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY-----([^-]+)-----END/.exec(pem)?.[2];
  const isEncrypted = sealed !== undefined || /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem);
  if (isEncrypted && password === undefined) throw usageError(t('sign.noPassword'), { hint: t('sign.noPasswordHint') });
  try {
    if (sealed === undefined) return createPrivateKey({ key: pem, passphrase: password });
    const der = await unseal(JSON.parse(Buffer.from(sealed, 'base64').toString('utf8')), password ?? '');
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    throw usageError(t(isEncrypted ? 'sign.wrongPassword' : 'sign.badKey'));
  }
}

const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));

/** cosign's file (go-securesystemslib, `encrypted`): scrypt makes a key for NaCl's secretbox. Costs are bounded. */
const sealedSchema = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z.object({
      N: z
        .number()
        .int()
        .min(2)
        .max(2 ** 18),
      r: z.number().int().min(1).max(16),
      p: z.number().int().min(1).max(4),
    }),
    salt: bytes,
  }),
  cipher: z.object({ name: z.literal('nacl/secretbox'), nonce: bytes }),
  ciphertext: bytes,
});

async function unseal(json: unknown, password: string): Promise<Buffer> {
  const { kdf, cipher, ciphertext } = sealedSchema.parse(json);
  const { xsalsa20poly1305 } = await import('@noble/ciphers/salsa');
  const { N, r, p } = kdf.params;
  const key = await new Promise<Buffer>((resolve, reject) => {
    const maxmem = 128 * r * (N + p + 2) + (1 << 20);
    scrypt(password, kdf.salt, 32, { N, r, p, maxmem }, (error, made) => (error ? reject(error) : resolve(made)));
  });
  return Buffer.from(xsalsa20poly1305(key, cipher.nonce).decrypt(ciphertext));
}
