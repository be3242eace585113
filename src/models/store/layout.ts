import { mkdir, readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, errorCodeOf, writeFileAtomic } from '#core';
import type { StorePaths } from './paths.ts';

const layoutFile = z.object({ version: z.string() });
const version = '1.0.0';

/**
 * Makes an empty folder a store, and accepts a store.
 * @throws AppError `store.corrupt` for a folder of something else, or a layout this version does not know
 */
export async function prepareLayout(paths: StorePaths): Promise<void> {
  await mkdir(paths.root, { recursive: true });
  const found = await readLayout(paths);
  if (found === undefined) {
    await refuseForeign(paths);
    await writeFileAtomic(paths.layout, `${JSON.stringify({ version })}\n`);
  } else if (!found.startsWith('1.')) {
    throw new AppError('store.corrupt', `The model store ${paths.root} has layout ${found}; this version reads 1.x.`, {
      hint: 'Use a newer version, or set MODELS_PATH to another folder.',
      params: { path: paths.root, layout: found },
    });
  }
  for (const folder of [paths.blobs, paths.manifests, paths.bundles, paths.locks]) {
    await mkdir(folder, { recursive: true });
  }
}

async function readLayout(paths: StorePaths): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(paths.layout, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = layoutFile.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data.version;
  throw new AppError('store.corrupt', `The file ${paths.layout} is not readable as a model store's layout.`, {
    hint: `If ${paths.root} is a model store, write {"version":"${version}"} into that file.`,
    params: { path: paths.layout },
  });
}

// Temporary files of a first start that died before it wrote the layout are ours.
const ownLeftover = /^(layout\.json\..*\.tmp|locks|blobs|manifests|bundles)$/;

async function refuseForeign(paths: StorePaths): Promise<void> {
  const foreign = (await readdir(paths.root)).find((name) => !ownLeftover.test(name));
  if (foreign === undefined) return;
  throw new AppError(
    'store.corrupt',
    `The folder ${paths.root} is not a model store: it holds "${foreign}" and no layout.json.`,
    {
      hint: 'Set MODELS_PATH to an empty folder or to a model store.',
      params: { path: paths.root, found: foreign },
    },
  );
}

export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
