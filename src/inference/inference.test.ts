import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import {
  errorCodeFrom as codeOf,
  inferenceWorld,
  otherModel as other,
  roomForOne as oneAtATime,
  smallModel as small,
  type InferenceWorldOptions,
} from '#testing';
import { createInference } from './inference.ts';
import type { Lease } from './types.ts';

const world = (options: InferenceWorldOptions) => inferenceWorld(createInference, options);
const gigabyte = 1_000_000_000;

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
    const { ask, storeReads } = world({ models: [small], revision: () => 1 });
    (await ask('small')).release();
    const before = storeReads();
    (await ask('small')).release();
    expect(storeReads()).toBe(before);
  });

  it('follows a tag that moves', async () => {
    let revision = 1;
    const { ask, moveTag, ids } = world({ models: [small, other], revision: () => revision });
    expect((await ask('small')).modelId).toBe(ids[0]);
    moveTag('small', 'other');
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
