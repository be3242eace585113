import type { FolderBody } from '#contract';

type Entry = FolderBody['entries'][number];

/** What is typed, as a shell completes it: the folder to list, and what names in it begin with. */
export function splitPath(typed: string): { readonly folder: string; readonly begins: string } {
  if (!typed.startsWith('/')) return { folder: '/', begins: '' };
  const at = typed.lastIndexOf('/');
  return { folder: typed.slice(0, at).replace(/\/+$/, '') || '/', begins: typed.slice(at + 1) };
}

/** A folder's name ends with a slash: what is in it is listed next. */
export function pathOf(folder: string, { name, kind }: Entry): string {
  return `${folder === '/' ? '' : folder}/${name}${kind === 'folder' ? '/' : ''}`;
}

export function parentFolder(folder: string): string {
  const parent = splitPath(folder).folder;
  return parent === '/' ? '/' : `${parent}/`;
}

export interface Wish {
  readonly kind: 'folder' | 'file';
  /** What names of wanted files end with, in lower case; undefined is any. */
  readonly endings: readonly string[] | undefined;
  readonly begins: string;
}

/** What of a folder is shown. Hidden names are shown to those who type the dot. */
export function shownEntries(entries: readonly Entry[], { kind, endings, begins }: Wish): readonly Entry[] {
  const start = begins.toLowerCase();
  return entries.filter((entry) => {
    const name = entry.name.toLowerCase();
    if (!name.startsWith(start) || (name.startsWith('.') && !start.startsWith('.'))) return false;
    if (entry.kind === 'folder') return true;
    return kind === 'file' && (endings?.some((ending) => name.endsWith(ending)) ?? true);
  });
}

/** Where a key leads in a list; undefined for keys that lead nowhere. */
export function steppedTo(key: string, { at, count }: { at: number; count: number }): number | undefined {
  const last = Math.max(count - 1, 0);
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, last);
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
