import fc from 'fast-check';
import { AppError } from '#core';
import { describe, expect, it } from 'vitest';
import type { PoolPolicy } from '../types.ts';
import { createPoolMachine } from './pool-machine.ts';
import type { PoolEvent, PoolLimits } from './types.ts';

const limits: PoolLimits = { maxInstances: 8, firstPauseMs: 500, longestPauseMs: 4000, provenMs: 5000 };
const fresh = (fields: Partial<PoolPolicy> = {}): PoolPolicy => ({
  mode: 'fresh',
  warm: 0,
  revision: '1',
  maxInstances: 4,
  idleMs: 10_000,
  ...fields,
});
const session = (fields: Partial<PoolPolicy> = {}): PoolPolicy => fresh({ mode: 'session', ...fields });
const failed = new AppError('mcp.server_failed', 'It has no image.', { hint: 'Pull it.' });

type Untimed<Event> = Event extends PoolEvent ? Omit<Event, 'time'> : never;

/** The machine and what it did, in words. */
function world(servers: Readonly<Record<string, PoolPolicy>>, given: Partial<PoolLimits> = {}) {
  const said: string[] = [];
  let time = 0;
  let wake: number | undefined;
  const machine = createPoolMachine(
    { ...limits, ...given },
    {
      start: (instance, { server, session: owner }) =>
        said.push(`start ${instance} ${server}${owner ? ` ${owner}` : ''}`),
      stop: (instance) => said.push(`stop ${instance}`),
      grant: (use, instance) => said.push(`grant ${use} ${instance}`),
      refuse: (use, error) => said.push(`refuse ${use} ${error.code}`),
      wakeAt: (at) => (wake = at),
    },
  );
  const tell = (event: Untimed<PoolEvent>): string[] => {
    machine.handle({ ...event, time } as PoolEvent);
    return said.splice(0);
  };
  tell({ type: 'Configured', servers: new Map(Object.entries(servers)) });
  return {
    machine,
    tell,
    want: (use: number, server = 'a', owner = 's') => tell({ type: 'Wanted', use, server, session: owner }),
    leave: (use: number) => tell({ type: 'Left', use }),
    started: (instance: number) => tell({ type: 'Started', instance }),
    fails: (instance: number) => tell({ type: 'StartFailed', instance, error: failed }),
    gone: (instance: number) => tell({ type: 'Gone', instance, error: failed }),
    stopped: (instance: number) => tell({ type: 'Stopped', instance }),
    configure: (next: Readonly<Record<string, PoolPolicy>>) =>
      tell({ type: 'Configured', servers: new Map(Object.entries(next)) }),
    pass: (ms: number): string[] => {
      time += ms;
      return wake !== undefined && wake <= time ? tell({ type: 'Woke' }) : [];
    },
    wake: () => wake,
  };
}

describe('a server of fresh instances', () => {
  it('starts nothing before its first use, and one for each use', () => {
    const { want, started, leave, machine } = world({ a: fresh() });
    expect(machine.size()).toBe(0);
    expect(want(1)).toEqual(['start 1 a']);
    expect(want(2)).toEqual(['start 2 a']);
    expect(started(1)).toEqual(['grant 1 1']);
    expect(leave(1)).toEqual(['stop 1']);
    expect(started(2)).toEqual(['grant 2 2']);
  });

  it('keeps warm ones once it is used, and fills up after each use', () => {
    const { want, started, pass, machine } = world({ a: fresh({ warm: 2 }) });
    expect(want(1)).toEqual(['start 1 a', 'start 2 a', 'start 3 a']);
    started(1);
    started(2);
    started(3);
    expect(want(2)).toEqual(['grant 2 2', 'start 4 a']);
    started(4);
    expect(pass(9999)).toEqual([]);
    expect(pass(1)).toEqual(['stop 3', 'stop 4']);
    expect(machine.status(0)[0]).toMatchObject({ inUse: 2, idle: 0 });
  });

  it('stops what was started for somebody who left', () => {
    const { want, leave, stopped, started, machine } = world({ a: fresh() });
    want(1);
    expect(leave(1)).toEqual(['stop 1']);
    expect(started(1)).toEqual([]);
    stopped(1);
    expect(machine.size()).toBe(0);
  });

  it('gives the place of somebody who left to the next', () => {
    const { want, leave, started } = world({ a: fresh({ maxInstances: 1 }) });
    want(1);
    expect(want(2)).toEqual([]);
    expect(leave(1)).toEqual([]);
    expect(started(1)).toEqual(['grant 2 1']);
  });

  it('lets who finds no room wait for the end of another use', () => {
    const { want, leave, started, stopped } = world({ a: fresh() }, { maxInstances: 1 });
    want(1);
    started(1);
    expect(want(2)).toEqual([]);
    expect(leave(1)).toEqual(['stop 1']);
    expect(stopped(1)).toEqual(['start 2 a']);
  });

  it("takes the place of another server's warm instance when there is no other", () => {
    const { want, started, stopped } = world({ a: fresh({ warm: 1 }), b: fresh() }, { maxInstances: 2 });
    want(1);
    started(1);
    started(2);
    expect(want(2, 'b')).toEqual(['stop 2']);
    expect(stopped(2)).toEqual(['start 3 b']);
  });
});

describe('a start that fails', () => {
  it('is told to the one it was for, and the next at once until the pause is over', () => {
    const { want, fails, pass } = world({ a: fresh() });
    want(1);
    expect(fails(1)).toEqual(['refuse 1 mcp.server_failed']);
    expect(want(2)).toEqual(['refuse 2 mcp.server_unavailable']);
    pass(500);
    expect(want(3)).toEqual(['start 2 a']);
    fails(2);
    pass(500);
    expect(want(4)).toEqual(['refuse 4 mcp.server_unavailable']);
    pass(500);
    expect(want(5)).toEqual(['start 3 a']);
  });

  it('leaves alone who waits for a start that is under way', () => {
    const { want, fails, started } = world({ a: fresh() });
    want(1);
    want(2);
    expect(fails(1)).toEqual(['refuse 1 mcp.server_failed']);
    expect(started(2)).toEqual(['grant 2 2']);
  });

  it('is forgotten once a use ended well, or the server is another', () => {
    const { want, fails, configure, started, leave, machine } = world({ a: fresh() });
    want(1);
    fails(1);
    expect(configure({ a: fresh({ revision: '2' }) })).toEqual([]);
    expect(want(2)).toEqual(['start 2 a']);
    started(2);
    leave(2);
    expect(machine.status(0)[0]).toMatchObject({ failures: 0 });
  });

  it('does not make warm instances that end at once start over and over', () => {
    const { want, started, gone, leave, pass } = world({ a: fresh({ warm: 1 }) });
    want(1);
    started(1);
    started(2);
    expect(gone(2)).toEqual([]);
    expect(pass(499)).toEqual([]);
    expect(pass(1)).toEqual(['start 3 a']);
    started(3);
    expect(gone(3)).toEqual([]);
    expect(pass(999)).toEqual([]);
    expect(leave(1)).toEqual(['stop 1', 'start 4 a']);
  });
});

describe('a server with an instance for each session', () => {
  it('shares it among the calls of the session, and with nobody else', () => {
    const { want, started, leave } = world({ a: session() });
    expect(want(1, 'a', 'x')).toEqual(['start 1 a x']);
    expect(want(2, 'a', 'x')).toEqual([]);
    expect(started(1)).toEqual(['grant 1 1', 'grant 2 1']);
    expect(want(3, 'a', 'y')).toEqual(['start 2 a y']);
    expect(leave(1)).toEqual([]);
    expect(want(4, 'a', 'x')).toEqual(['grant 4 1']);
  });

  it('ends it with the session, after its idle time, and when the server changed', () => {
    const { want, started, leave, tell, pass, configure } = world({ a: session() });
    want(1, 'a', 'x');
    started(1);
    expect(tell({ type: 'SessionEnded', session: 'x' })).toEqual(['stop 1']);
    want(2, 'a', 'y');
    started(2);
    leave(2);
    expect(pass(10_000)).toEqual(['stop 2']);
    want(3, 'a', 'z');
    started(3);
    expect(configure({ a: session({ revision: '2' }) })).toEqual([]);
    expect(want(4, 'a', 'z')).toEqual(['start 4 a z']);
    expect(leave(3)).toEqual(['stop 3']);
  });

  it('ends what a session did nothing with for longest when there is no other room', () => {
    const { want, started, leave, pass, stopped } = world({ a: session(), b: fresh() }, { maxInstances: 2 });
    want(1, 'a', 'x');
    started(1);
    want(2, 'a', 'y');
    started(2);
    leave(2);
    pass(10);
    leave(1);
    expect(want(3, 'b')).toEqual(['stop 2']);
    expect(stopped(2)).toEqual(['start 3 b']);
    expect(want(4, 'a', 'x')).toEqual(['grant 4 1']);
  });

  it('makes room among its own when it has as many as it may', () => {
    const { want, started, leave } = world({ a: session({ maxInstances: 1 }) });
    want(1, 'a', 'x');
    started(1);
    expect(want(2, 'a', 'y')).toEqual([]);
    expect(leave(1)).toEqual(['stop 1', 'start 2 a y']);
  });

  it('starts another when it ended by itself', () => {
    const { want, started, pass, gone } = world({ a: session() });
    want(1, 'a', 'x');
    started(1);
    pass(6000);
    gone(1);
    expect(want(2, 'a', 'x')).toEqual(['start 2 a x']);
  });
});

it('refuses who waits when a server is taken away, and all when it closes', () => {
  const { want, configure, tell, stopped, machine } = world({ a: fresh(), b: fresh() });
  want(1);
  want(2, 'b');
  expect(configure({ b: fresh() })).toEqual(['refuse 1 mcp.server_not_found', 'stop 1']);
  expect(want(3)).toEqual(['refuse 3 mcp.server_not_found']);
  expect(tell({ type: 'Closing' })).toEqual(['refuse 2 daemon.stopping', 'stop 2']);
  expect(want(4, 'b')).toEqual(['refuse 4 daemon.stopping']);
  stopped(1);
  stopped(2);
  expect(machine.size()).toBe(0);
});

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
