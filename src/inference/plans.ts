import { stat } from 'node:fs/promises';
import { AppError, type Digest } from '#core';
import type { Model, ModelBundle, Models } from '#models';
import { backendOf, runnableFormats } from './backend-of.ts';
import { draftOf } from './planning/draft.ts';
import { parseMemoryBudget } from './planning/parse-memory-budget.ts';
import { configOf, planRunner } from './planning/plan-runner.ts';
import { planVllm } from './planning/plan-vllm.ts';
import {
  sameSettings,
  wishesIn,
  type InferenceSettings,
  type ModelWishes,
  type RunnerWishes,
} from './planning/settings.ts';
import type { Machine } from './planning/machine.ts';
import type { RunnerSpec } from './scheduler/types.ts';
import type { BackendName, EffectiveConfig, RunnerConfig, RunnerMode } from './types.ts';

/** What a request for a model in one mode wants; the scheduler sees the spec part. */
export interface Planned extends RunnerSpec {
  readonly lane: string;
  readonly modelId: Digest;
  readonly mode: RunnerMode;
  readonly backend: BackendName;
  /** First tag, or the id of an untagged model: what runners report as `model`. */
  readonly alias: string;
  readonly effective: EffectiveConfig;
  readonly config: RunnerConfig;
  /** Counts the settings and store states a plan was made under. */
  readonly generation: number;
}

export interface PlansDeps {
  readonly models: Pick<Models, 'get' | 'bundle'>;
  readonly settings: () => InferenceSettings;
  readonly machine: Machine;
  /** Changes whenever a reference may resolve to something else. Without it the store is asked for each request. */
  readonly revision?: (() => number | string) | undefined;
}

/** The plans of all models under the settings in force; everything that can be known before a load, cached. */
export interface Plans {
  /**
   * `request` is what one request wants over the settings.
   * @throws AppError `model.not_found`, `settings.invalid`, `inference.unsupported`, `inference.out_of_memory`
   */
  plan(reference: string, mode: RunnerMode, request?: RunnerWishes): Promise<Planned>;
  /** The plan under other model settings than those in force; forgotten at once. */
  preview(reference: string, mode: RunnerMode, under: Under): Promise<Planned>;
  /** Whether settings and store are still those the plan was made under. */
  isCurrent(planned: Planned): boolean;
  resolve(reference: string): Promise<Digest>;
  /** The budget in bytes and the queue limit now. */
  limits(): { readonly budgetBytes: number; readonly queueLimit: number };
  /** Whether the settings differ from those at the last call that said yes; the first call says no. */
  takeChange(): boolean;
  /** Drops what is known of a model that will be deleted. */
  forget(modelId: Digest): void;
}

interface KnownModel {
  readonly model: Model;
  readonly bundle: ModelBundle;
  readonly projectorBytes: number;
}

export interface Under {
  readonly modelSettings: InferenceSettings['modelSettings'];
  readonly request?: RunnerWishes | undefined;
}

interface Wanted {
  readonly model: Model;
  readonly mode: RunnerMode;
  readonly wishes: ModelWishes;
  readonly request?: RunnerWishes | undefined;
}

interface MadeUnder {
  readonly generation: number;
  readonly settings: InferenceSettings;
}

export function createPlans({ models, settings, machine, revision }: PlansDeps): Plans {
  const known = new Map<Digest, Promise<KnownModel>>();
  let seen = settings();
  let seenRevision = revision?.();
  let resolved = new Map<string, Promise<Model>>();
  let plans = new Map<string, Promise<Planned>>();
  let generation = 1;
  let announced = seen;

  /** Forgets what was computed under other settings or another state of the store. */
  function refresh(): void {
    const now = settings();
    const nowRevision = revision?.();
    if (sameSettings(seen, now) && seenRevision === nowRevision) return;
    seen = now;
    seenRevision = nowRevision;
    generation += 1;
    resolved = new Map();
    plans = new Map();
  }

  /** Shares one answer between callers, and keeps it unless it is an error. */
  function cached<K, T>(map: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
    const before = map.get(key);
    if (before) return before;
    const made = make();
    map.set(key, made);
    made.catch(() => {
      if (map.get(key) === made) map.delete(key);
    });
    return made;
  }

  const find = (reference: string): Promise<Model> =>
    revision ? cached(resolved, reference, () => models.get(reference)) : models.get(reference);

  async function know(model: Model): Promise<KnownModel> {
    const bundle = await models.bundle(model.id, { formats: runnableFormats });
    const projectorBytes = bundle.mmprojPath ? (await stat(bundle.mmprojPath)).size : 0;
    return { model, bundle, projectorBytes };
  }

  async function make({ model, mode, wishes, request }: Wanted, madeUnder: MadeUnder): Promise<Planned> {
    const { bundle, projectorBytes } = await cached(known, model.id, () => know(model));
    const alias = model.tags[0] ?? model.id;
    const { speculative } = mode === 'completion' ? wishes : {};
    const draft = speculative && (await draftOf(alias, speculative, { find, bundleOf }));
    const backend = backendOf(bundle.config.format);
    const plan = backend === 'vllm' ? planVllm : planRunner;
    const effective = plan({
      name: alias,
      bundle,
      mode,
      settings: madeUnder.settings,
      modelSettings: wishes,
      request,
      draft,
      machine,
      budgetBytes: parseMemoryBudget(madeUnder.settings.memory, machine.totalMemoryBytes),
      projectorBytes,
    });
    const config = configOf(effective);
    return {
      lane: laneName(model.id, mode),
      modelId: model.id,
      mode,
      backend,
      alias,
      effective,
      config,
      // A runner of another runtime is another runner.
      configId: JSON.stringify([config, madeUnder.settings[backend === 'vllm' ? 'vllm' : 'runtime']]),
      bytes: effective.estimatedBytes,
      parallel: config.parallel,
      pinned: effective.pin.value,
      keepAliveMs: effective.keepAliveMs.value,
      generation: madeUnder.generation,
    };
  }

  const bundleOf = async (model: Model): Promise<ModelBundle> =>
    (await cached(known, model.id, () => know(model))).bundle;

  /** The settings given under any name of this model; a later name adds to an earlier one. */
  async function wishesFor(
    { id, mode }: { id: Digest; mode: RunnerMode },
    { modelSettings }: Pick<InferenceSettings, 'modelSettings'>,
  ): Promise<ModelWishes> {
    const given: ModelWishes[] = [];
    for (const [reference, wishes] of Object.entries(modelSettings)) {
      if ((await idOrNothing(reference)) === id) given.push(wishes);
    }
    return wishesIn(mode, given);
  }

  async function idOrNothing(reference: string): Promise<Digest | undefined> {
    try {
      return (await find(reference)).id;
    } catch (error) {
      // Settings may come before the model does.
      if (error instanceof AppError && error.code === 'model.not_found') return undefined;
      throw error;
    }
  }

  return {
    async plan(reference, mode, request) {
      refresh();
      // Everything below belongs to the settings of this moment, also when they change while we wait.
      const madeUnder = { generation, settings: seen };
      const plansNow = plans;
      const model = await find(reference);
      const { id } = model;
      const lane = laneName(id, mode);
      // What single requests ask for is without number.
      if (request !== undefined) {
        return await make(
          { model, mode, wishes: await wishesFor({ id, mode }, madeUnder.settings), request },
          madeUnder,
        );
      }
      if (revision) {
        return await cached(plansNow, lane, async () =>
          make({ model, mode, wishes: await wishesFor({ id, mode }, madeUnder.settings) }, madeUnder),
        );
      }
      const wishes = await wishesFor({ id, mode }, madeUnder.settings);
      const key = `${lane} ${model.tags[0]} ${JSON.stringify(wishes)}`;
      return await cached(plansNow, key, () => make({ model, mode, wishes }, madeUnder));
    },
    async preview(reference, mode, { modelSettings, request }) {
      refresh();
      const madeUnder = { generation, settings: { ...seen, modelSettings } };
      const model = await find(reference);
      const wishes = await wishesFor({ id: model.id, mode }, madeUnder.settings);
      return await make({ model, mode, wishes, request }, madeUnder);
    },
    isCurrent(planned) {
      refresh();
      return planned.generation === generation;
    },
    async resolve(reference) {
      refresh();
      return (await find(reference)).id;
    },
    limits: () => {
      const { memory, queueLimit } = settings();
      return { budgetBytes: parseMemoryBudget(memory, machine.totalMemoryBytes), queueLimit };
    },
    takeChange() {
      const now = settings();
      if (sameSettings(announced, now)) return false;
      announced = now;
      return true;
    },
    forget(modelId) {
      known.delete(modelId);
      for (const key of plans.keys()) if (key.startsWith(modelId)) plans.delete(key);
    },
  };
}

export function laneName(modelId: Digest, mode: RunnerMode): string {
  return `${modelId} ${mode}`;
}
