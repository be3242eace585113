import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type Digest } from '#core';
import { listFolder } from './list-folder.ts';
import { bundleFiles, type BundleFile } from './manifest/bundle-files.ts';
import { classifyFile } from './manifest/classify.ts';
import { notFound } from './resolve.ts';
import { ensureBundle, type BundlePaths } from './store/bundle.ts';
import type { Store } from './store/store.ts';
import { readWeightHeader } from './weight-header.ts';
import type { BundleOptions, GgufHeader, ModelBundle, ModelConfig } from './types.ts';

const keptHeaders = 64;

/** Hands out verified files of models; headers are read once per content. */
export function createBundles(store: Store): (id: Digest, options?: BundleOptions) => Promise<ModelBundle> {
  const headers = new Map<Digest, GgufHeader>();

  async function headerOf(id: Digest, { weights, config }: { weights: readonly string[]; config: ModelConfig }) {
    const kept = headers.get(id);
    if (kept) return kept;
    const header = await readWeightHeader(weights, config);
    headers.set(id, header);
    for (const oldest of headers.keys()) {
      if (headers.size <= keptHeaders) break;
      headers.delete(oldest);
    }
    return header;
  }

  return async (id, { formats = ['gguf'] } = {}) => {
    const { files, paths, config } = await store.locked(async (index) => {
      if (!index.some((entry) => entry.id === id)) throw notFound(id);
      const record = await store.record(id);
      const planned = bundleFiles(record.manifest);
      if (!formats.includes(record.config.format)) throw notRunnable({ id, format: record.config.format, formats });
      const made = await ensureBundle(store.paths, { id, files: planned, config: record.config });
      return { files: planned, paths: made, config: record.config };
    });
    const weights = files.some(({ role }) => role === 'archive')
      ? await weightsIn(join(store.paths.bundle(id), 'model'), config.format)
      : pathsOf('weights', { files, paths });
    const [modelPath] = weights;
    if (modelPath === undefined) throw notRunnable({ id, format: config.format, formats });
    const [mmprojPath] = pathsOf('mmproj', { files, paths });
    const [chatTemplatePath] = pathsOf('chatTemplate', { files, paths });
    const sizes = await Promise.all(weights.map(async (path) => (await stat(path)).size));
    return {
      id,
      modelPath,
      ...(config.format === 'safetensors' && { directory: join(store.paths.bundle(id), 'model') }),
      mmprojPath,
      chatTemplatePath,
      config,
      header: await headerOf(id, { weights, config }),
      weightBytes: sizes.reduce((sum, size) => sum + size, 0),
    };
  };
}

function pathsOf(
  role: BundleFile['role'],
  { files, paths }: { files: readonly BundleFile[]; paths: BundlePaths },
): readonly string[] {
  return files.filter((file) => file.role === role).flatMap((file) => paths.get(file) ?? []);
}

// What an archive holds is known when it is unpacked.
async function weightsIn(folder: string, format: ModelConfig['format']): Promise<readonly string[]> {
  const kind = format === 'diffusers' ? 'dduf' : format;
  return (await listFolder(folder)).filter((path) => classifyFile(path) === kind).map((path) => join(folder, path));
}

function notRunnable({ id, format, formats }: { id: Digest; format: string; formats: readonly string[] }): AppError {
  const supported = formats.map((name) => (name === 'gguf' ? 'GGUF' : name)).join(' and ');
  return new AppError('model.unsupported', `Model ${id} holds ${format} weights; only ${supported} can be run here.`, {
    hint: 'Pull a GGUF build of the same model.',
    params: { id, actual: format, supported: formats.join(', ') },
  });
}
