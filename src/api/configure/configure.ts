import { AppError, createMutex, toAppError, type Digest } from '#core';
import { backendOf, type RunnerMode } from '#inference';
import type { Model } from '#models';
import type { RouteDeps } from '../route-sets.ts';
import { applyPatch, type ModelSettings, type Place } from './apply-patch.ts';
import { checkForBackend } from './check-for-backend.ts';
import type { ConfigurePatch } from './read-patch.ts';
import { rowsOf } from './show.ts';

export type ConfigureDeps = Pick<RouteDeps, 'models' | 'inference' | 'settings' | 'daemon' | 'log'>;

export interface Configurer {
  /**
   * Stores what a patch says, once all of it is checked, and begins to load the model.
   * @throws AppError `request.invalid`, `model.not_found`, `inference.busy`, `inference.unsupported`, `inference.out_of_memory`
   */
  configure(patch: ConfigurePatch, options: { backend: string | undefined }): Promise<void>;
  /** What is configured, of all models or of one. */
  list(reference: string | undefined): Promise<ReturnType<typeof rowsOf>>;
}

export function createConfigurer(deps: ConfigureDeps): Configurer {
  const { models, inference, settings, daemon } = deps;
  const log = deps.log.child({ component: 'configure' });
  const mutex = createMutex();

  async function keysOf(id: Digest): Promise<readonly string[]> {
    const keys = Object.keys(settings.current().modelSettings);
    const ids = await Promise.all(keys.map((key) => idOf(key)));
    return keys.filter((_, index) => ids[index] === id);
  }

  async function idOf(reference: string): Promise<Digest | undefined> {
    try {
      return (await models.get(reference)).id;
    } catch (error) {
      // Settings may come before the model does.
      if (error instanceof AppError && error.code === 'model.not_found') return undefined;
      throw error;
    }
  }

  /** Plans every mode that the change concerns: the one it is for, and those that run. */
  async function check(model: Model, modes: readonly RunnerMode[], modelSettings: ModelSettings): Promise<void> {
    for (const mode of modes) {
      const { replacesBusy } = await inference.preview(model.id, mode, modelSettings);
      if (!replacesBusy) continue;
      throw new AppError('inference.busy', 'runner already active', {
        hint: `Wait until the requests to ${model.tags[0] ?? model.id} have ended, then try again.`,
        params: { model: model.tags[0] ?? model.id, mode },
      });
    }
  }

  async function modesOf(model: Model, patch: ConfigurePatch): Promise<readonly RunnerMode[]> {
    if (patch.mode !== undefined) return [patch.mode];
    const running = inference.running().filter(({ modelId }) => modelId === model.id);
    return [...new Set([await ownMode(model), ...running.map(({ mode }) => mode)])];
  }

  /** What a model is for, when nobody says. */
  async function ownMode({ id, config }: Model): Promise<RunnerMode> {
    if (config.format !== 'gguf') return 'completion';
    const { pooling } = (await models.bundle(id)).header;
    if (pooling === 'rank') return 'reranking';
    return pooling === 'mean' || pooling === 'cls' ? 'embedding' : 'completion';
  }

  async function preload(model: Model, mode: RunnerMode): Promise<void> {
    try {
      const { effective } = await inference.preview(model.id, mode, settings.current().modelSettings);
      // Unloaded after each request: loaded for none it would only come and go.
      if (effective.keepAliveMs.value === 0) return;
      const loaded = await inference.preload({ model: model.id, mode, signal: daemon.stopping });
      log.info(loaded ? 'configured model loaded' : 'no memory to load the configured model ahead', {
        model: model.tags[0] ?? model.id,
        mode,
      });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (daemon.stopping.aborted) return;
      log.warn('the configured model could not be loaded ahead', { model: model.id, mode, error });
    }
  }

  return {
    async configure(patch, { backend: named }) {
      const model = await models.get(patch.model);
      const backend = backendOf(model.config.format);
      checkBackendName(named, { backend, model: patch.model });
      checkForBackend(backend, patch);
      await mutex.run(async () => {
        const place: Place = { keys: await keysOf(model.id), newKey: model.tags[0] ?? model.id };
        const { modelSettings, changes } = applyPatch(settings.current().modelSettings, patch, place);
        if (changes.length === 0) return;
        await check(model, await modesOf(model, patch), modelSettings);
        await settings.change(changes);
      });
      void preload(model, patch.mode ?? (await ownMode(model)));
    },

    async list(reference) {
      const wanted = reference === undefined ? undefined : (await models.get(reference)).id;
      const given = Object.entries(settings.current().modelSettings);
      const rows = (await models.list())
        .filter(({ id }) => wanted === undefined || id === wanted)
        .map(async (model) => {
          const keys = await keysOf(model.id);
          return rowsOf(
            model,
            given.flatMap(([key, wishes]) => (keys.includes(key) ? [wishes] : [])),
          );
        });
      return (await Promise.all(rows)).flat();
    },
  };
}

const known = new Set(['llama.cpp', 'vllm', 'mlx', 'sglang', 'diffusers']);

/** A path may name the backend that runs the model anyway. */
function checkBackendName(named: string | undefined, { backend, model }: { backend: string; model: string }): void {
  if (named === undefined || named === backend) return;
  const short = named.slice(0, 100);
  if (!known.has(named)) throw new AppError('backend.not_found', 'backend not found', { params: { name: short } });
  throw new AppError('request.invalid', `${model} runs with ${backend}, not with ${short}.`, {
    hint: `Use /engines/${backend}/_configure, or leave the backend out of the path.`,
    params: { reason: 'other_backend', param: 'backend', model, backend },
  });
}
