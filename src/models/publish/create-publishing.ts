import { formatReference } from '#registry';
import { eventStream } from '../flow/event-stream.ts';
import { progressKey } from '../flow/progress.ts';
import type { ImportDeps } from '../import/local-file.ts';
import { huggingFaceRepository, isHuggingFace } from '../naming.ts';
import { publish } from '../pull/publish.ts';
import { notFound, type Resolved } from '../resolve.ts';
import type { IndexEntry, StoreIndex } from '../store/index-file.ts';
import { purgeStore } from '../store/purge.ts';
import type { Models } from '../types.ts';
import { deriveArtifact } from './derive.ts';
import { exportModel } from './export.ts';
import { loadModel } from './load.ts';
import { acquirePackage, readOriginal } from './package.ts';
import { pushTarget, pushToHuggingFace, pushToRegistry, type PushDeps } from './push.ts';
import { checkPackaging } from './request.ts';

export interface PublishingDeps extends ImportDeps, PushDeps {
  readonly defaultRegistry?: string | undefined;
  readonly resolve: (index: StoreIndex, text: string) => Resolved | undefined;
  /** @throws AppError `reference.invalid` */
  readonly fullTag: (text: string) => string;
}

type Publishing = Pick<Models, 'package' | 'repackage' | 'push' | 'load' | 'exportTar' | 'purge'>;

/** Everything that makes models here, or gives them away. */
export function createPublishing(deps: PublishingDeps): Publishing {
  const { store, defaultRegistry, resolve, fullTag } = deps;

  async function find(text: string): Promise<IndexEntry> {
    const found = resolve(await store.index(), text);
    if (!found) throw notFound(text);
    return found.entry;
  }

  return {
    package: (request, { signal }) =>
      eventStream(
        async (stream) => {
          checkPackaging(request);
          const tag = fullTag(request.target);
          const context = { ...stream, signal: AbortSignal.any([signal, stream.signal]) };
          const packageDeps = { ...deps, find: async (text: string) => (await find(text)).id };
          const done = await publish(store, () => acquirePackage(packageDeps, { request, tag }, context));
          stream.emit({ type: 'done', ...done });
        },
        { coalesce: progressKey },
      ),

    async repackage(source, { target, contextSize }) {
      const tag = fullTag(target);
      const { model } = await publish(store, async () => {
        const original = await readOriginal(store, (await find(source)).id);
        return { ...deriveArtifact(original, { files: [], contextSize }), tag, name: tag };
      });
      return model;
    },

    push: (text, { signal, bearerToken }) =>
      eventStream(
        async (stream) => {
          const reference = pushTarget(text, { defaultRegistry });
          const index = await store.index();
          const found = resolve(index, text);
          if (!found) throw notFound(text);
          const context = { ...stream, signal: AbortSignal.any([signal, stream.signal]), bearerToken };
          const { entry } = found;
          const model = isHuggingFace(reference)
            ? await pushToHuggingFace(deps, { repository: huggingFaceRepository(text), entry }, context)
            : await pushToRegistry(deps, { reference, entry, index }, context);
          stream.emit({ type: 'done', model, tag: formatReference(reference), cached: false });
        },
        { coalesce: progressKey },
      ),

    async load(tar, { signal, tag: wanted }) {
      const tag = wanted === undefined ? undefined : fullTag(wanted);
      return { model: await loadModel(store, tar, { signal, tag }), tag };
    },

    exportTar: async (text) => await exportModel(store, await find(text)),

    purge: () => store.locked(() => purgeStore(store.paths)),
  };
}
