import { lstat, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readServices } from '../beside.ts';
import type { ProjectContext } from '../context/project.ts';

const maxEntries = 5_000;
const maxDepth = 6;
const maxTextBytes = 256 * 1024;
/** Their names say what they are; rules need no look inside. */
const closed: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'target',
  '.venv',
  'venv',
  '__pycache__',
  '.hg',
  '.terraform',
  'vendor',
]);
const read = /^(?:package\.json|requirements(?:[.-]\w+)?\.txt|Cargo\.toml|.*\.sh|docker-entrypoint.*|entrypoint.*)$/;
const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'] as const;

export interface ContextReader {
  /** What stands around a Dockerfile; folders that were read before are not read again. */
  of(dockerfile: string, folder?: string): Promise<ProjectContext>;
}

interface Folder {
  readonly paths: readonly string[];
  readonly isCut: boolean;
  readonly sizesBytes: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly executables: readonly string[];
  readonly compose: string | undefined;
}

export function createContextReader(signal: AbortSignal): ContextReader {
  const known = new Map<string, Promise<Folder>>();
  return {
    async of(dockerfile, folder = dirname(dockerfile)) {
      const reading = known.get(folder) ?? readFolder(folder, signal);
      known.set(folder, reading);
      const { compose, ...facts } = await reading;
      const isListed = (name: string): boolean => facts.isCut || facts.paths.includes(name);
      const ownName = `${basename(dockerfile)}.dockerignore`;
      const isHere = dirname(dockerfile) === folder;
      const own = isHere && !isListed(ownName) ? undefined : await readText(`${dockerfile}.dockerignore`);
      const shared = isListed('.dockerignore') ? await readText(join(folder, '.dockerignore')) : undefined;
      return {
        ...facts,
        dockerignore: own ?? shared,
        services: compose === undefined ? [] : await readServices(compose, basename(dockerfile)),
      };
    },
  };
}

async function readFolder(folder: string, signal: AbortSignal): Promise<Folder> {
  const paths: string[] = [];
  const sizesBytes: Record<string, number> = {};
  const texts: Record<string, string> = {};
  const executables: string[] = [];
  const waiting: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  let isCut = false;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    signal.throwIfAborted();
    const entries = await readdir(join(folder, next.path), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (paths.length >= maxEntries) {
        isCut = true;
        break;
      }
      const path = next.path === '' ? entry.name : `${next.path}/${entry.name}`;
      if (entry.isDirectory()) {
        paths.push(`${path}/`);
        if (next.depth < maxDepth && !closed.has(entry.name)) waiting.push({ path, depth: next.depth + 1 });
      } else if (entry.isFile()) {
        paths.push(path);
        const facts = await lstat(join(folder, path)).catch(() => undefined);
        if (!facts) continue;
        sizesBytes[path] = facts.size;
        if (next.depth > 2 || !read.test(entry.name)) continue;
        const text = await readText(join(folder, path));
        if (text === undefined) continue;
        texts[path] = text;
        if ((facts.mode & 0o111) !== 0) executables.push(path);
      } else paths.push(path);
    }
  }
  const present = composeFiles.filter((name) => isCut || paths.includes(name));
  const compose = await firstText(present.map((name) => join(folder, name)));
  return { paths, isCut, sizesBytes, texts, executables, compose };
}

async function firstText(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const text = await readText(file);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A small text file; undefined when there is none, when it is no file, or when it is too large to be one. */
export async function readText(path: string): Promise<string | undefined> {
  const facts = await lstat(path).catch(() => undefined);
  if (!facts?.isFile() || facts.size > maxTextBytes) return undefined;
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
