import { createPublicKey, generateKeyPairSync, scryptSync, verify } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa';
import { describe, expect, it } from 'vitest';
import { en } from '../messages/en.ts';
import { createTranslate } from '../messages/translate.ts';
import { readSigner } from './private-key.ts';

const t = createTranslate(en);
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;

/** A key file as `cosign generate-key-pair` writes it, with a cost that tests can afford. */
function cosignKey({ cost = 1024, password = 'secret' } = {}): string {
  const [salt, nonce] = [Buffer.alloc(32, 1), Buffer.alloc(24, 2)];
  const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
  const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
  const json = {
    kdf: { name: 'scrypt', params: { N: cost, r: 8, p: 1 }, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(xsalsa20poly1305(key, nonce).encrypt(der)).toString('base64'),
  };
  const body = Buffer.from(JSON.stringify(json)).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${body}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
}

describe('a private key', () => {
  it.each([
    ['in PKCS #8', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), undefined],
    ['of OpenSSL’s own kind', pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString(), undefined],
    ['in encrypted PKCS #8', pair.privateKey.export(encrypted).toString(), 'secret'],
    ['of cosign', cosignKey(), 'secret'],
    ['of cosign with an empty password', cosignKey({ password: '' }), ''],
  ])('%s signs', async (_what, pem, password) => {
    const signer = await readSigner(pem, { password, t });
    const bytes = Buffer.from('payload');
    expect(verify('sha256', bytes, createPublicKey(signer.publicKey), signer.sign(bytes))).toBe(true);
  });

  it.each([
    ['no password', { pem: cosignKey() }, 'protected by a password'],
    ['another password', { pem: cosignKey(), password: 'other' }, 'cannot be opened'],
    [
      'a cost that would take all memory',
      { pem: cosignKey({ cost: 2 ** 30 }), password: 'secret' },
      'cannot be opened',
    ],
    ['no key in it', { pem: 'hello' }, 'no private key'],
  ])('with %s is refused', async (_what, { pem, password }: { pem: string; password?: string }, sentence) => {
    await expect(readSigner(pem, { password, t })).rejects.toThrow(sentence);
  });

  it('of RSA is refused', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(readSigner(pem, { password: undefined, t })).rejects.toThrow('neither ECDSA');
  });
});
