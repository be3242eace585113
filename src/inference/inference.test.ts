import { describe, expect, it, vi } from 'vitest';
import { AppError, digestFromHex, silentLog, type Digest } from '#core';
import type { GgufHeader, Model, ModelBundle } from '#models';
import { createFakeBackend, createManualClock, type FakeBackendOptions } from '#testing';
import { createInference } from './inference.ts';
import type { Machine } from './planning/machine.ts';
import type { InferenceSettings } from './planning/settings.ts';
import type { Lease, RunnerMode } from './types.ts';

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

interface FakeModel {
  readonly tag: string;
  readonly weightBytes: number;
  readonly header?: Partial<GgufHeader>;
}

function world(options: {
  models: readonly FakeModel[];
  settings?: Partial<InferenceSettings>;
  backend?: FakeBackendOptions;
  revision?: () => number;
}) {
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
  const get = vi.fn(async (reference: string) =>
    asModel(options.models.findIndex(({ tag }, index) => tag === reference || ids[index] === reference)),
  );
  const bundle = vi.fn(async (id: Digest): Promise<ModelBundle> => {
    const found = options.models[ids.indexOf(id)];
    if (found === undefined) throw new AppError('model.not_found', 'No such model.');
    return {
      id,
      modelPath: `/models/${id}`,
      config: { format: 'gguf' },
      header: { ...header, ...found.header },
      weightBytes: found.weightBytes,
    };
  });
  const inference = createInference({
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
    get,
    bundle,
    ids,
    change: (next: Partial<InferenceSettings>) => {
      settings = { ...settings, ...next };
    },
    ask: (
      model: string,
      extra: {
        mode?: RunnerMode;
        signal?: AbortSignal;
        keepAliveMs?: number;
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

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'fine',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

const small = { tag: 'small', weightBytes: gigabyte };
const other = { tag: 'other', weightBytes: gigabyte };
const oneAtATime = { memory: 2 * gigabyte };

describe('acquire', () => {
  it('loads a model once for 20 first requests', async () => {
    const { ask, backend } = world({ models: [small], settings: { parallel: 20 } });
    const leases = await Promise.all(Array.from({ length: 20 }, () => ask('small')));
    expect(backend.runners).toHaveLength(1);
    expect(new Set(leases.map(({ runnerId }) => runnerId)).size).toBe(1);
  });

  it('serves 200 concurrent requests for two models with memory for one, and loses none', async () => {
    const { ask, backend, clock, rest } = world({ models: [small, other], settings: oneAtATime });
    let served = 0;
    let most = 0;
    const working: Lease[] = [];
    const all = Array.from({ length: 200 }, async (_, index) => {
      const lease = await ask(index % 2 === 0 ? 'small' : 'other');
      expect(lease.alias).toBe(index % 2 === 0 ? 'small' : 'other');
      most = Math.max(most, backend.alive().length);
      served += 1;
      working.push(lease);
    });
    while (served < 200 || working.length > 0) {
      await rest();
      clock.advance(100);
      for (const lease of working.splice(0)) lease.release();
    }
    await Promise.all(all);
    expect(most).toBe(1);
    // 50 turns of four at 100 ms for each model: no turn lasts long enough to have to yield.
    expect(backend.runners).toHaveLength(2);
  });

  it('asks the store nothing for a model it knows when the store says that nothing changed', async () => {
    const { ask, get, bundle } = world({ models: [small], revision: () => 1 });
    (await ask('small')).release();
    get.mockClear();
    bundle.mockClear();
    (await ask('small')).release();
    expect(get).not.toHaveBeenCalled();
    expect(bundle).not.toHaveBeenCalled();
  });

  it('follows a tag that moves', async () => {
    let revision = 1;
    const { ask, get, ids } = world({ models: [small, other], revision: () => revision });
    const first = await ask('small');
    get.mockImplementation(async () => ({
      id: ids[1] ?? first.modelId,
      tags: ['other'],
      created: 0,
      config: { format: 'gguf' },
      sizeBytes: 1,
    }));
    revision = 2;
    expect((await ask('small')).modelId).toBe(ids[1]);
  });

  it('refuses a model that can never fit without unloading anything', async () => {
    const { ask, inference, backend } = world({
      models: [small, { tag: 'huge', weightBytes: 20 * gigabyte }],
    });
    (await ask('small')).release();
    expect(await codeOf(ask('huge'))).toBe('inference.out_of_memory');
    expect(backend.alive()).toHaveLength(1);
    expect(inference.running()).toHaveLength(1);
  });

  it('refuses more than the queue takes and says when to come back', async () => {
    const { ask, rest } = world({ models: [small], settings: { parallel: 1, queueLimit: 2 } });
    await ask('small');
    const waiting = [ask('small'), ask('small')];
    await rest();
    const error = await ask('small').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'inference.queue_full', params: { position: 3 } });
    expect((error as AppError).params['retryAfterSeconds']).toBeGreaterThanOrEqual(1);
    void waiting;
  });

  it('tells those who wait their position', async () => {
    const { ask, rest, clock } = world({ models: [small], settings: { parallel: 1 } });
    const first = await ask('small');
    const told: number[] = [];
    void ask('small');
    void ask('small', { onQueued: (position) => told.push(position) });
    await rest();
    first.release();
    clock.advance(250);
    await rest();
    expect(told).toEqual([2, 1]);
  });

  it('refuses embeddings from a model that does not pool, before it loads anything', async () => {
    const { ask, backend } = world({ models: [small] });
    expect(await codeOf(ask('small', { mode: 'embedding' }))).toBe('inference.unsupported');
    expect(backend.runners).toEqual([]);
  });
});

describe('a client that leaves', () => {
  it('leaves the queue without a trace', async () => {
    const { ask, inference, rest } = world({ models: [small], settings: { parallel: 1 } });
    const first = await ask('small');
    const leaving = new AbortController();
    const left = ask('small', { signal: leaving.signal });
    const patient = ask('small');
    await rest();
    leaving.abort();
    expect(await codeOf(left)).toBe('request.aborted');
    first.release();
    await patient;
    expect(inference.running()).toMatchObject([{ activeRequests: 1, queuedRequests: 0 }]);
  });

  it('does not stop a load that others wait for', async () => {
    const { ask, backend, rest } = world({ models: [small], backend: { manualLoad: true } });
    const leaving = new AbortController();
    const left = ask('small', { signal: leaving.signal });
    const patient = ask('small');
    await rest();
    leaving.abort();
    expect(await codeOf(left)).toBe('request.aborted');
    expect(backend.runnerOf('small').state).toBe('loading');
    backend.runnerOf('small').becomeReady();
    expect((await patient).alias).toBe('small');
  });

  it('lets a load go on that nobody waits for, until its memory is wanted', async () => {
    const { ask, backend, rest } = world({
      models: [small, other],
      settings: oneAtATime,
      backend: { manualLoad: true },
    });
    const leaving = new AbortController();
    const left = ask('small', { signal: leaving.signal });
    await rest();
    leaving.abort();
    expect(await codeOf(left)).toBe('request.aborted');
    expect(backend.runnerOf('small').state).toBe('loading');
    const wanted = ask('other');
    await rest();
    expect(backend.runnerOf('small').state).toBe('gone');
    backend.runnerOf('other').becomeReady();
    await wanted;
  });

  it('is not let in when it had left before', async () => {
    const { ask, backend } = world({ models: [small] });
    expect(await codeOf(ask('small', { signal: AbortSignal.abort() }))).toBe('request.aborted');
    expect(backend.runners).toEqual([]);
  });
});

describe('a runner that dies', () => {
  it('voids its leases with the reason, and starts again for those who wait', async () => {
    const { ask, backend, clock, rest } = world({ models: [small], settings: { parallel: 1 } });
    const first = await ask('small');
    const waiting = ask('small');
    await rest();
    backend.runnerOf('small').crash({ signal: 'SIGSEGV' });
    await rest();
    expect(first.lost.aborted).toBe(true);
    expect(first.lost.reason).toMatchObject({ code: 'backend.crashed', params: { how: 'signal SIGSEGV' } });
    first.release();
    expect(backend.runners).toHaveLength(1);
    clock.advance(1000);
    const second = await waiting;
    expect(backend.runners).toHaveLength(2);
    expect(second.runnerId).not.toBe(first.runnerId);
    expect(second.lost.aborted).toBe(false);
  });

  it('gives the error after three failed loads, with growing pauses, and tries again for the next request', async () => {
    const { ask, backend, clock, rest } = world({ models: [small], backend: { manualLoad: true } });
    const outcome = codeOf(ask('small'));
    await rest();
    for (const pauseMs of [1000, 2000]) {
      backend.runnerOf('small').fail(new AppError('backend.failed', 'It broke.'));
      await rest();
      const before = backend.runners.length;
      clock.advance(pauseMs - 1);
      await rest();
      expect(backend.runners).toHaveLength(before);
      clock.advance(1);
      await rest();
      expect(backend.runners).toHaveLength(before + 1);
    }
    backend.runnerOf('small').fail(new AppError('backend.failed', 'It broke.'));
    expect(await outcome).toBe('backend.failed');
    const again = ask('small');
    await rest();
    expect(backend.runners).toHaveLength(4);
    backend.runnerOf('small').becomeReady();
    await again;
  });

  it('does not try twice what cannot succeed', async () => {
    const { ask, backend, rest } = world({ models: [small], backend: { manualLoad: true } });
    const outcome = codeOf(ask('small'));
    await rest();
    backend.runnerOf('small').fail(new AppError('model.unsupported', 'Unknown architecture.'));
    expect(await outcome).toBe('model.unsupported');
    expect(backend.runners).toHaveLength(1);
  });

  it('leaves the others alone', async () => {
    const { ask, backend, rest } = world({ models: [small, other] });
    const kept = await ask('small');
    await ask('other');
    backend.runnerOf('other').crash();
    await rest();
    expect(kept.lost.aborted).toBe(false);
    expect(backend.runnerOf('small').state).toBe('ready');
  });
});

describe('memory', () => {
  it('loads the next model only when the process of the last is gone', async () => {
    const { ask, backend, rest } = world({
      models: [small, other],
      settings: oneAtATime,
      backend: { manualStop: true },
    });
    (await ask('small')).release();
    const next = ask('other');
    await rest();
    expect(backend.runners).toHaveLength(1);
    expect(backend.runnerOf('small').state).toBe('stopping');
    backend.runnerOf('small').finishStop();
    await next;
    expect(backend.runners).toHaveLength(2);
  });

  it('never evicts a pinned model', async () => {
    const { ask, backend } = world({
      models: [small, other, { tag: 'pinned', weightBytes: gigabyte / 2 }],
      settings: { memory: 2.4 * gigabyte, parallel: 1, modelSettings: { pinned: { pin: true } } },
    });
    (await ask('pinned')).release();
    const { pid } = backend.runnerOf('pinned');
    for (let round = 0; round < 50; round += 1) {
      (await ask('small')).release();
      (await ask('other')).release();
    }
    expect(backend.runnerOf('pinned')).toMatchObject({ pid, state: 'ready' });
  });
});

describe('settings that change', () => {
  it('apply to the next request, after the running ones have ended', async () => {
    const { ask, backend, change, rest } = world({ models: [small] });
    const before = await ask('small');
    change({ contextSize: 2048 });
    const after = ask('small');
    await rest();
    expect(before.lost.aborted).toBe(false);
    expect(backend.alive()).toHaveLength(1);
    before.release();
    await after;
    expect(backend.runnerOf('small').plan.config.contextSize).toBe(2048);
    expect(backend.alive()).toHaveLength(1);
  });

  it('reach a request that waits for another model to end', async () => {
    const { ask, backend, change, rest } = world({ models: [small, other], settings: oneAtATime });
    const first = await ask('small');
    const waiting = ask('other');
    await rest();
    change({ modelSettings: { other: { contextSize: 512 } } });
    const second = ask('small');
    await rest();
    first.release();
    (await second).release();
    await waiting;
    expect(backend.runnerOf('other').plan.config.contextSize).toBe(512);
  });
});

describe('idle runners', () => {
  it('stop after their keep-alive, counted from the last request', async () => {
    const { ask, backend, clock, rest, inference } = world({ models: [small] });
    (await ask('small')).release();
    clock.advance(299_000);
    (await ask('small')).release();
    expect(inference.running()).toMatchObject([{ keepAliveMs: 300_000, expiresAt: clock.now() + 300_000 }]);
    clock.advance(299_999);
    expect(backend.alive()).toHaveLength(1);
    clock.advance(1);
    await rest();
    expect(backend.alive()).toEqual([]);
  });

  it('stop at once for a request that says 0, and never for one that says -1', async () => {
    const { ask, backend, clock, rest } = world({ models: [small, other] });
    (await ask('small', { keepAliveMs: 0 })).release();
    (await ask('other', { keepAliveMs: -1 })).release();
    clock.advance(1e9);
    await rest();
    expect(backend.alive().map(({ plan }) => plan.alias)).toEqual(['other']);
  });

  it('are unloaded on demand, busy ones are not', async () => {
    const { ask, backend, inference } = world({ models: [small, other] });
    const busy = await ask('small');
    (await ask('other')).release();
    expect(await inference.unload({ models: ['small'] })).toBe(0);
    expect(await inference.unload({ all: true })).toBe(1);
    expect(backend.alive().map(({ plan }) => plan.alias)).toEqual(['small']);
    expect(busy.lost.aborted).toBe(false);
  });
});

describe('release', () => {
  it('stops the idle runners of a model before it is deleted', async () => {
    const { ask, backend, inference } = world({ models: [small, other] });
    const lease = await ask('small');
    lease.release();
    await ask('other');
    await inference.release(lease.modelId);
    expect(backend.alive().map(({ plan }) => plan.alias)).toEqual(['other']);
  });

  it('refuses while a request uses the model or waits for it', async () => {
    const { ask, inference, rest } = world({ models: [small, other], settings: oneAtATime });
    const lease = await ask('small');
    const waiting = ask('other');
    await rest();
    await expect(inference.release(lease.modelId)).rejects.toMatchObject({ code: 'model.in_use' });
    const other2 = digestFromHex('2'.padStart(64, '0'));
    await expect(inference.release(other2)).rejects.toMatchObject({ code: 'model.in_use' });
    lease.release();
    await waiting;
  });
});

describe('close', () => {
  it('refuses what is new or queued, and waits for what runs', async () => {
    const { ask, backend, inference, rest } = world({ models: [small], settings: { parallel: 1 } });
    const running = await ask('small');
    const queued = codeOf(ask('small'));
    await rest();
    let closed = false;
    const closing = inference.close({ signal: new AbortController().signal }).then(() => (closed = true));
    expect(await queued).toBe('daemon.stopping');
    expect(await codeOf(ask('small'))).toBe('daemon.stopping');
    await rest();
    expect(closed).toBe(false);
    expect(running.lost.aborted).toBe(false);
    running.release();
    await closing;
    expect(backend.alive()).toEqual([]);
  });

  it('stops everything when its time is up', async () => {
    const { ask, backend, inference, rest } = world({ models: [small] });
    const running = await ask('small');
    const deadline = new AbortController();
    const closing = inference.close({ signal: deadline.signal });
    await rest();
    expect(running.lost.aborted).toBe(false);
    deadline.abort();
    await closing;
    expect(running.lost.reason).toMatchObject({ code: 'daemon.stopping' });
    expect(backend.alive()).toEqual([]);
  });

  it('cancels loads and ends at once when nothing runs', async () => {
    const { ask, backend, inference, rest } = world({ models: [small], backend: { manualLoad: true } });
    const loading = codeOf(ask('small'));
    await rest();
    await inference.close({ signal: new AbortController().signal });
    expect(await loading).toBe('daemon.stopping');
    expect(backend.alive()).toEqual([]);
  });
});

describe('a lease', () => {
  it('counts once, however often it is released', async () => {
    const { ask, inference } = world({ models: [small] });
    const first = await ask('small');
    const second = await ask('small');
    first.release();
    first.release();
    expect(inference.running()).toMatchObject([{ activeRequests: 1 }]);
    second[Symbol.dispose]();
    expect(inference.running()).toMatchObject([{ activeRequests: 0 }]);
  });
});
