import type { HuggingFaceFile } from '../types.ts';
import { parseGgufName } from './quantization.ts';

/** One loadable GGUF: a single file, or the shards of one. */
export interface GgufGroup {
  readonly key: string;
  readonly quantization: string;
  readonly stem: string;
  readonly identity: string;
  readonly files: readonly HuggingFaceFile[];
  readonly sizeBytes: number;
  readonly shardCount: number;
  /** Shard numbers that the repository should have and has not. */
  readonly missing: readonly number[];
}

/** Sorts a repository's GGUF files into models and vision projectors; importance matrices and vocabularies are neither. */
export function groupGgufs(files: readonly HuggingFaceFile[]): { groups: GgufGroup[]; projectors: GgufGroup[] } {
  const byKey = new Map<string, HuggingFaceFile[]>();
  const sorted = files
    .filter(({ path }) => isGguf(path) && !isAuxiliary(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of sorted) {
    const key = groupKey(file.path);
    byKey.set(key, [...(byKey.get(key) ?? []), file]);
  }
  const all = [...byKey].map(([key, members]) => toGroup(key, members));
  return { groups: all.filter(({ key }) => !isProjector(key)), projectors: all.filter(({ key }) => isProjector(key)) };
}

function toGroup(key: string, members: readonly HuggingFaceFile[]): GgufGroup {
  const first = parseGgufName(members[0]?.path ?? key);
  const shardCount = first.shard?.count ?? 1;
  const present = new Set(members.map(({ path }) => parseGgufName(path).shard?.index ?? 1));
  // A listing cannot make us count further than it has files for, give or take the gap itself.
  const countable = Math.min(shardCount, members.length + 1000);
  return {
    key,
    quantization: first.quantization ?? first.stem,
    stem: first.stem,
    identity: first.identity,
    files: members.toSorted((a, b) => shardIndex(a) - shardIndex(b)),
    sizeBytes: members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    shardCount,
    missing: Array.from({ length: countable }, (_, at) => at + 1).filter((index) => !present.has(index)),
  };
}

/** Folder, name and number of shards: what the files of one set have in common. */
function groupKey(path: string): string {
  return path.replace(/\.gguf$/i, '').replace(/-\d{5}-of-(\d{5})$/, '-of-$1');
}

function shardIndex({ path }: HuggingFaceFile): number {
  return parseGgufName(path).shard?.index ?? 1;
}

function isGguf(path: string): boolean {
  return path.toLowerCase().endsWith('.gguf');
}

function isProjector(key: string): boolean {
  return /(?:^|[-._/ ])mmproj(?:$|[-._ ])/i.test(baseName(key));
}

// `-imat` after the tag marks a quantization made with a matrix; `imatrix` in place of the tag is the matrix itself.
function isAuxiliary(path: string): boolean {
  const base = baseName(path);
  if (/^ggml-vocab-/i.test(base)) return true;
  return /(?:^|[-._ ])imatrix(?:$|[-._ ])/i.test(base) && parseGgufName(base).quantization === undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
