import type { ContainerFilesBody } from '#contract';
import type { FileChange } from '#docker';
import type { TarEntry } from '#images';

type Entry = ContainerFilesBody['entries'][number];
export type ListedFile = Omit<Entry, 'change'>;
type Found = Pick<TarEntry, 'path' | 'kind' | 'sizeBytes' | 'linkTarget'>;

/** So many entries of one folder are as many as somebody looks at. */
export const mostEntries = 5000;

const kinds = { file: 'file', folder: 'folder', symlink: 'link', link: 'file', other: 'other' } as const;

/** An absolute path without `.`, `..` and empty parts. */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The folder above; null for the root. */
export function parentOf(path: string): string | null {
  return path === '/' ? null : plainPath(`${path}/..`);
}

/** What stands in a folder itself, from the tar that the Engine makes of all below it; paths begin in the folder. */
export function createFolder(): {
  /** Whether there is room for more. */
  add(found: Found): boolean;
  entries(): readonly ListedFile[];
} {
  const all = new Map<string, ListedFile>();
  return {
    add({ path, kind, sizeBytes, linkTarget }) {
      const [name = '', ...below] = path.split('/');
      if (name === '' || name === '.') return true;
      const isItself = below.length === 0;
      if (!isItself && all.has(name)) return true;
      all.set(
        name,
        isItself
          ? {
              name,
              kind: kinds[kind],
              sizeBytes: kind === 'file' ? sizeBytes : null,
              target: kind === 'symlink' ? linkTarget : null,
            }
          : { name, kind: 'folder', sizeBytes: null, target: null },
      );
      return all.size < mostEntries;
    },
    entries: () => [...all.values()],
  };
}

/** With what became of them since the container was made; what is gone since then is among them. Folders come first. */
export function withChanges(
  files: readonly ListedFile[],
  { path, changes }: { path: string; changes: readonly FileChange[] },
): Entry[] {
  const before = path === '/' ? '/' : `${path}/`;
  const changed = new Map<string, FileChange['change']>();
  for (const one of changes) {
    const [name = '', ...below] = one.path.startsWith(before) ? one.path.slice(before.length).split('/') : [];
    if (name !== '') changed.set(name, below.length === 0 ? one.change : (changed.get(name) ?? 'modified'));
  }
  const names = new Set(files.map(({ name }) => name));
  const gone = [...changed].flatMap(([name, change]): Entry[] =>
    change === 'deleted' && !names.has(name) ? [{ name, kind: 'other', sizeBytes: null, target: null, change }] : [],
  );
  const here = files.map((one): Entry => ({ ...one, change: changed.get(one.name) ?? null }));
  return [...here, ...gone].toSorted(
    (one, other) => Number(other.kind === 'folder') - Number(one.kind === 'folder') || (one.name < other.name ? -1 : 1),
  );
}
