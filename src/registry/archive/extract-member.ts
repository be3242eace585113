import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { AppError, toAppError } from '#core';
import type { ExpectedContent, ExtractMember } from '../types.ts';
import { openArchive, type Archive, type ArchiveEntry } from './entries.ts';
import { invalidArchive } from './invalid-archive.ts';
import { writeContent } from './write-content.ts';

/**
 * The member is named as in the archive; in a tar.gz the first folder (`package/`) may be left out, as npm leaves it out.
 * @throws AppError `source.not_found` naming similar members, `source.digest_mismatch`, `source.invalid_response` for an archive that is
 * damaged or hostile
 */
export const extractMember: ExtractMember = async (options) => {
  const { archive: path, member, destination, expected, signal, onProgress } = options;
  const archive = await openArchive(path, { signal });
  const names: string[] = [];
  for await (const entry of archive.entries) {
    if (isWanted(entry.name, member, archive.format)) {
      assertUsable(entry, { path, expected, limitBytes: archive.inflationLimitBytes });
      const total = entry.sizeBytes;
      const written = await writeMember(entry, {
        destination,
        expected,
        onChunk: (bytes) => onProgress?.(bytes, total),
      });
      return written;
    }
    if (entry.kind === 'file' && names.length < 10_000) names.push(entry.name);
  }
  throw missing(path, member, names);
};

function isWanted(name: string, member: string, format: Archive['format']): boolean {
  return name === member || (format === 'tar.gz' && name.slice(name.indexOf('/') + 1) === member);
}

function assertUsable(
  entry: ArchiveEntry,
  { path, expected, limitBytes }: { path: string; expected: ExpectedContent; limitBytes: number },
): void {
  if (entry.kind === 'link') throw invalidArchive(path, `${entry.name} is a link`);
  if (entry.kind !== 'file') throw invalidArchive(path, `${entry.name} is not a file`);
  if (expected.sizeBytes !== undefined && entry.sizeBytes !== expected.sizeBytes)
    throw sizeMismatch(entry, expected.sizeBytes);
  if (entry.sizeBytes > limitBytes)
    throw invalidArchive(path, `${entry.name} inflates to more than honest content does`);
}

async function writeMember(
  entry: ArchiveEntry,
  {
    destination,
    expected,
    onChunk,
  }: { destination: string; expected: ExpectedContent; onChunk: (bytes: number) => void },
) {
  await mkdir(dirname(destination), { recursive: true });
  const temporary = `${destination}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const written = await writeContent(entry.content(), { path: temporary, mode: 0o644, durable: true, onChunk });
    if (expected.digest !== undefined && written.digest !== expected.digest) {
      throw new AppError(
        'source.digest_mismatch',
        `${entry.name} is not what was expected: its digest is ${written.digest}.`,
        {
          hint: 'Nothing was kept. Try again; if it stays, the source has changed.',
          params: { name: entry.name, expected: expected.digest, actual: written.digest },
        },
      );
    }
    await rename(temporary, destination);
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw toAppError(error);
  }
}

function sizeMismatch(entry: ArchiveEntry, expectedBytes: number): AppError {
  const { name, sizeBytes } = entry;
  return new AppError(
    'source.digest_mismatch',
    `${name} has ${sizeBytes} bytes where ${expectedBytes} were expected.`,
    {
      hint: 'Nothing was kept. The source has changed.',
      params: { name, actual: sizeBytes, expected: expectedBytes },
    },
  );
}

function missing(path: string, member: string, names: readonly string[]): AppError {
  const file = basename(path);
  const similar = similarNames(member, names).join(', ');
  const sentence =
    similar === '' ? `${file} has no file ${member}.` : `${file} has no file ${member}. It has: ${similar}.`;
  return new AppError('source.not_found', sentence, {
    hint: 'Name one of the files that it has.',
    params: { file, member, similar },
  });
}

/** Same file name first, then same extension, then anything; eight at most. */
function similarNames(member: string, names: readonly string[]): string[] {
  const base = basename(member).toLowerCase();
  const kind = extname(base);
  const rank = (name: string): number => {
    const own = basename(name).toLowerCase();
    if (own === base) return 0;
    return kind !== '' && extname(own) === kind ? 1 : 2;
  };
  return names.toSorted((a, b) => rank(a) - rank(b)).slice(0, 8);
}
