import { AppError, type Digest } from '#core';
import { readGgufFile } from './gguf/read-header.ts';
import { bundleFiles, type BundleFile } from './manifest/bundle-files.ts';
import { notFound } from './resolve.ts';
import { ensureBundle, type BundlePaths } from './store/bundle.ts';
import type { Store } from './store/store.ts';
import type { GgufHeader, ModelBundle } from './types.ts';

const keptHeaders = 64;

/** Hands out verified files of models; headers are read once per content. */
export function createBundles(store: Store): (id: Digest) => Promise<ModelBundle> {
  const headers = new Map<Digest, GgufHeader>();

  async function headerOf(id: Digest, weightPaths: readonly string[]): Promise<GgufHeader> {
    const kept = headers.get(id);
    if (kept) return kept;
    const files = await Promise.all(weightPaths.map((path) => readGgufFile(path)));
    const [first] = files;
    if (!first) throw new RangeError('a bundle has weights');
    const parameterCount = files.reduce((sum, { header }) => sum + (header.parameterCount ?? 0), 0);
    const header = { ...first.header, parameterCount };
    headers.set(id, header);
    for (const oldest of headers.keys()) {
      if (headers.size <= keptHeaders) break;
      headers.delete(oldest);
    }
    return header;
  }

  return async (id) => {
    const { files, paths, config } = await store.locked(async (index) => {
      if (!index.some((entry) => entry.id === id)) throw notFound(id);
      const record = await store.record(id);
      const planned = bundleFiles(record.manifest);
      refuseWithoutWeights(planned, { id, format: record.config.format });
      const made = await ensureBundle(store.paths, { id, files: planned, config: record.config });
      return { files: planned, paths: made, config: record.config };
    });
    const weights = pathsOf('weights', { files, paths });
    const [modelPath] = weights;
    if (modelPath === undefined) throw new RangeError('a bundle has weights');
    const [mmprojPath] = pathsOf('mmproj', { files, paths });
    const [chatTemplatePath] = pathsOf('chatTemplate', { files, paths });
    return {
      id,
      modelPath,
      mmprojPath,
      chatTemplatePath,
      config,
      header: await headerOf(id, weights),
      weightBytes: files.reduce((sum, { role, sizeBytes }) => sum + (role === 'weights' ? sizeBytes : 0), 0),
    };
  };
}

function pathsOf(
  role: BundleFile['role'],
  { files, paths }: { files: readonly BundleFile[]; paths: BundlePaths },
): readonly string[] {
  return files.filter((file) => file.role === role).flatMap((file) => paths.get(file) ?? []);
}

function refuseWithoutWeights(files: readonly BundleFile[], { id, format }: { id: Digest; format: string }): void {
  if (files.some(({ role }) => role === 'weights')) return;
  throw new AppError('model.unsupported', `Model ${id} holds ${format} weights; only GGUF can be run here.`, {
    hint: 'Pull a GGUF build of the same model.',
    params: { id, actual: format, supported: 'gguf' },
  });
}
