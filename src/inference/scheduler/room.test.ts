import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseVictims, planRoom, type Claim, type Occupant } from './room.ts';

const idle = (runner: number, bytes: number, since: number): Occupant => ({
  runner,
  bytes,
  use: 'idle',
  since,
  active: 0,
});
const busy = (runner: number, bytes: number, since: number): Occupant => ({
  ...idle(runner, bytes, since),
  use: 'busy',
  active: 1,
});
const claim = (lane: string, bytes: number, since = 0): Claim => ({ lane, bytes, since, blocked: false });

function plan(claims: Claim[], occupants: Occupant[], time = 0) {
  return planRoom({ claims, occupants, budgetBytes: 100, turnMs: 10, time });
}

describe('who is evicted', () => {
  it('the least recently used, and no more than needed', () => {
    const victims = chooseVictims([idle(1, 30, 5), idle(2, 30, 1), idle(3, 30, 9)], 40);
    expect(victims?.map(({ runner }) => runner)).toEqual([2, 1]);
  });

  it('spares small ones that a larger one makes unnecessary, the most recently used first', () => {
    const victims = chooseVictims([idle(1, 10, 1), idle(2, 10, 2), idle(3, 60, 3)], 70);
    expect(victims?.map(({ runner }) => runner)).toEqual([1, 3]);
  });

  it('nobody when all together do not suffice', () => {
    expect(chooseVictims([idle(1, 10, 1)], 11)).toBeUndefined();
  });

  it('for any runners: enough, none superfluous, and the newest only when all older ones do not suffice', () => {
    const runners = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 50 }), since: fc.nat(20) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(runners, fc.integer({ min: 1, max: 200 }), (specs, bytes) => {
        const candidates = specs.map((spec, index) => idle(index, spec.bytes, spec.since));
        const sum = (list: readonly Occupant[]): number => list.reduce((total, each) => total + each.bytes, 0);
        const victims = chooseVictims(candidates, bytes);
        if (victims === undefined) {
          expect(sum(candidates)).toBeLessThan(bytes);
          return;
        }
        expect(sum(victims)).toBeGreaterThanOrEqual(bytes);
        for (const victim of victims) expect(sum(victims) - victim.bytes).toBeLessThan(bytes);
        const newest = victims.at(-1);
        const older = candidates.filter(
          ({ since, runner }) =>
            newest !== undefined && (since < newest.since || (since === newest.since && runner < newest.runner)),
        );
        expect(sum(older)).toBeLessThan(bytes);
      }),
      { seed: 20_261_125 },
    );
  });
});

describe('who may start', () => {
  it('all that fit at once', () => {
    expect(plan([claim('a', 40), claim('b', 60)], []).start).toEqual(['a', 'b']);
  });

  it('a younger one in room that no older one counts on', () => {
    const { start, evict } = plan([claim('large', 80), claim('small', 20)], [busy(1, 70, 0)]);
    expect(start).toEqual(['small']);
    expect(evict).toEqual([]);
  });

  it('no younger one in room that an older one will need', () => {
    expect(plan([claim('large', 90), claim('small', 20)], [busy(1, 70, 0)]).start).toEqual([]);
  });

  it('no younger one while an older one needs all there is', () => {
    const pinned: Occupant = { ...idle(1, 40, 0), use: 'pinned' };
    expect(plan([claim('large', 90), claim('small', 20)], [pinned]).start).toEqual([]);
  });

  it('nobody before the memory of a stopping runner is free', () => {
    const leaving: Occupant = { ...idle(1, 60, 0), use: 'leaving' };
    expect(plan([claim('a', 50)], [leaving])).toMatchObject({ start: [], evict: [] });
  });
});

describe('turns', () => {
  it('let a busy runner go on until its turn is over, then make it yield', () => {
    const before = plan([claim('b', 50, 3)], [busy(1, 80, 0)], 12);
    expect([...before.yielding]).toEqual([]);
    expect(before.nextTurnEnd).toBe(13);
    const after = plan([claim('b', 50, 3)], [busy(1, 80, 0)], 13);
    expect([...after.yielding]).toEqual([1]);
    expect(after.evict).toEqual([]);
  });

  it('begin when a runner is ready, not when the other began to wait', () => {
    expect(plan([claim('b', 50, 0)], [busy(1, 80, 40)], 45).nextTurnEnd).toBe(50);
  });

  it('evict nobody idle while a busy one is needed as well', () => {
    const { evict } = plan([claim('b', 90)], [idle(1, 30, 0), busy(2, 60, 0)], 5);
    expect(evict).toEqual([]);
  });
});
