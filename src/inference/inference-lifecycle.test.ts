import { describe, expect, it } from 'vitest';
import { digestFromHex } from '#core';
import {
  errorCodeFrom as codeOf,
  inferenceWorld,
  otherModel as other,
  roomForOne as oneAtATime,
  smallModel as small,
  type InferenceWorldOptions,
} from '#testing';
import { createInference } from './inference.ts';

const world = (options: InferenceWorldOptions) => inferenceWorld(createInference, options);
const gigabyte = 1_000_000_000;

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

  it.each<[string, Parameters<ReturnType<typeof world>['change']>[0]]>([
    ['the devices', { gpu: 'none' }],
    ['the runtime', { runtime: '/other/llama-server' }],
    ['the keep-alive', { keepAlive: '0' }],
    ['the memory', { memory: 1000 }],
  ])('end idle runners that do not fit %s, whoever asks for them', async (_what, next) => {
    const { ask, backend, change, inference, rest } = world({ models: [small] });
    (await ask('small')).release();
    change(next);
    await inference.followSettings();
    await rest();
    expect(backend.alive()).toEqual([]);
  });

  it('leave runners alone that they do not concern', async () => {
    const { ask, backend, change, inference, rest } = world({ models: [small] });
    (await ask('small')).release();
    change({ vllm: 'container:other', queueLimit: 7, modelSettings: { other: { contextSize: 512 } } });
    await inference.followSettings();
    await rest();
    expect(backend.alive()).toHaveLength(1);
  });

  it('hold also when the store changes at the same moment', async () => {
    let revision = 1;
    const { ask, change, inference } = world({ models: [small], revision: () => revision });
    const busy = await Promise.all(Array.from({ length: 4 }, () => ask('small')));
    change({ queueLimit: 0 });
    const following = inference.followSettings();
    revision = 2;
    await following;
    await expect(ask('small')).rejects.toMatchObject({ code: 'inference.queue_full' });
    for (const lease of busy) lease.release();
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
    expect(await inference.unload({ all: true, backend: 'vllm' })).toBe(0);
    expect(await inference.unload({ all: true, backend: 'llama.cpp' })).toBe(1);
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
