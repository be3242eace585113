import { AppError, digestFromHex, silentLog, type Digest } from '#core';
import type { GgufHeader, Model, ModelBundle } from '#models';
import type { createInference, InferenceSettings, Lease, Machine, RunnerMode } from '#inference';
import { createFakeBackend, type FakeBackendOptions } from './fake-backend.ts';
import { createManualClock } from './manual-clock.ts';

const gigabyte = 1_000_000_000;
const machine: Machine = {
  totalMemoryBytes: 16 * gigabyte,
  cpuCount: 8,
  coreCount: 4,
  performanceCoreCount: 4,
  cpuQuota: undefined,
};

// A cache of 65,536 bytes a token: 8,192 tokens for 4 conversations take 2.1 GB.
const header: GgufHeader = {
  version: 3,
  architecture: 'llama',
  trainedContext: 8192,
  blockCount: 16,
  embeddingLength: 2048,
  headCount: 32,
  headCountKv: 16,
  keyLength: 64,
  valueLength: 64,
  vocabularySize: 32_000,
  hasChatTemplate: true,
  metadata: {},
};

export interface FakeModel {
  readonly tag: string;
  readonly weightBytes: number;
  readonly header?: Partial<GgufHeader>;
}

export interface InferenceWorldOptions {
  readonly models: readonly FakeModel[];
  readonly settings?: Partial<InferenceSettings>;
  readonly backend?: FakeBackendOptions;
  readonly revision?: () => number;
}

/** Inference over models, runners and time that a test makes up. */
export function inferenceWorld(create: typeof createInference, options: InferenceWorldOptions) {
  const clock = createManualClock();
  const backend = createFakeBackend(options.backend);
  let settings: InferenceSettings = {
    keepAlive: '5m',
    memory: '70%',
    queueLimit: 512,
    modelSettings: {},
    contextSize: 1024,
    ...options.settings,
  };
  const ids = options.models.map((_, index) => digestFromHex(`${index + 1}`.padStart(64, '0')));
  const asModel = (index: number): Model => {
    const found = options.models[index];
    const id = ids[index];
    if (found === undefined || id === undefined) throw new AppError('model.not_found', 'No such model.');
    return { id, tags: [found.tag], created: 0, config: { format: 'gguf' }, sizeBytes: found.weightBytes };
  };
  let storeReads = 0;
  const moved = new Map<string, string>();
  const get = async (reference: string): Promise<Model> => {
    storeReads += 1;
    const wanted = moved.get(reference) ?? reference;
    return asModel(options.models.findIndex(({ tag }, index) => tag === wanted || ids[index] === wanted));
  };
  const bundle = async (id: Digest): Promise<ModelBundle> => {
    storeReads += 1;
    const found = options.models[ids.indexOf(id)];
    if (found === undefined) throw new AppError('model.not_found', 'No such model.');
    return {
      id,
      modelPath: `/models/${id}`,
      config: { format: 'gguf' },
      header: { ...header, ...found.header },
      weightBytes: found.weightBytes,
    };
  };
  const inference = create({
    models: { get, bundle },
    runtimes: {
      select: async () => ({ name: 'llama-server', version: 'b1', path: '/bin/x', origin: 'path', selected: true }),
    },
    backend,
    settings: () => settings,
    machine,
    runDirectory: '/run',
    clock,
    log: silentLog,
    ...(options.revision && { revision: options.revision }),
  });
  return {
    clock,
    backend,
    inference,
    ids,
    storeReads: () => storeReads,
    /** Makes a tag mean another model. */
    moveTag: (tag: string, to: string) => moved.set(tag, to),
    change: (next: Partial<InferenceSettings>) => {
      settings = { ...settings, ...next };
    },
    ask: (
      model: string,
      extra: {
        mode?: RunnerMode;
        signal?: AbortSignal;
        keepAliveMs?: number;
        contextSize?: number | undefined;
        onQueued?: (position: number) => void;
      } = {},
    ): Promise<Lease> =>
      inference.acquire({ model, mode: 'completion', signal: new AbortController().signal, ...extra }),
    /** Lets everything happen that needs no time. */
    rest: async () => {
      for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
    },
  };
}

export async function errorCodeFrom(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'fine',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

export const smallModel = { tag: 'small', weightBytes: gigabyte };
export const otherModel = { tag: 'other', weightBytes: gigabyte };
/** Memory for one of the two. */
export const roomForOne = { memory: 2 * gigabyte };
