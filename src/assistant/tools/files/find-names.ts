import { AppError } from '#core';
import type { ProjectFilesBody } from '#contract';
import { before, listFiles } from './list-files.ts';
import { openWorkingFolder } from './working-folder.ts';

const depth = 8;
const mostListed = 10_000;
const mostShown = 200;

export interface FindNamesOptions {
  /** Aborts when it has taken as long as it may. */
  readonly until: AbortSignal;
  /** How long that is, to be told. */
  readonly seconds: number;
}

/**
 * Names in a folder and below it that hold a text, those that begin with it first. What was found when time is up is given as a part.
 * @throws AppError `request.timeout` when not even what lies in the folder itself was known by then; `request.*` where it is none
 */
export async function findNames(
  directory: string,
  prefix: string,
  { until, seconds }: FindNamesOptions,
): Promise<ProjectFilesBody> {
  const folder = await before(until, openWorkingFolder(directory));
  if (folder === undefined) throw tooLate(directory, seconds);
  const { files, isCut } = await listFiles(
    folder,
    { path: '', exists: true },
    { signal: new AbortController().signal, depth, maxEntries: mostListed, until },
  );
  if (isCut && files.length === 0) throw tooLate(directory, seconds);
  const wanted = prefix.toLowerCase();
  const paths = files.map(({ path }) => path).filter((path) => path.toLowerCase().includes(wanted));
  const ordered = paths.toSorted((a, b) => Number(starts(b, wanted)) - Number(starts(a, wanted)));
  return { paths: ordered.slice(0, mostShown), truncated: isCut || paths.length > mostShown };
}

function starts(path: string, prefix: string): boolean {
  const name = path.toLowerCase();
  return name.startsWith(prefix) || name.slice(name.lastIndexOf('/', name.length - 2) + 1).startsWith(prefix);
}

function tooLate(directory: string, seconds: number): AppError {
  return new AppError('request.timeout', `${directory} could not be listed within ${seconds} seconds.`, {
    hint: 'Its disk may be slow, or the machine busy. Try again, or choose another folder.',
    params: { directory, seconds },
  });
}
