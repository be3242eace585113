import { posix } from 'node:path';
import { contextLimits, contextOf, folderFacts, type ProjectContext, type ReadSmallFile } from '#dockerfile';
import { listFiles } from '../files/list-files.ts';
import { readContent } from '../files/read-file.ts';
import type { WorkingFolder } from '../files/working-folder.ts';

/** What stands around a Dockerfile of the working directory, as far as its rules look. Nothing outside of that is read. */
export async function projectContext(
  folder: WorkingFolder,
  dockerfile: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<ProjectContext> {
  const above = posix.dirname(dockerfile);
  const base = above === '.' ? '' : above;
  const outer = (path: string): string => (base === '' ? path : `${base}/${path}`);
  const { maxTextBytes, ...limits } = contextLimits;
  const { files, isCut } = await listFiles(
    folder,
    { path: base, exists: true },
    { ...limits, signal, withIgnored: true },
  );
  const readAt = async (path: string): ReturnType<ReadSmallFile> => {
    const place = { path, exists: true };
    const content = await readContent(folder, place, { maxBytes: maxTextBytes }).catch(() => undefined);
    return content && { text: content.bytes.toString('utf8'), mode: content.mode };
  };
  const entries = files.map((one) => ({ ...one, path: base === '' ? one.path : one.path.slice(base.length + 1) }));
  const facts = await folderFacts({ entries, isCut }, async (path) => await readAt(outer(path)));
  const ignored = (await readAt(`${dockerfile}.dockerignore`)) ?? (await readAt(outer('.dockerignore')));
  return await contextOf(facts, { dockerfile, dockerignore: ignored?.text });
}
