import { readFile } from 'node:fs/promises';
import type { Digest } from '#core';
import type { ImportDeps } from '../import/local-file.ts';
import { buildArtifact } from '../manifest/build.ts';
import { buildModelPack } from '../manifest/build-model-pack.ts';
import type { Acquired, PullContext } from '../pull/context.ts';
import type { Store } from '../store/store.ts';
import type { PackagingRequest } from '../types.ts';
import { deriveArtifact, type Original } from './derive.ts';
import { gatherExtras, gatherWeights } from './gather.ts';
import { takeInAll } from './take-in.ts';

/** Dates of files differ from machine to machine; a model made of files has none of its own. */
const noDate = new Date(0);

export interface PackageDeps extends ImportDeps {
  /** @throws AppError `model.not_found` */
  readonly find: (reference: string) => Promise<Digest>;
}

/** Brings the files of a new model into the store and builds its manifest. The same files give the same bytes. */
export async function acquirePackage(
  deps: PackageDeps,
  { request, tag }: { request: PackagingRequest; tag: string },
  context: PullContext,
): Promise<Acquired> {
  const { source, contextSize, format } = request;
  const extras = await gatherExtras(request);
  if (source.kind === 'model') {
    const original = await readOriginal(deps.store, await deps.find(source.reference));
    const files = await takeInAll(deps, extras, context);
    const { manifest, config } = deriveArtifact(original, { files, contextSize, format });
    return { manifest, config, tag, name: tag };
  }
  const { ingredients, config: described, layout } = await gatherWeights(source);
  const files = await takeInAll(deps, [...ingredients, ...extras], context);
  const config = { ...described, ...(contextSize === undefined ? {} : { context_size: contextSize }) };
  const build = format === 'cncf' ? buildModelPack : buildArtifact;
  const artifact = build(files, { config, created: noDate, layout });
  return { manifest: artifact.manifest, config: artifact.config, tag, name: tag };
}

export async function readOriginal(store: Store, id: Digest): Promise<Original> {
  const record = await store.record(id);
  const [manifestBytes, configBytes] = await Promise.all([
    readFile(store.paths.manifest(id)),
    readFile(store.paths.blob(record.manifest.config.digest)),
  ]);
  return { ...record, manifestBytes, configBytes };
}
