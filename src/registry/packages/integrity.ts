import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '#core';

const strengths = ['sha512', 'sha384', 'sha256', 'sha1'];

/**
 * Checks a file against a subresource integrity text; of several hashes the strongest algorithm counts (W3C SRI).
 * @throws AppError `source.digest_mismatch`, `source.invalid_response` for a text without a known algorithm
 */
export async function verifyIntegrity(
  path: string,
  options: { integrity: string; signal: AbortSignal },
): Promise<void> {
  const { integrity, signal } = options;
  const hashes = integrity.split(/\s+/).flatMap((word) => {
    const [, algorithm = '', value = ''] = /^(sha\d+)-([A-Za-z0-9+/]+={0,2})(?:\?.*)?$/.exec(word) ?? [];
    return strengths.includes(algorithm) ? [{ algorithm, value }] : [];
  });
  const algorithm = strengths.find((strength) => hashes.some((hash) => hash.algorithm === strength));
  const file = basename(path);
  if (algorithm === undefined) {
    throw new AppError(
      'source.invalid_response',
      `The checksum that the registry gives for ${file} is of no known kind.`,
      {
        params: { file },
      },
    );
  }
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal }))
    hash.update(chunk as Buffer);
  const actual = hash.digest('base64');
  if (hashes.some((expected) => expected.algorithm === algorithm && expected.value === actual)) return;
  throw new AppError(
    'source.digest_mismatch',
    `${file} is not what its registry announced: the ${algorithm} differs.`,
    {
      hint: 'Try again; if it stays, the package has been tampered with.',
      params: { file, algorithm, actual },
    },
  );
}
