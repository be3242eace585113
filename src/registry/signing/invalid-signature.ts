import { AppError } from '#core';
import { formatReference } from '../reference.ts';
import type { SignedContent } from './types.ts';

/** Why a signature does not count; the most telling one is told when none counts. */
export type SignatureFault =
  | 'malformed'
  | 'too_large'
  | 'too_many'
  | 'wrong_key'
  | 'wrong_content'
  | 'wrong_repository'
  | 'not_a_signature'
  | 'certificate';

const sentences: Readonly<Record<SignatureFault, string>> = {
  malformed: 'it cannot be understood',
  too_large: 'it is larger than any signature',
  too_many: 'there are too many signatures to look at',
  wrong_key: 'it was made with another key',
  wrong_content: 'it was made for other content',
  wrong_repository: 'it was made for another repository',
  not_a_signature: 'it states something else about the model',
  certificate: 'its certificate or its transparency log entry does not hold',
};

// A fault found after the signature itself held says more than one found before.
const telling: readonly SignatureFault[] = [
  'wrong_repository',
  'wrong_content',
  'certificate',
  'wrong_key',
  'not_a_signature',
  'too_many',
  'too_large',
  'malformed',
];

export function mostTelling(faults: readonly SignatureFault[]): SignatureFault {
  return telling.find((fault) => faults.includes(fault)) ?? 'malformed';
}

export function invalidSignature(
  { reference, digest }: SignedContent,
  fault: SignatureFault,
  cause?: unknown,
): AppError {
  const model = formatReference(reference);
  return new AppError('signature.invalid', `The signature of ${model} is not valid: ${sentences[fault]}.`, {
    params: { model, digest, reason: fault },
    cause,
  });
}

export function missingSignature({ reference, digest }: SignedContent): AppError {
  const model = formatReference(reference);
  return new AppError('signature.missing', `${model} has no signature.`, {
    hint: `Sign it, for example with: gantry sign ${model} --key cosign.key`,
    params: { model, digest },
  });
}
