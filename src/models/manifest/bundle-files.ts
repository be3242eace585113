import { AppError, type Digest } from '#core';
import type { Descriptor, Manifest } from '#registry';
import { annotations, mediaTypes } from './media-types.ts';

/** One file of a bundle; `path` is relative to its `model/` folder. */
export interface BundleFile {
  readonly role: 'weights' | 'mmproj' | 'chatTemplate' | 'other';
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

const modelPackWeights = 'application/vnd.cncf.model.weight.v1.';
const archive = /\.(tar|tar\+gzip|tar\+zstd|tar\.gz)$/;

/**
 * Says which layer becomes which file (contract model-runner §4.4).
 * @throws AppError `model.unsupported` for packed weights, `model.invalid_file` for names that leave the bundle or collide
 */
export function bundleFiles(manifest: Manifest): readonly BundleFile[] {
  const weights = manifest.layers.filter((layer) => roleOf(layer) === 'weights').toSorted(byShard);
  const files = [
    ...weights.map((layer, index) => file(layer, 'weights', weightName(index, weights.length))),
    ...single(manifest, 'mmproj', 'model.mmproj'),
    ...single(manifest, 'chatTemplate', 'template.jinja'),
    ...manifest.layers.filter((layer) => roleOf(layer) === 'other').flatMap(annotated),
  ];
  refuseCollisions(files);
  return files;
}

/** Whether a layer holds GGUF weights or a projector, which are GGUF files as well. */
export function isGgufLayer(layer: Descriptor): boolean {
  const role = roleOf(layer);
  return role === 'weights' || role === 'mmproj';
}

function roleOf(layer: Descriptor): BundleFile['role'] {
  const { mediaType } = layer;
  const name = fileName(layer).toLowerCase();
  if (mediaType === mediaTypes.mmproj) return 'mmproj';
  if (mediaType === mediaTypes.chatTemplate) return 'chatTemplate';
  if (mediaType === mediaTypes.gguf) return 'weights';
  if (mediaType.startsWith(modelPackWeights)) {
    if (archive.test(mediaType)) throw packed(mediaType);
    const isGguf = mediaType === `${modelPackWeights}gguf` || name.endsWith('.gguf');
    if (isGguf) return name.includes('mmproj') ? 'mmproj' : 'weights';
  }
  return 'other';
}

function packed(mediaType: string): AppError {
  return new AppError(
    'model.unsupported',
    `The model's weights are packed as "${mediaType}", which cannot be run in place.`,
    {
      hint: 'Use a model whose layers are stored raw.',
      params: { actual: mediaType },
    },
  );
}

function fileName({ annotations: notes }: Descriptor): string {
  return notes?.[annotations.filepath]?.split('/').at(-1) ?? '';
}

function weightName(index: number, count: number): string {
  if (count === 1) return 'model.gguf';
  return `model-${String(index + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;
}

const shardNumber = /-(\d{5})-of-\d{5}\.gguf$/;

// Layers may come in any order; llama.cpp needs the shards in theirs. Sorting is stable for names that do not say.
function byShard(a: Descriptor, b: Descriptor): number {
  const [first, second] = [a, b].map((layer) => shardNumber.exec(fileName(layer))?.[1]);
  return first === undefined || second === undefined ? 0 : Number(first) - Number(second);
}

function single(manifest: Manifest, role: BundleFile['role'], path: string): BundleFile[] {
  const layer = manifest.layers.find((candidate) => roleOf(candidate) === role);
  return layer ? [file(layer, role, path)] : [];
}

// Layers without a path, such as licences, have no place in a bundle.
function annotated(layer: Descriptor): BundleFile[] {
  const path = layer.annotations?.[annotations.filepath];
  if (path === undefined || layer.mediaType === mediaTypes.licence) return [];
  return [file(layer, 'other', safePath(path))];
}

function file({ digest, size }: Descriptor, role: BundleFile['role'], path: string): BundleFile {
  return { role, path, digest, sizeBytes: size };
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
