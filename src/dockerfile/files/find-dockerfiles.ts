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

/** The Dockerfiles in a folder and below, sorted, so that reports are the same everywhere. */
export async function findDockerfiles(folder: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const walk = async (path: string, depth: number): Promise<void> => {
    signal.throwIfAborted();
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length >= maxFiles) return;
      const full = join(path, entry.name);
      if (entry.isDirectory()) {
        if (depth < maxDepth && !skipped.has(entry.name)) await walk(full, depth + 1);
      } else if (isDockerfileName(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && (await isFile(full)))))
        found.push(full);
    }
  };
  await walk(folder, 0);
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
