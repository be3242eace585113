import { AppError, digestFromHex, type Digest } from '#core';
import type { AcquireOptions, EffectiveConfig, Inference, Lease, RunnerStatus, Runtime, Runtimes } from '#inference';
import type { Relay, RelayStatus } from '#docker';
import type { Model, ModelBundle, Models, PullEvent, PullOptions } from '#models';

export const digest = (digit: string): Digest => digestFromHex(digit.repeat(64));

export function fakeModel(overrides: Partial<Model> = {}): Model {
  return {
    id: digest('a'),
    tags: ['docker.io/ai/smollm2:latest'],
    created: 1_795_459_521,
    config: {
      format: 'gguf',
      quantization: 'MOSTLY_Q4_1',
      parameters: '134.52M',
      architecture: 'llama',
      size: '92.10MiB',
      gguf: { 'general.architecture': 'llama', 'llama.context_length': '8192' },
    },
    sizeBytes: 98_362_432,
    ...overrides,
  };
}

/** Models in memory. `pulls` decides what a pull does. */
export interface FakeModels extends Models {
  stored: Model[];
  /** What derived models bring to conversations, by id. */
  readonly instructions: Map<string, string>;
  readonly uploaded: Set<string>;
  pulls: (reference: string, options: PullOptions) => AsyncIterable<PullEvent>;
}

export function fakeModels(): FakeModels {
  const find = (reference: string): Model => {
    if (reference.includes('..') || reference.startsWith('/')) {
      throw new AppError('reference.invalid', `"${reference}" is not a model reference.`, { params: { reference } });
    }
    const model = models.stored.find(
      ({ id, tags }) =>
        id === reference || tags.some((tag) => tag === reference || tag === `docker.io/${reference}:latest`),
    );
    if (model) return model;
    throw new AppError('model.not_found', `No model named ${reference}.`, { params: { name: reference } });
  };
  const models: FakeModels = {
    stored: [fakeModel()],
    instructions: new Map(),
    uploaded: new Set(),
    pulls: () => events({ type: 'done', model: fakeModel(), tag: 'docker.io/ai/smollm2:latest', cached: false }),
    pull: (reference, options) => models.pulls(reference, options),
    importFile: (_path, { tag }) => events({ type: 'done', model: fakeModel(), tag, cached: false }),
    list: () => Promise.resolve(models.stored),
    get: async (reference) => find(reference),
    getRemote: async (reference) => find(reference),
    bundle: () => Promise.reject<ModelBundle>(new AppError('model.not_found', 'No files.')),
    async remove(reference, { force }) {
      const model = find(reference);
      if (reference.startsWith('sha256:') && model.tags.length > 1 && !force) {
        throw new AppError('model.conflict', `${reference} has several tags.`);
      }
      models.stored = models.stored.filter((other) => other !== model);
      return [...model.tags.map((tag) => ({ Untagged: tag })), { Deleted: model.id }];
    },
    async removal(reference) {
      find(reference);
      return { keptNames: [], sharedWith: [], freedBytes: 123 };
    },
    async tag(source, target) {
      find(source);
      return { target };
    },
    async derive(source, { target, instructions }) {
      const model: Model = { ...find(source), id: digest('d'), tags: [`docker.io/${target}:latest`] };
      models.stored = [...models.stored, model];
      if (instructions !== undefined) models.instructions.set(model.id, JSON.stringify(instructions));
      return model;
    },
    async texts(id, kind) {
      const text = kind === 'instructions' ? models.instructions.get(id) : undefined;
      return text === undefined ? [] : [text];
    },
    uploads: {
      has: async (name) => models.uploaded.has(name),
      async receive(name, { bytes }) {
        for await (const chunk of bytes) void chunk;
        models.uploaded.add(name);
      },
      gather: async () => ({ folder: '/gathered', [Symbol.asyncDispose]: async () => undefined }),
      forget: async () => undefined,
    },
    package: ({ target }) => events({ type: 'done', model: fakeModel(), tag: target, cached: false }),
    async repackage(source) {
      return find(source);
    },
    async *push(reference) {
      yield { type: 'done', model: find(reference), tag: reference, cached: false };
    },
    async load(tar, { tag }) {
      for await (const _ of tar);
      return { model: fakeModel(), tag };
    },
    async exportTar(reference) {
      return { model: find(reference), sizeBytes: 3, chunks: events(Buffer.from('tar')) };
    },
    async purge() {
      models.stored = [];
    },
    diskUsage: () => Promise.resolve(123),
  };
  return models;
}

export async function* events<Event>(...list: readonly Event[]): AsyncIterable<Event> {
  yield* list;
}

/** Hands out leases to one socket. `onAcquire` may fail or wait; `lose` is what a dying runner does. */
export interface FakeInference extends Inference {
  socket: string;
  onAcquire: (options: AcquireOptions) => Promise<void> | void;
  readonly acquired: AcquireOptions[];
  readonly released: Digest[];
  leased: number;
  rows: RunnerStatus[];
  lose(): void;
}

export function fakeInference(): FakeInference {
  let lost = new AbortController();
  const inference: FakeInference = {
    socket: '/nowhere.sock',
    onAcquire: () => undefined,
    acquired: [],
    released: [],
    leased: 0,
    rows: [],
    lose() {
      lost.abort(new Error('runner died'));
      lost = new AbortController();
    },
    followSettings: () => Promise.resolve(),
    async acquire(options): Promise<Lease> {
      inference.acquired.push(options);
      await inference.onAcquire(options);
      inference.leased += 1;
      let open = true;
      const release = (): void => {
        if (!open) throw new Error('A lease was released twice.');
        open = false;
        inference.leased -= 1;
      };
      return {
        runnerId: 'r1',
        socket: inference.socket,
        modelId: digest('a'),
        alias: 'ai/smollm2',
        backend: 'llama.cpp',
        lost: lost.signal,
        release,
        [Symbol.dispose]: release,
      };
    },
    running: () => inference.rows,
    async unload({ backend = 'llama.cpp', ...what }) {
      if (backend !== 'llama.cpp') return 0;
      return 'all' in what ? inference.rows.length : what.models.length;
    },
    async release(id) {
      if (inference.rows.some(({ modelId, activeRequests }) => modelId === id && activeRequests > 0)) {
        throw new AppError('model.in_use', 'The model is in use.', { hint: 'Wait until its answers are complete.' });
      }
      inference.released.push(id);
    },
    async effective(): Promise<EffectiveConfig> {
      return {
        mode: { value: 'completion', origin: 'request' },
        contextSize: { value: 4096, origin: 'fitted' },
        parallel: { value: 4, origin: 'default' },
        threads: { value: 2, origin: 'fitted' },
        batchThreads: { value: 2, origin: 'fitted' },
        runtimeFlags: { value: ['--flash-attn'], origin: 'settings' },
        keepAliveMs: { value: 300_000, origin: 'settings' },
        pin: { value: false, origin: 'default' },
        estimatedBytes: 1000,
      };
    },
    onEvent: () => () => undefined,
    preload: async (options) => {
      (await inference.acquire(options)).release();
      return true;
    },
    preview: async () => ({ effective: await inference.effective('ai/smollm2'), replacesBusy: false }),
    status: async () => ({ 'llama.cpp': 'Running: llama.cpp 1.2.3' }),
    close: async () => undefined,
  };
  return inference;
}

export interface FakeRuntimes extends Runtimes {
  readonly calls: string[];
}

export function fakeRuntimes(): FakeRuntimes {
  const runtime: Runtime = { name: 'xllamacpp', version: '1', path: '/r', origin: 'installed', selected: true };
  const calls: string[] = [];
  return {
    calls,
    list: async () => [runtime],
    install(name) {
      calls.push(`install ${name}`);
      if (name !== 'xllamacpp')
        throw new AppError('runtime.not_found', `No runtime named ${name}.`, { params: { name } });
      return events(
        { type: 'status', message: 'Looking' },
        { type: 'progress', receivedBytes: 10, totalBytes: 10 },
        { type: 'done', runtime },
      );
    },
    async use(name) {
      calls.push(`use ${name}`);
    },
    async remove(name) {
      calls.push(`remove ${name}`);
    },
    async select(backend = 'llama.cpp') {
      if (backend === 'llama.cpp') return runtime;
      throw new AppError('runtime.not_installed', 'vLLM is not installed.');
    },
  };
}

/** A relay that is where it was told to be. */
export function fakeRelay(): Relay {
  let status: RelayStatus = { state: 'off', networks: [], joined: [], container: undefined };
  return {
    status: async () => status,
    async enable(networks) {
      status = { state: 'running', networks, joined: networks === 'all' ? [] : networks, container: 'gantry-relay-1' };
      return status;
    },
    async disable() {
      status = { state: 'off', networks: [], joined: [], container: undefined };
    },
    async close() {},
  };
}
