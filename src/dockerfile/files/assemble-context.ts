import { basename } from 'node:path';
import { readServices } from '../beside.ts';
import type { ProjectContext } from '../context/project.ts';

/** How far rules look around a Dockerfile. */
export const contextLimits = {
  depth: 6,
  maxEntries: 5000,
  maxTextBytes: 256 * 1024,
  /** Their names say what they are; rules need no look inside. */
  closed: new Set(['.git', 'node_modules', 'target', '.venv', 'venv', '__pycache__', '.hg', '.terraform', 'vendor']),
} as const satisfies { readonly closed: ReadonlySet<string>; readonly [name: string]: unknown };

const telling = /^(?:package\.json|requirements(?:[.-]\w+)?\.txt|Cargo\.toml|.*\.sh|docker-entrypoint.*|entrypoint.*)$/;
const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'] as const;
const deepestText = 3;

/** Paths are relative to the folder; those of folders end with `/`. */
export interface ListedFolder {
  readonly entries: readonly { readonly path: string; readonly kind: string; readonly sizeBytes: number }[];
  readonly isCut: boolean;
}

export interface FolderFacts extends Omit<ProjectContext, 'dockerignore' | 'services'> {
  readonly paths: readonly string[];
  /** The Compose file, where there is one. */
  readonly compose: string | undefined;
}

/** A small file; undefined when there is none, or when it cannot be read. */
export type ReadSmallFile = (path: string) => Promise<{ readonly text: string; readonly mode: number } | undefined>;

/** What a folder tells about the Dockerfiles in it. */
export async function folderFacts({ entries, isCut }: ListedFolder, read: ReadSmallFile): Promise<FolderFacts> {
  const texts: Record<string, string> = {};
  const executables: string[] = [];
  const files = entries.filter(({ kind }) => kind === 'file');
  for (const { path } of files) {
    if (path.split('/').length > deepestText || !telling.test(basename(path))) continue;
    const content = await read(path);
    if (!content) continue;
    texts[path] = content.text;
    if ((content.mode & 0o111) !== 0) executables.push(path);
  }
  const paths = entries.map(({ path }) => path);
  let compose: string | undefined;
  for (const name of composeFiles) {
    if (compose === undefined && (isCut || paths.includes(name))) compose = (await read(name))?.text;
  }
  const sizesBytes = Object.fromEntries(files.map(({ path, sizeBytes }) => [path, sizeBytes]));
  return { paths, isCut, sizesBytes, texts, executables, compose };
}

export async function contextOf(
  { compose, ...facts }: FolderFacts,
  { dockerfile, dockerignore }: { readonly dockerfile: string; readonly dockerignore: string | undefined },
): Promise<ProjectContext> {
  const services = compose === undefined ? [] : await readServices(compose, basename(dockerfile));
  return { ...facts, dockerignore, services };
}
