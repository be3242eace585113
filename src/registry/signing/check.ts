import { z } from 'zod';
import type { Candidate } from './candidates.ts';
import type { SignatureFault } from './invalid-signature.ts';
import { isSignedBy } from './keys.ts';
import { faultOfSimpleSigning, faultOfStatement, preAuthEncoding, statementType } from './payloads.ts';
import type { SignedContent, Trust } from './types.ts';

type KeyTrust = Extract<Trust, { kind: 'key' }>;

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/);
const bundleSchema = z.looseObject({
  dsseEnvelope: z.object({
    payload: base64,
    payloadType: z.string(),
    signatures: z.array(z.object({ sig: base64 })).max(16),
  }),
});

/** The statement of a bundle and the signatures over it; undefined when it is not a bundle of one. */
export function readBundle(
  bytes: Uint8Array,
): { readonly statement: Buffer; readonly signatures: readonly Buffer[] } | undefined {
  const envelope = bundleSchema.safeParse(parseOrUndefined(bytes)).data?.dsseEnvelope;
  if (!envelope || envelope.payloadType !== statementType) return undefined;
  return {
    statement: Buffer.from(envelope.payload, 'base64'),
    signatures: envelope.signatures.map(({ sig }) => Buffer.from(sig, 'base64')),
  };
}

/** Why a candidate is no signature of the content by one of the keys; undefined when it is one. */
export function faultByKey(
  candidate: Candidate,
  content: SignedContent,
  { keys }: KeyTrust,
): SignatureFault | undefined {
  switch (candidate.format) {
    case 'unusable':
      return candidate.fault;
    case 'simplesigning': {
      const { payload, signature } = candidate;
      if (!keys.some((key) => isSignedBy(key, payload, signature))) return 'wrong_key';
      return faultOfSimpleSigning(payload, content);
    }
    case 'bundle': {
      const bundle = readBundle(candidate.bundle);
      if (!bundle) return 'malformed';
      const signed = preAuthEncoding(bundle.statement);
      const isSigned = bundle.signatures.some((signature) => keys.some((key) => isSignedBy(key, signed, signature)));
      return isSigned ? faultOfStatement(bundle.statement, content) : 'wrong_key';
    }
  }
}

export function parseOrUndefined(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
