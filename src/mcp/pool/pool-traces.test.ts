import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PoolPolicy } from '../types.ts';
import { createPoolMachine } from './pool-machine.ts';
import { failed, fresh, limits, session, type Untimed } from './testing/pool-world.ts';
import type { PoolEvent } from './types.ts';

type Step =
  | { readonly do: 'want'; readonly server: number; readonly session: number }
  | { readonly do: 'leave' | 'start' | 'fail' | 'gone' | 'stop'; readonly which: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'end session'; readonly session: number }
  | { readonly do: 'configure'; readonly revision: number; readonly without: number };

const index = fc.nat({ max: 50 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('want' as const), server: fc.nat(2), session: fc.nat(2) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('leave', 'start', 'stop'), which: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('fail', 'gone'), which: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(6000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end session' as const), session: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('configure' as const), revision: fc.nat(1), without: fc.nat(5) }),
  },
);

/** What the world outside sees of a machine, checked at each effect. */
function checkedWorld(policies: (revision: number) => Readonly<Record<string, PoolPolicy>>) {
  const alive = new Map<
    number,
    { server: string; session: string | undefined; state: 'starting' | 'ready' | 'stopping' }
  >();
  const spent = new Set<number>();
  const waiting = new Map<number, { server: string; session: string }>();
  const using = new Map<number, number>();
  let current = policies(0);
  let time = 0;
  let wake: number | undefined;
  let lastUse = 0;
  const machine = createPoolMachine(limits, {
    start(id, { server, session: owner }) {
      expect(alive.has(id)).toBe(false);
      alive.set(id, { server, session: owner, state: 'starting' });
      expect(alive.size).toBeLessThanOrEqual(limits.maxInstances);
      const own = [...alive.values()].filter((one) => one.server === server && one.state !== 'stopping');
      expect(own.length).toBeLessThanOrEqual(current[server]?.maxInstances ?? 0);
    },
    stop(id) {
      const found = alive.get(id);
      expect(found?.state).toMatch(/starting|ready/);
      if (found) found.state = 'stopping';
    },
    grant(use, id) {
      const wanted = waiting.get(use);
      const found = alive.get(id);
      expect(found).toMatchObject({ server: wanted?.server, state: 'ready' });
      if (found?.session === undefined) expect(spent.has(id)).toBe(false);
      else expect(found.session).toBe(wanted?.session);
      spent.add(id);
      waiting.delete(use);
      using.set(use, id);
    },
    refuse(use) {
      expect(waiting.delete(use)).toBe(true);
    },
    wakeAt(at) {
      wake = at;
    },
  });
  const tell = (event: Untimed<PoolEvent>): void => machine.handle({ ...event, time } as PoolEvent);
  const pick = <Key>(keys: readonly Key[], which: number): Key | undefined => keys[which % Math.max(1, keys.length)];
  const inState = (state: string): number[] => [...alive].filter(([, one]) => one.state === state).map(([id]) => id);

  function take(one: Step): void {
    switch (one.do) {
      case 'want':
        lastUse += 1;
        waiting.set(lastUse, { server: `s${one.server}`, session: `c${one.session}` });
        return tell({ type: 'Wanted', use: lastUse, server: `s${one.server}`, session: `c${one.session}` });
      case 'leave': {
        const use = pick([...waiting.keys(), ...using.keys()], one.which);
        if (use === undefined) return;
        waiting.delete(use);
        using.delete(use);
        return tell({ type: 'Left', use });
      }
      case 'start': {
        const id = pick(inState('starting'), one.which);
        const found = id === undefined ? undefined : alive.get(id);
        if (id === undefined || !found) return;
        found.state = 'ready';
        return tell({ type: 'Started', instance: id });
      }
      case 'fail':
      case 'gone': {
        const id = pick(inState(one.do === 'fail' ? 'starting' : 'ready'), one.which);
        if (id === undefined) return;
        alive.delete(id);
        return tell(
          one.do === 'fail'
            ? { type: 'StartFailed', instance: id, error: failed }
            : { type: 'Gone', instance: id, error: failed },
        );
      }
      case 'stop': {
        const id = pick(inState('stopping'), one.which);
        if (id === undefined) return;
        alive.delete(id);
        return tell({ type: 'Stopped', instance: id });
      }
      case 'pass':
        time += one.ms;
        if (wake !== undefined && wake <= time) tell({ type: 'Woke' });
        return;
      case 'end session':
        return tell({ type: 'SessionEnded', session: `c${one.session}` });
      case 'configure':
        current = Object.fromEntries(
          Object.entries(policies(one.revision)).filter(([name]) => name !== `s${one.without}`),
        );
        return tell({ type: 'Configured', servers: new Map(Object.entries(current)) });
    }
  }
  tell({ type: 'Configured', servers: new Map(Object.entries(current)) });
  return {
    take,
    tell,
    machine,
    alive,
    waiting,
    using,
    inState,
    wake: () => wake,
    now: () => time,
  };
}

const policies = (revision: number): Readonly<Record<string, PoolPolicy>> => ({
  s0: fresh({ revision: String(revision) }),
  s1: fresh({ revision: String(revision), warm: 2, maxInstances: 3 }),
  s2: session({ revision: String(revision), maxInstances: 2 }),
});

describe('whatever happens', () => {
  it('nobody shares a fresh instance, limits hold, and who wants a wake-up is not woken for nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { take, alive, machine, wake, now } = checkedWorld(policies);
        for (const one of steps) {
          take(one);
          expect(machine.size()).toBe(alive.size);
          const at = wake();
          if (at !== undefined) expect(at).toBeGreaterThan(now());
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('everybody who waits is served or refused once starts, uses and ends take their course', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { take, waiting, using, inState } = checkedWorld(policies);
        for (const one of steps) take(one);
        for (let round = 0; round < 400 && waiting.size + using.size > 0; round++) {
          if (inState('stopping').length > 0) take({ do: 'stop', which: 0 });
          else if (inState('starting').length > 0) take({ do: 'start', which: 0 });
          else if (using.size > 0) take({ do: 'leave', which: waiting.size });
          else expect([...waiting.values()]).toEqual([]);
        }
        expect({ waiting: [...waiting], using: [...using] }).toEqual({ waiting: [], using: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('nothing is left once it closed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { take, tell, machine, alive, waiting, inState } = checkedWorld(policies);
        for (const one of steps) take(one);
        tell({ type: 'Closing' });
        expect(waiting.size).toBe(0);
        expect(inState('stopping').length).toBe(alive.size);
        while (alive.size > 0) take({ do: 'stop', which: 0 });
        expect(machine.size()).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
