import { AppError } from './errors.ts';

/** `sha256:` and 64 lower-case hex digits (OCI image spec, descriptor digest). */
export type Digest = `sha256:${string}`;

const pattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return pattern.test(text);
}

/** @throws AppError `reference.invalid` when the text is not a sha256 digest. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new AppError('reference.invalid', `"${text}" is not a sha256 digest.`, { params: { text } });
}

export function digestFromHex(hex: string): Digest {
  return parseDigest(`sha256:${hex}`);
}

/** The 64 hex digits, safe as a file name. */
export function digestHex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** The 12 hex digits people see (contract model-runner §1.3 list). */
export function shortId(digest: Digest): string {
  return digestHex(digest).slice(0, 12);
}
