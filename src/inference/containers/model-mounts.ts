import { readdir } from 'node:fs/promises';
import { basename, dirname, join, posix, relative } from 'node:path';
import type { Mount } from '#docker';
import type { ModelBundle } from '#models';
import type { RunnerPlan } from '../types.ts';

export const modelFolder = '/model';
export const draftFolder = '/draft';
export const socketFolder = '/run/gantry';
export const containerSocket = `${socketFolder}/r.sock`;

/** The files of a plan's models, each alone and read-only; nothing else of the store is seen. */
export async function modelMounts({ bundle, draft }: Pick<RunnerPlan, 'bundle' | 'draft'>): Promise<readonly Mount[]> {
  const mounts = await bundleMounts(bundle, modelFolder);
  return draft === undefined ? mounts : [...mounts, ...(await bundleMounts(draft, draftFolder))];
}

async function bundleMounts(bundle: ModelBundle, folder: string): Promise<readonly Mount[]> {
  const files = await filesOf(bundle);
  return files.map((path) => ({
    Type: 'bind',
    Source: path,
    Target: placeOf(path, { bundle, folder }),
    ReadOnly: true,
  }));
}

async function filesOf({
  directory,
  modelPath,
  mmprojPath,
  chatTemplatePath,
}: ModelBundle): Promise<readonly string[]> {
  if (directory !== undefined) {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    // Where hard links cannot be made, files are symbolic links to blobs; a mount follows them.
    return entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  }
  const shard = /^(.*-)\d{5}(-of-\d{5}\.gguf)$/.exec(basename(modelPath));
  const siblings = shard ? await readdir(dirname(modelPath)) : [];
  const weights = shard
    ? siblings
        .filter((name) => name.startsWith(shard[1] ?? '') && name.endsWith(shard[2] ?? ''))
        .map((name) => join(dirname(modelPath), name))
    : [modelPath];
  return [...weights, ...[mmprojPath, chatTemplatePath].filter((path) => path !== undefined)];
}

/** Where a file of a bundle is in the container. */
export function placeOf(path: string, { bundle, folder }: { bundle: ModelBundle; folder: string }): string {
  const { directory } = bundle;
  const inside = directory === undefined ? basename(path) : relative(directory, path);
  return posix.join(folder, ...inside.split(/[\\/]/));
}

/** The plan as a program in the container sees it. */
export function planInside(plan: RunnerPlan): RunnerPlan {
  const { bundle, draft } = plan;
  return {
    ...plan,
    bundle: bundleInside(bundle, modelFolder),
    ...(draft && { draft: bundleInside(draft, draftFolder) }),
    socket: containerSocket,
  };
}

function bundleInside(bundle: ModelBundle, folder: string): ModelBundle {
  const inside = (path: string | undefined): string | undefined => path && placeOf(path, { bundle, folder });
  return {
    ...bundle,
    modelPath: placeOf(bundle.modelPath, { bundle, folder }),
    ...(bundle.directory !== undefined && { directory: folder }),
    mmprojPath: inside(bundle.mmprojPath),
    chatTemplatePath: inside(bundle.chatTemplatePath),
  };
}
