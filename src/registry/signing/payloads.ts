import { z } from 'zod';
import { AppError } from '#core';
import { parseReference } from '../reference.ts';
import type { SignatureFault } from './invalid-signature.ts';
import type { Payloads, SignedContent } from './types.ts';

export const statementType = 'application/vnd.in-toto+json';
const signPredicate = 'https://sigstore.dev/cosign/sign/v1';
const simpleSigningKind = 'cosign container image signature';

/** The same bytes for the same content: the one who signs and the one who checks make them each for themselves. */
export function payloadsFor(content: SignedContent): Payloads & { readonly statement: Buffer } {
  const statement = statementFor(content);
  return { simplesigning: simpleSigningFor(content), statement, bundle: preAuthEncoding(statement) };
}

/** "Simple signing" (containers/image, signature protocols; cosign's SIGNATURE_SPEC). */
function simpleSigningFor({ reference, digest }: SignedContent): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': nameOf(reference) },
        image: { 'docker-manifest-digest': digest },
        type: simpleSigningKind,
      },
      optional: null,
    }),
  );
}

/** An in-toto statement as cosign 3 makes it, with the repository besides, so that it does not count elsewhere. */
function statementFor({ reference, digest }: SignedContent): Buffer {
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: nameOf(reference), digest: { sha256: digest.slice('sha256:'.length) } }],
      predicateType: signPredicate,
      predicate: {},
    }),
  );
}

/** What an envelope's signature is over (DSSE v1, "PAE"). */
export function preAuthEncoding(statement: Uint8Array, type: string = statementType): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${statement.byteLength} `;
  return Buffer.concat([Buffer.from(head), statement]);
}

const simpleSigningSchema = z.object({
  critical: z.object({
    identity: z.object({ 'docker-reference': z.string() }),
    image: z.object({ 'docker-manifest-digest': z.string() }),
    type: z.string(),
  }),
});

const statementSchema = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  subject: z.array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) })).max(1000),
  predicateType: z.string(),
});

/** Whether a payload whose signature holds speaks of this content. */
export function faultOfSimpleSigning(bytes: Uint8Array, content: SignedContent): SignatureFault | undefined {
  const payload = simpleSigningSchema.safeParse(jsonOf(bytes)).data?.critical;
  if (!payload) return 'malformed';
  if (payload.type !== simpleSigningKind) return 'not_a_signature';
  if (payload.image['docker-manifest-digest'] !== content.digest) return 'wrong_content';
  return faultOfName(payload.identity['docker-reference'], content);
}

export function faultOfStatement(bytes: Uint8Array, content: SignedContent): SignatureFault | undefined {
  const statement = statementSchema.safeParse(jsonOf(bytes)).data;
  if (!statement) return 'malformed';
  if (statement.predicateType !== signPredicate) return 'not_a_signature';
  const hex = content.digest.slice('sha256:'.length);
  const subjects = statement.subject.filter(({ digest }) => digest['sha256'] === hex);
  if (subjects.length === 0) return 'wrong_content';
  const faults = subjects.map(({ name = '' }) => faultOfName(name, content));
  return faults.includes(undefined) ? undefined : faults[0];
}

// A signer may leave the name out; one that is given has to be right, or a signature would count wherever it is copied to.
function faultOfName(name: string, { reference }: SignedContent): SignatureFault | undefined {
  if (name === '') return undefined;
  try {
    const { registry, repository } = parseReference(name);
    return registry === reference.registry && repository === reference.repository ? undefined : 'wrong_repository';
  } catch (error) {
    if (error instanceof AppError) return 'wrong_repository';
    throw error;
  }
}

function nameOf({ registry, repository }: SignedContent['reference']): string {
  return `${registry}/${repository}`;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
