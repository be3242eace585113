import { AppError, type Digest } from '#core';
import type { Descriptor, Manifest } from '#registry';
import { isStoredRaw, kindOf, packingOf, pathOf, weightName, type Compression } from './layer-kinds.ts';

/** One file of a bundle; `path` is relative to its `model/` folder. */
export interface BundleFile {
  /** An archive is unpacked into the folder; its own path is not used. */
  readonly role: 'weights' | 'mmproj' | 'chatTemplate' | 'other' | 'archive';
  readonly path: string;
  readonly digest: Digest;
  /** Of the blob. */
  readonly sizeBytes: number;
  /** How the blob is compressed; it is the file itself when absent. */
  readonly compression?: Compression | undefined;
}

/**
 * Says which layer becomes which file (contract model-runner §4.4).
 * @throws AppError `model.invalid_file` for names that leave the bundle or collide
 */
export function bundleFiles(manifest: Manifest): readonly BundleFile[] {
  const layers = manifest.layers.filter(isWanted);
  const single = layers.filter((layer) => packingOf(layer).form === 'file');
  const of = (kind: ReturnType<typeof kindOf>): Descriptor[] => single.filter((layer) => kindOf(layer) === kind);
  const ggufs = of('gguf').toSorted(byShard);
  const tensors = of('safetensors');
  const [template, ...moreTemplates] = of('chatTemplate');
  // Runtimes that load a folder look for the template under its own name.
  const isFolder = tensors.length > 0;
  const files = [
    ...ggufs.map((layer, index) => file(layer, 'weights', weightName('gguf', { index, count: ggufs.length }))),
    ...tensors.map((layer, index) =>
      file(layer, 'weights', ownPath(layer) ?? weightName('safetensors', { index, count: tensors.length })),
    ),
    ...of('dduf')
      .slice(0, 1)
      .map((layer) => file(layer, 'weights', 'model.dduf')),
    ...of('mmproj')
      .slice(0, 1)
      .map((layer) => file(layer, 'mmproj', 'model.mmproj')),
    ...(template
      ? [file(template, 'chatTemplate', (isFolder ? ownPath(template) : undefined) ?? 'template.jinja')]
      : []),
    ...[...of('file'), ...moreTemplates].flatMap(annotated),
    ...layers.filter((layer) => packingOf(layer).form === 'tar').map((layer) => file(layer, 'archive', '')),
  ];
  refuseCollisions(files.filter(({ role }) => role !== 'archive'));
  return files;
}

/** Whether a blob is GGUF weights or a projector, which are GGUF files as well. */
export function isGgufLayer(layer: Descriptor): boolean {
  const kind = kindOf(layer);
  return isStoredRaw(layer) && (kind === 'gguf' || kind === 'mmproj');
}

// Documents are for people: a packed one is left packed.
function isWanted(layer: Descriptor): boolean {
  return isStoredRaw(layer) || !layer.mediaType.startsWith('application/vnd.cncf.model.doc.');
}

const shardNumber = /-(\d{5})-of-\d{5}\.gguf$/;

// Layers may come in any order; llama.cpp needs the shards in theirs. Sorting is stable for names that do not say.
function byShard(a: Descriptor, b: Descriptor): number {
  const [first, second] = [a, b].map((layer) => shardNumber.exec(pathOf(layer) ?? '')?.[1]);
  return first === undefined || second === undefined ? 0 : Number(first) - Number(second);
}

function ownPath(layer: Descriptor): string | undefined {
  const path = pathOf(layer);
  return path === undefined ? undefined : safePath(path);
}

// Layers without a path have no place in a bundle.
function annotated(layer: Descriptor): BundleFile[] {
  const path = ownPath(layer);
  return path === undefined ? [] : [file(layer, 'other', path)];
}

function file(layer: Descriptor, role: BundleFile['role'], path: string): BundleFile {
  const { compression } = packingOf(layer);
  return { role, path, digest: layer.digest, sizeBytes: layer.size, ...(compression && { compression }) };
}

/** A path that stays inside its folder on every system. @throws AppError `model.invalid_file` */
export function safePath(path: string): string {
  const segments = path.split('/');
  const leaves = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  // eslint-disable-next-line no-control-regex
  if (leaves || /[\\\u0000-\u001f:]/.test(path) || path.length > 1024) {
    throw new AppError(
      'model.invalid_file',
      `The model names a file "${printable(path)}", which is not a safe relative path.`,
      {
        hint: 'Do not use this model: its publisher may mean harm.',
        params: { path: printable(path) },
      },
    );
  }
  return path;
}

function printable(path: string): string {
  return JSON.stringify(path.slice(0, 200)).slice(1, -1);
}

// Compared without case, since the store may lie on a file system that does not tell them apart.
function refuseCollisions(files: readonly BundleFile[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    const key = path.toLowerCase();
    const collides =
      seen.has(key) || [...seen].some((other) => other.startsWith(`${key}/`) || key.startsWith(`${other}/`));
    if (collides) {
      throw new AppError('model.invalid_file', `The model names the file "${path}" twice.`, { params: { path } });
    }
    seen.add(key);
  }
}
