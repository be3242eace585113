import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, errorCodeOf, writeFileAtomic, type Digest } from '#core';
import type { BundleFile } from '../manifest/bundle-files.ts';
import type { ModelConfig } from '../types.ts';
import type { StorePaths } from './paths.ts';
import { decompressTo } from './decompress.ts';
import { missingLayers } from './store.ts';
import { unpackTar } from './unpack-tar.ts';

export interface BundlePlan {
  readonly id: Digest;
  readonly files: readonly BundleFile[];
  readonly config: ModelConfig;
  /** Ways to give a blob a second name, best first; those of this disk when absent. */
  readonly links?: readonly ((blob: string, target: string) => Promise<void>)[] | undefined;
}

/** Absolute path of each bundle file; an archive has the folder that it was unpacked into. */
export type BundlePaths = ReadonlyMap<BundleFile, string>;

/**
 * Makes sure the unpacked view of a model exists and is whole (contract model-runner §4.4). Files are hard links to blobs,
 * symbolic links where those cannot be made, and the blobs themselves where neither can. Nothing is copied but what is packed.
 * Must run while the index is locked, so that no removal overlaps.
 * @throws AppError `model.invalid_file` for a blob that is gone or has the wrong size
 */
export async function ensureBundle(paths: StorePaths, plan: BundlePlan): Promise<BundlePaths> {
  await refuseIncomplete(paths, plan);
  const root = paths.bundle(plan.id);
  if (await isWhole(paths, plan)) return inside(root, plan);
  const temporary = `${root}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    if (!(await linkAll(paths, plan, temporary))) return withoutLinks(paths, plan);
    await writeFileAtomic(join(temporary, 'config.json'), JSON.stringify(plan.config));
    await rm(root, { recursive: true, force: true });
    await rename(temporary, root);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return inside(root, plan);
}

async function refuseIncomplete(paths: StorePaths, { id, files }: BundlePlan): Promise<void> {
  const sizes = files.map(({ digest, sizeBytes }) => ({ digest, size: sizeBytes }));
  const [missing] = await missingLayers(paths, sizes);
  if (missing === undefined) return;
  throw new AppError(
    'model.invalid_file',
    `The file ${missing} of model ${id} is missing from the store or has the wrong size.`,
    {
      hint: 'Pull the model again; what is sound is kept.',
      params: { id, digest: missing },
    },
  );
}

function inside(root: string, { files }: BundlePlan): BundlePaths {
  return new Map(files.map((file) => [file, join(root, 'model', file.path)]));
}

async function isWhole(paths: StorePaths, { id, files }: BundlePlan): Promise<boolean> {
  try {
    await lstat(join(paths.bundle(id), 'config.json'));
    for (const file of files) {
      // Put in place as a whole, after everything was unpacked to its end.
      if (file.role === 'archive') continue;
      const linked = await stat(join(paths.bundle(id), 'model', file.path));
      if (file.compression) continue;
      const blob = await stat(paths.blob(file.digest));
      if (linked.ino !== blob.ino || linked.dev !== blob.dev) return false;
    }
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function linkAll(
  paths: StorePaths,
  { files, links = [link, symlink] }: BundlePlan,
  folder: string,
): Promise<boolean> {
  await mkdir(join(folder, 'model'), { recursive: true });
  for (const { role, path, digest, compression } of files) {
    if (role === 'archive') {
      await unpackTar({ path: paths.blob(digest), compression }, join(folder, 'model'));
      continue;
    }
    const target = join(folder, 'model', path);
    if (compression) {
      await decompressTo(target, { path: paths.blob(digest), compression });
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    if (!(await linkOne(links, { blob: paths.blob(digest), target }))) return false;
  }
  return true;
}

const cannotLink = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV', 'ENOSYS', 'EACCES']);

async function linkOne(
  links: NonNullable<BundlePlan['links']>,
  { blob, target }: { blob: string; target: string },
): Promise<boolean> {
  for (const make of links) {
    try {
      await make(blob, target);
      return true;
    } catch (error) {
      if (!cannotLink.has(errorCodeOf(error) ?? '')) throw error;
    }
  }
  return false;
}

// A runtime finds the other files by name, which blobs do not have.
function withoutLinks(paths: StorePaths, { id, files }: BundlePlan): BundlePaths {
  const isFolder = files.some(
    ({ role, path, compression }) => role === 'archive' || compression !== undefined || path.endsWith('.safetensors'),
  );
  if (isFolder || files.filter(({ role }) => role === 'weights').length > 1) {
    throw new AppError('model.unsupported', `The model store's file system has no links, which model ${id} needs.`, {
      hint: 'Set MODELS_PATH to a folder on another file system.',
      params: { id },
    });
  }
  return new Map(files.map((file) => [file, paths.blob(file.digest)]));
}
