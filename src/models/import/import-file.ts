import { basename } from 'node:path';
import { formatSize } from '#core';
import { createProgress } from '../flow/progress.ts';
import { readGgufFile } from '../gguf/read-header.ts';
import { buildArtifact, configFromGguf, type ArtifactFile } from '../manifest/build.ts';
import type { Acquired, PullContext } from '../pull/context.ts';
import { hashFile } from './hash-file.ts';
import { describeFile, realFile, takeIn, type ImportDeps } from './local-file.ts';
import { modelFiles } from './shards.ts';

/** Takes a GGUF on this disk, with its shards, into the store. The file's own date is the model's. */
export async function acquireFromFile(
  deps: ImportDeps,
  { path, tag }: { path: string; tag: string },
  context: PullContext,
): Promise<Acquired> {
  const local = await Promise.all((await modelFiles(await realFile(path))).map(describeFile));
  // Headers first: a file that is not a model is refused before anything is read whole.
  const headers = await Promise.all(local.map((file) => readGgufFile(file.path)));
  const totalBytes = local.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const progress = createProgress({ clock: deps.clock, emit: context.emit, totalBytes });
  const files: ArtifactFile[] = [];
  for (const file of local) {
    context.emit({ type: 'status', message: `Checking ${basename(file.path)} (${formatSize(file.sizeBytes)})` });
    const onProgress = progress.layer(basename(file.path), file.sizeBytes);
    const digest = await hashFile(file.path, { signal: context.signal, onProgress });
    await takeIn(deps, { file, digest }, context);
    files.push({ kind: 'gguf', name: basename(file.path), digest, sizeBytes: file.sizeBytes });
  }
  const created = new Date(Math.floor(Math.max(...local.map(({ modifiedMs }) => modifiedMs)) / 1000) * 1000);
  const artifact = buildArtifact(files, { config: configFromGguf(headers), created });
  return { manifest: artifact.manifest, config: artifact.config, tag, name: tag };
}
