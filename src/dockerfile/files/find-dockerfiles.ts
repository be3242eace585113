import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold other people's files. */
const skipped: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  '.hg',
  'vendor',
  '.venv',
  'venv',
  '__pycache__',
  'target',
  '.terraform',
]);
const maxDepth = 12;
const maxFiles = 10_000;

export function isDockerfileName(name: string): boolean {
  return /^(?:Dockerfile|Containerfile)(?:[._-](?!dockerignore$)[\w.-]+)?$/i.test(name)
    ? !/\.(?:md|txt|sh|js|ts|dockerignore)$/i.test(name)
    : /\.(?:dockerfile|containerfile)$/i.test(name);
}

export interface FindLimits {
  /** Default: no limit. */
  readonly mostFolders?: number | undefined;
  /** Told of a folder below the first that cannot be read; without it the search fails. */
  readonly onUnreadable?: ((path: string) => void) | undefined;
}

export interface FoundDockerfiles {
  readonly files: readonly string[];
  /** There may be more. */
  readonly isCut: boolean;
}

/** The Dockerfiles in a folder and below, sorted, so that reports are the same everywhere. */
export async function findDockerfiles(folder: string, signal: AbortSignal): Promise<string[]> {
  return [...(await searchDockerfiles(folder, signal)).files];
}

/** As `findDockerfiles`, in a tree of any size. */
export async function searchDockerfiles(
  folder: string,
  signal: AbortSignal,
  { mostFolders = Infinity, onUnreadable }: FindLimits = {},
): Promise<FoundDockerfiles> {
  const files: string[] = [];
  let [folders, isCut] = [0, false];
  const walk = async (path: string, depth: number): Promise<void> => {
    signal.throwIfAborted();
    folders += 1;
    const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
      if (depth === 0 || !onUnreadable) throw cause;
      onUnreadable(path);
      return [];
    });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (files.length >= maxFiles || folders > mostFolders) {
        isCut = true;
        return;
      }
      const full = join(path, entry.name);
      if (entry.isDirectory()) {
        if (depth < maxDepth && !skipped.has(entry.name)) await walk(full, depth + 1);
      } else if (isDockerfileName(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && (await isFile(full)))))
        files.push(full);
    }
  };
  await walk(folder, 0);
  return { files, isCut };
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
