import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '#core';
import { SimulatedWorld, type SimulatedRequest, type SimulatedRunner } from './simulated-world.ts';
import type { RunnerSpec } from './types.ts';

// A trace is a list of numbers; each is one thing that happens. `a` and `b` choose among what is possible then.
interface Step {
  readonly choice: number;
  readonly a: number;
  readonly b: number;
}

const tooLate = new AppError('backend.crashed', 'It died while it was being stopped.');

const names = ['chat', 'code', 'embed', 'small', 'huge', 'pinned'];

function specOf(lane: string, version: number): RunnerSpec {
  const index = names.indexOf(lane);
  return {
    configId: `${lane}#${version}`,
    bytes: ([50, 60, 20, 10, 150, 15][index] ?? 0) + (version % 3) * 4,
    parallel: [2, 1, 4, 1, 1, 2][index] ?? 1,
    pinned: lane === 'pinned' || version % 5 === 4,
    keepAliveMs: [300_000, 0, 5000, -1, 1000, -1][index] ?? 0,
  };
}

function pick<T>(from: readonly T[], index: number): T | undefined {
  return from[index % Math.max(1, from.length)];
}

function play(world: SimulatedWorld, { choice, a, b }: Step, versions: Map<string, number>): void {
  const lane = names[a % names.length] ?? 'chat';
  const current = (): RunnerSpec => specOf(lane, versions.get(lane) ?? 0);
  const request = (fate: SimulatedRequest['fate']): SimulatedRequest | undefined => pick(world.with(fate), a);
  const runner = (state: SimulatedRunner['state']): SimulatedRunner | undefined => pick(world.inState(state), a);
  const on = <T>(target: T | undefined, act: (target: T) => void): void => {
    if (target !== undefined) act(target);
  };
  const raise = (): void => void versions.set(lane, (versions.get(lane) ?? 0) + 1);
  if (choice < 30) world.arrive(lane, current(), { keepAliveMs: b % 9 === 0 ? [0, 2000, -1][b % 3] : undefined });
  else if (choice < 32) {
    // A single request that wants another context.
    raise();
    world.arrive(lane, current());
  } else if (choice < 34) world.arrive(lane, current(), { modest: true });
  else if (choice < 50) on(request('granted'), (found) => world.end(found));
  else if (choice < 55) on(request('waiting'), (found) => world.leave(found));
  else if (choice < 68) on(runner('loading'), (found) => world.finishLoad(found));
  else if (choice < 71) on(runner('loading'), (found) => world.failLoad(found, { retryable: b % 4 !== 0 }));
  else if (choice < 75) on(runner('ready'), (found) => world.crash(found));
  else if (choice < 83) on(runner('stopping'), (found) => world.finishStop(found));
  else if (choice < 90) world.advance([10, 300, 1500, 9000, 400_000][b % 5] ?? 1);
  else if (choice < 92) world.send({ type: 'UnloadAsked', lanes: b % 2 === 0 ? 'all' : new Set([lane]) });
  else if (choice < 93) world.send({ type: 'LanesForgotten', lanes: new Set([lane]) });
  else if (choice < 96) {
    raise();
    world.reconfigure(lane, current());
  } else if (choice < 98) {
    // Late and repeated facts change nothing.
    on(request('ended'), (found) => world.end(found));
    on(request('granted'), (found) => world.leave(found));
    on(runner('stopping'), (found) => world.send({ type: 'LoadFinished', runner: found.id }));
    on(runner('stopping'), (found) => world.send({ type: 'RunnerExited', runner: found.id, error: tooLate }));
  } else if (b % 10 === 0) world.send({ type: 'DrainStarted' });
  else if (b % 10 < 4) world.setBudget([75, 100, 130][b % 3] ?? 100);
}

const trace = fc.array(fc.record({ choice: fc.nat(99), a: fc.nat(1000), b: fc.nat(1000) }), {
  minLength: 5,
  maxLength: 60,
  size: 'max',
});

it('keeps every rule over 10,000 random traces, and lets every request end', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      trace,
      fc.constantFrom(75, 100, 130),
      fc.integer({ min: 0, max: 4 }),
      (steps, budgetBytes, queueLimit) => {
        const world = new SimulatedWorld({ budgetBytes, queueLimit });
        const versions = new Map<string, number>();
        for (const step of steps) play(world, step, versions);
        world.settle();
        for (const { fate, refusal } of world.requests.values()) {
          const kind = refusal?.reason ?? fate;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
      },
    ),
    { numRuns: 10_000, seed: 20_261_123 },
  );
  // The traces reach every way a request can end.
  for (const kind of ['ended', 'left', 'lost', 'queue_full', 'too_large', 'no_room', 'stopping', 'failed']) {
    expect(seen.get(kind), kind).toBeGreaterThan(100);
  }
}, 60_000);

it('stops everything when the time to drain is up, whatever was going on', () => {
  fc.assert(
    fc.property(trace, (steps) => {
      const world = new SimulatedWorld({ budgetBytes: 100 });
      const versions = new Map<string, number>();
      for (const step of steps) play(world, step, versions);
      world.send({ type: 'DrainStarted' });
      world.deadlineOver = true;
      for (const { fate } of world.requests.values()) expect(fate).not.toBe('waiting');
      world.send({ type: 'DrainExpired' });
      for (const runner of world.inState('stopping')) world.finishStop(runner);
      expect(world.runners.size).toBe(0);
      expect(world.with('granted')).toEqual([]);
    }),
    { numRuns: 500, seed: 20_261_124 },
  );
});
