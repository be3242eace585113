import { describe, expect, it } from 'vitest';
import { SimulatedWorld, type SimulatedRequest } from './simulated-world.ts';
import type { RunnerSpec } from './types.ts';

function spec(name: string, extra: Partial<RunnerSpec> = {}): RunnerSpec {
  return { configId: name, bytes: 100, parallel: 1, pinned: false, keepAliveMs: 300_000, ...extra };
}

function ready(world: SimulatedWorld, lane: string, extra: Partial<RunnerSpec> = {}): SimulatedRequest {
  const request = world.arrive(lane, spec(lane, extra));
  const runner = world.runnerOf(lane);
  if (runner) world.finishLoad(runner);
  return request;
}

/** Lets each step of work take `serviceMs` until nobody waits; returns the lanes in the order they were loaded. */
function work(world: SimulatedWorld, serviceMs: number): string[] {
  const loads: string[] = [];
  const seen = new Set<number>();
  for (let round = 0; world.with('waiting').length + world.with('granted').length > 0; round += 1) {
    if (round > 1000) throw new Error('the work does not end');
    for (const runner of world.runners.values()) {
      if (!seen.has(runner.id)) loads.push(runner.lane);
      seen.add(runner.id);
    }
    for (const runner of world.inState('loading')) world.finishLoad(runner);
    const working = world.with('granted');
    world.advance(serviceMs);
    for (const request of working) world.end(request);
    for (const runner of world.inState('stopping')) world.finishStop(runner);
  }
  return loads;
}

describe('fairness', () => {
  it('serves A B A A C A B C with room for one in two swaps', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    for (const lane of ['a', 'b', 'a', 'a', 'c', 'a', 'b', 'c']) world.arrive(lane, spec(lane));
    expect(work(world, 1000)).toEqual(['a', 'b', 'c']);
    const waits = world.with('ended').map((request) => (request.grantedAt ?? Infinity) - request.arrivedAt);
    expect(Math.max(...waits)).toBeLessThanOrEqual(8 * 1000);
  });

  it('lets nobody starve beside a model that is always asked for', () => {
    const world = new SimulatedWorld({ budgetBytes: 100, turnMs: 10_000 });
    ready(world, 'popular');
    const patient = world.arrive('patient', spec('patient'));
    for (let second = 0; second < 60 && patient.fate === 'waiting'; second += 1) {
      world.arrive('popular', spec('popular'));
      for (const runner of world.inState('loading')) world.finishLoad(runner);
      const working = world.with('granted');
      world.advance(1000);
      for (const request of working) world.end(request);
      for (const runner of world.inState('stopping')) world.finishStop(runner);
    }
    // A turn, the answer that was running, and the swap.
    expect(patient.grantedAt).toBeLessThanOrEqual(12_000);
  });

  it('ends a turn also where answers overlap and the runner is never idle by itself', () => {
    const world = new SimulatedWorld({ budgetBytes: 100, turnMs: 10_000 });
    const overlapping = [ready(world, 'popular', { parallel: 2 })];
    const patient = world.arrive('patient', spec('patient'));
    for (let second = 0; second < 60 && world.runnerOf('popular')?.state === 'ready'; second += 1) {
      overlapping.push(world.arrive('popular', spec('popular', { parallel: 2 })));
      world.advance(1000);
      const oldest = overlapping.shift();
      if (oldest) world.end(oldest);
    }
    expect(world.now).toBeLessThanOrEqual(12_000);
    for (const runner of world.inState('stopping')) world.finishStop(runner);
    expect(world.runnerOf('patient')?.state).toBe('loading');
    expect(patient.fate).toBe('waiting');
  });

  it('gives each of two crowded models whole turns instead of swapping for every request', () => {
    const world = new SimulatedWorld({ budgetBytes: 100, turnMs: 10_000, queueLimit: 1000 });
    for (let index = 0; index < 60; index += 1) {
      world.arrive('a', spec('a'));
      world.arrive('b', spec('b'));
    }
    // 60 requests of a second each make 6 turns of 10 s per model.
    expect(work(world, 1000).length).toBeLessThanOrEqual(12);
  });

  it('goes on in the room that is left while a large model waits for a long answer', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    ready(world, 'chat', { bytes: 60 });
    world.arrive('large', spec('large', { bytes: 80 }));
    const small = ready(world, 'small', { bytes: 20 });
    expect(small.fate).toBe('granted');
  });
});

describe('memory', () => {
  it('is not taken from a runner that serves', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    const serving = ready(world, 'a');
    world.arrive('b', spec('b'));
    world.advance(60_000);
    expect(serving.fate).toBe('granted');
    expect(world.runnerOf('a')?.state).toBe('ready');
    world.end(serving);
    expect(world.runnerOf('a')?.stopReason).toBe('evicted');
  });

  it('says at once when pinned models leave too little, and evicts nobody for it', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'pinned', { bytes: 40, pinned: true }));
    world.end(ready(world, 'idle', { bytes: 30 }));
    const refused = world.arrive('large', spec('large', { bytes: 70 }));
    expect(refused.refusal).toEqual({ reason: 'too_large', needBytes: 70, budgetBytes: 100, pinnedBytes: 40 });
    expect(world.inState('ready')).toHaveLength(2);
  });

  it('is kept by a model that is pinned while it is loaded, and given up when it is unpinned', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'a', { bytes: 60 }));
    world.reconfigure('a', spec('a', { bytes: 60, pinned: true }));
    expect(world.arrive('b', spec('b', { bytes: 60 })).refusal?.reason).toBe('too_large');
    world.reconfigure('a', spec('a', { bytes: 60 }));
    world.arrive('b', spec('b', { bytes: 60 }));
    expect(world.runnerOf('a')?.stopReason).toBe('evicted');
  });

  it('is given back by idle runners when the budget shrinks', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'old', { bytes: 40 }));
    world.advance(1000);
    world.end(ready(world, 'new', { bytes: 40 }));
    world.setBudget(50);
    expect(world.runnerOf('old')?.state).toBe('stopping');
    expect(world.runnerOf('new')?.state).toBe('ready');
  });
});

describe('a load ahead of requests', () => {
  it('takes free memory only, and is refused when somebody would have to go', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'idle', { bytes: 60 }));
    expect(world.arrive('big', spec('big', { bytes: 50 }), { modest: true }).refusal).toEqual({ reason: 'no_room' });
    expect(world.arrive('small', spec('small', { bytes: 40 }), { modest: true }).fate).toBe('waiting');
    expect(world.inState('ready').map(({ lane }) => lane)).toEqual(['idle']);
    expect(world.inState('loading').map(({ lane }) => lane)).toEqual(['small']);
  });

  it('replaces its own outdated runner', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'a', { bytes: 60 }));
    const ahead = world.arrive('a', spec('a', { configId: 'a again', bytes: 60 }), { modest: true });
    for (const runner of world.inState('stopping')) world.finishStop(runner);
    for (const runner of world.inState('loading')) world.finishLoad(runner);
    expect(ahead.fate).toBe('granted');
  });

  it('gives way to a request that comes before its memory is free', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'a', { bytes: 60 }));
    const ahead = world.arrive('a', spec('a', { configId: 'a again', bytes: 60 }), { modest: true });
    world.arrive('b', spec('b', { bytes: 60 }));
    expect(ahead.refusal?.reason).toBe('no_room');
  });
});

describe('crashes', () => {
  it('count in a row only: a runner that served well starts the count again', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    for (let round = 0; round < 5; round += 1) {
      const served = ready(world, 'a');
      world.end(served);
      world.advance(2000);
      const waiting = world.arrive('a', spec('a'));
      const runner = world.runnerOf('a');
      if (runner) world.crash(runner);
      expect(waiting.fate).toBe('lost');
      world.advance(1000);
    }
    expect(world.with('refused')).toEqual([]);
  });

  it('three in a row give the error to those who wait, and the next request starts afresh', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    const waiting = world.arrive('a', spec('a'));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(waiting.fate).toBe('waiting');
      const runner = world.runnerOf('a');
      if (runner) world.failLoad(runner, { retryable: true });
      world.advance(60_000);
    }
    expect(waiting.refusal).toMatchObject({ reason: 'failed', attempts: 3 });
    expect(ready(world, 'a').fate).toBe('granted');
  });

  it('are forgotten when the config changes', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.arrive('a', spec('a'));
    const runner = world.runnerOf('a');
    if (runner) world.failLoad(runner, { retryable: true });
    world.reconfigure('a', spec('a', { configId: 'corrected' }));
    expect(world.runnerOf('a')?.state).toBe('loading');
  });

  it('wait longer each time, up to the longest pause', () => {
    const world = new SimulatedWorld({ budgetBytes: 100, maxFailures: 10, maxBackoffMs: 5000 });
    world.arrive('a', spec('a'));
    const pauses = [1, 2, 3, 4, 5].map(() => {
      const runner = world.runnerOf('a');
      if (runner) world.failLoad(runner, { retryable: true });
      const before = world.now;
      world.fireTimer();
      while (world.runnerOf('a') === undefined && world.wakeAt !== undefined) world.fireTimer();
      return world.now - before;
    });
    expect(pauses).toEqual([1000, 2000, 4000, 5000, 5000]);
  });
});

describe('positions', () => {
  it('are told at once to newcomers and gathered for 250 ms for the others', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    const serving = ready(world, 'a');
    world.advance(1000);
    const [second, , fourth] = [1, 2, 3].map(() => world.arrive('a', spec('a')));
    expect([second?.position, fourth?.position]).toEqual([1, 3]);
    world.end(serving);
    if (second) world.end(second);
    expect(fourth?.position).toBe(3);
    world.advance(250);
    expect(fourth?.position).toBe(1);
  });
});

describe('keep-alive', () => {
  it('is counted from the end of the last request', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    const request = ready(world, 'a', { keepAliveMs: 5000 });
    world.advance(60_000);
    world.end(request);
    world.advance(4999);
    expect(world.runnerOf('a')?.state).toBe('ready');
    world.advance(1);
    expect(world.runnerOf('a')?.stopReason).toBe('idle');
  });

  it('set by a request holds for its runner until another request sets it', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'a'));
    world.end(world.arrive('a', spec('a'), { keepAliveMs: 1000 }));
    world.end(world.arrive('a', spec('a')));
    expect(world.views()).toMatchObject([{ keepAliveMs: 1000, expiresAt: 1000 }]);
    world.advance(1000);
    expect(world.runnerOf('a')).toMatchObject({ state: 'stopping', stopReason: 'idle' });
  });

  it('changes with the settings without a new runner', () => {
    const world = new SimulatedWorld({ budgetBytes: 100 });
    world.end(ready(world, 'a'));
    world.reconfigure('a', spec('a', { keepAliveMs: 10 }));
    expect(world.views()).toMatchObject([{ state: 'ready', keepAliveMs: 10 }]);
  });
});

describe('a model that is gone', () => {
  /** How long a request is told to wait behind one that is served. */
  function wait(world: SimulatedWorld): number {
    const served = ready(world, 'a');
    const { refusal } = world.arrive('a', spec('a'));
    world.advance(60_000);
    world.end(served);
    return refusal?.reason === 'queue_full' ? refusal.retryAfterSeconds : 0;
  }

  it('leaves nothing: one of its name begins anew, and what runs or waits is not touched', () => {
    const world = new SimulatedWorld({ budgetBytes: 100, queueLimit: 0 });
    const first = wait(world);
    expect(wait(world)).toBeGreaterThan(first);
    const served = world.arrive('a', spec('a'));
    world.send({ type: 'LanesForgotten', lanes: new Set(['a']) });
    expect(served.fate).toBe('granted');
    world.end(served);
    world.send({ type: 'UnloadAsked', lanes: 'all' });
    for (const runner of world.inState('stopping')) world.finishStop(runner);
    world.send({ type: 'LanesForgotten', lanes: new Set(['a']) });
    expect(wait(world)).toBe(first);
  });
});
