import { z } from 'zod';

const base64 = z.base64().max(2_000_000);

/** `POST /gantry/signing/prepare`: what is to be signed. The private key never leaves the client. */
export const prepareSigningRequest = z.object({ model: z.string(), 'bearer-token': z.string().optional() });

export const preparedSigningBody = z.object({
  /** `host/repository@sha256:…` */
  name: z.string(),
  digest: z.string(),
  /** Bytes to sign with a key, base64. */
  payloads: z.object({ simplesigning: z.string(), bundle: z.string() }),
  /** The in-toto statement inside `bundle`, base64, for those who make the whole bundle themselves. */
  statement: z.string(),
});

/** `POST /gantry/signing/attach`: signatures of one key over what `prepare` gave for this digest, or a whole sigstore bundle. */
export const attachSignatureRequest = z.object({
  model: z.string(),
  digest: z.string(),
  signed: z.union([
    z.object({
      /** PEM of the public key. */
      key: z.string().max(10_000),
      signatures: z.object({ simplesigning: base64, bundle: base64 }),
    }),
    z.object({ bundle: base64 }),
  ]),
  'bearer-token': z.string().optional(),
});

/** `POST /gantry/signing/verify`. */
export const verifySignatureRequest = z.object({
  model: z.string(),
  trust: z.union([
    /** PEM of public keys, any of which counts. */
    z.object({ key: z.string().max(100_000) }),
    z.object({ identity: z.string().min(1).max(2000), issuer: z.string().min(1).max(2000) }),
  ]),
  'bearer-token': z.string().optional(),
});

/** What `attach` and `verify` answer. */
export const signatureBody = z.object({
  name: z.string(),
  format: z.enum(['simplesigning', 'bundle']).optional(),
});

export type AttachSignatureRequest = z.infer<typeof attachSignatureRequest>;
export type VerifySignatureRequest = z.infer<typeof verifySignatureRequest>;
