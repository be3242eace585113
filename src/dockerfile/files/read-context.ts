import { lstat, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProjectContext } from '../context/project.ts';
import { contextLimits, contextOf, folderFacts, type FolderFacts, type ListedFolder } from './assemble-context.ts';

export interface ContextReader {
  /** What stands around a Dockerfile; folders that were read before are not read again. */
  of(dockerfile: string, folder?: string): Promise<ProjectContext>;
}

export function createContextReader(signal: AbortSignal): ContextReader {
  const known = new Map<string, Promise<FolderFacts>>();
  return {
    async of(dockerfile, folder = dirname(dockerfile)) {
      const reading = known.get(folder) ?? readFolder(folder, signal);
      known.set(folder, reading);
      const facts = await reading;
      const isListed = (name: string): boolean => facts.isCut || facts.paths.includes(name);
      const ownName = `${basename(dockerfile)}.dockerignore`;
      const isHere = dirname(dockerfile) === folder;
      const own = isHere && !isListed(ownName) ? undefined : await readText(`${dockerfile}.dockerignore`);
      const shared = isListed('.dockerignore') ? await readText(join(folder, '.dockerignore')) : undefined;
      return await contextOf(facts, { dockerfile, dockerignore: own ?? shared });
    },
  };
}

async function readFolder(folder: string, signal: AbortSignal): Promise<FolderFacts> {
  return await folderFacts(await listed(folder, signal), async (path) => await readSmall(join(folder, path)));
}

async function listed(folder: string, signal: AbortSignal): Promise<ListedFolder> {
  const { depth: maxDepth, maxEntries, closed } = contextLimits;
  const entries: { path: string; kind: string; sizeBytes: number }[] = [];
  const waiting = [{ path: '', level: 0 }];
  let isCut = false;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    signal.throwIfAborted();
    const found = await readdir(join(folder, next.path), { withFileTypes: true }).catch(() => []);
    for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entries.length >= maxEntries) {
        isCut = true;
        break;
      }
      const path = next.path === '' ? entry.name : `${next.path}/${entry.name}`;
      if (entry.isDirectory()) {
        entries.push({ path: `${path}/`, kind: 'folder', sizeBytes: 0 });
        if (next.level < maxDepth && !closed.has(entry.name)) waiting.push({ path, level: next.level + 1 });
        continue;
      }
      const facts = entry.isFile() ? await lstat(join(folder, path)).catch(() => undefined) : undefined;
      entries.push({ path, kind: facts ? 'file' : 'other', sizeBytes: facts?.size ?? 0 });
    }
  }
  return { entries, isCut };
}

/** A small text file; undefined when there is none, when it is no file, or when it is too large to be one. */
export async function readText(path: string): Promise<string | undefined> {
  return (await readSmall(path))?.text;
}

async function readSmall(path: string): Promise<{ readonly text: string; readonly mode: number } | undefined> {
  const facts = await lstat(path).catch(() => undefined);
  if (!facts?.isFile() || facts.size > contextLimits.maxTextBytes) return undefined;
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    return { text: await file.readFile('utf8'), mode: facts.mode };
  } finally {
    await file.close();
  }
}
