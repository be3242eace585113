import { RE2JS } from 're2js';
import { AppError } from '#core';
import { isSensitive } from '../../permissions/path-risk.ts';
import { cut, withoutControls } from '../define-tool.ts';
import { listFiles } from './list-files.ts';
import { isBinary, readContent } from './read-file.ts';
import type { Place, WorkingFolder } from './working-folder.ts';

export interface SearchOptions {
  readonly text: string;
  readonly isRegex: boolean;
  readonly ignoreCase: boolean;
  readonly signal: AbortSignal;
}

export interface SearchHit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const mostFiles = 20_000;
const mostFileBytes = 1024 * 1024;
const mostBytes = 128 * 1024 * 1024;
const mostHits = 200;
const depth = 20;

/** Lines that match, in files that git does not ignore, that are text and keep no secrets. @throws AppError `request.invalid` for a bad expression */
export async function searchFiles(
  folder: WorkingFolder,
  from: Place,
  { signal, ...what }: SearchOptions,
): Promise<{ readonly hits: readonly SearchHit[]; readonly isCut: boolean }> {
  const matches = matcherOf(what);
  const listing = await listFiles(folder, from, { signal, depth, maxEntries: mostFiles });
  const hits: SearchHit[] = [];
  let bytes = 0;
  for (const { path, kind, sizeBytes } of listing.files) {
    if (kind !== 'file' || sizeBytes > mostFileBytes || isSensitive(path)) continue;
    signal.throwIfAborted();
    const content = await readContent(folder, { path, exists: true }, { maxBytes: mostFileBytes }).catch(
      () => undefined,
    );
    if (!content || isBinary(content.bytes)) continue;
    bytes += content.bytes.length;
    for (const [index, line] of content.bytes.toString('utf8').split('\n').entries()) {
      if (!matches(line)) continue;
      if (hits.length >= mostHits) return { hits, isCut: true };
      hits.push({ path, line: index + 1, text: cut(withoutControls(line).trim(), 300) });
    }
    if (bytes > mostBytes) return { hits, isCut: true };
  }
  return { hits, isCut: listing.isCut };
}

function matcherOf({ text, isRegex, ignoreCase }: Omit<SearchOptions, 'signal'>): (line: string) => boolean {
  if (!isRegex) {
    const wanted = ignoreCase ? text.toLowerCase() : text;
    return (line) => (ignoreCase ? line.toLowerCase() : line).includes(wanted);
  }
  try {
    const pattern = RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return (line) => pattern.matcher(line.slice(0, 10_000)).find();
  } catch (cause) {
    throw new AppError('request.invalid', 'The text to search for is not a regular expression.', {
      hint: 'Leave is_regex out to search for the text as it is.',
      params: { reason: 'expression' },
      cause,
    });
  }
}
