import { AppError } from '#core';
import { describe, expect, it } from 'vitest';
import { fresh, poolWorld, session } from './testing/pool-world.ts';

describe('a server of fresh instances', () => {
  it('starts nothing before its first use, and one for each use', () => {
    const { want, started, leave, machine } = poolWorld({ a: fresh() });
    expect(machine.size()).toBe(0);
    expect(want(1)).toEqual(['start 1 a']);
    expect(want(2)).toEqual(['start 2 a']);
    expect(started(1)).toEqual(['grant 1 1']);
    expect(leave(1)).toEqual(['stop 1']);
    expect(started(2)).toEqual(['grant 2 2']);
  });

  it('keeps warm ones once it is used, and fills up after each use', () => {
    const { want, started, pass, machine } = poolWorld({ a: fresh({ warm: 2 }) });
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
    const { want, leave, stopped, started, machine } = poolWorld({ a: fresh() });
    want(1);
    expect(leave(1)).toEqual(['stop 1']);
    expect(started(1)).toEqual([]);
    stopped(1);
    expect(machine.size()).toBe(0);
  });

  it('gives the place of somebody who left to the next', () => {
    const { want, leave, started } = poolWorld({ a: fresh({ maxInstances: 1 }) });
    want(1);
    expect(want(2)).toEqual([]);
    expect(leave(1)).toEqual([]);
    expect(started(1)).toEqual(['grant 2 1']);
  });

  it('lets who finds no room wait for the end of another use', () => {
    const { want, leave, started, stopped } = poolWorld({ a: fresh() }, { maxInstances: 1 });
    want(1);
    started(1);
    expect(want(2)).toEqual([]);
    expect(leave(1)).toEqual(['stop 1']);
    expect(stopped(1)).toEqual(['start 2 a']);
  });

  it("takes the place of another server's warm instance when there is no other", () => {
    const { want, started, stopped } = poolWorld({ a: fresh({ warm: 1 }), b: fresh() }, { maxInstances: 2 });
    want(1);
    started(1);
    started(2);
    expect(want(2, 'b')).toEqual(['stop 2']);
    expect(stopped(2)).toEqual(['start 3 b']);
  });
});

describe('a start that fails', () => {
  it('is told to the one it was for, and the next at once until the pause is over', () => {
    const { want, fails, pass } = poolWorld({ a: fresh() });
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
    const { want, fails, started } = poolWorld({ a: fresh() });
    want(1);
    want(2);
    expect(fails(1)).toEqual(['refuse 1 mcp.server_failed']);
    expect(started(2)).toEqual(['grant 2 2']);
  });

  it('is forgotten once a use ended well, or the server is another', () => {
    const { want, fails, configure, started, leave, machine } = poolWorld({ a: fresh() });
    want(1);
    fails(1);
    expect(configure({ a: fresh({ revision: '2' }) })).toEqual([]);
    expect(want(2)).toEqual(['start 2 a']);
    started(2);
    leave(2);
    expect(machine.status(0)[0]).toMatchObject({ failures: 0 });
  });

  it('for want of an authorization is no reason to pause: what the person did counts at once', () => {
    const { want, fails, started, gone } = poolWorld({ a: session() });
    const required = new AppError('mcp.oauth_required', 'It needs more rights: write.');
    want(1);
    expect(fails(1, required)).toEqual(['refuse 1 mcp.oauth_required']);
    expect(want(2)).toEqual(['start 2 a s']);
    started(2);
    expect(gone(2, required)).toEqual([]);
    expect(want(3)).toEqual(['start 3 a s']);
  });

  it('does not make warm instances that end at once start over and over', () => {
    const { want, started, gone, leave, pass } = poolWorld({ a: fresh({ warm: 1 }) });
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
    const { want, started, leave } = poolWorld({ a: session() });
    expect(want(1, 'a', 'x')).toEqual(['start 1 a x']);
    expect(want(2, 'a', 'x')).toEqual([]);
    expect(started(1)).toEqual(['grant 1 1', 'grant 2 1']);
    expect(want(3, 'a', 'y')).toEqual(['start 2 a y']);
    expect(leave(1)).toEqual([]);
    expect(want(4, 'a', 'x')).toEqual(['grant 4 1']);
  });

  it('ends it with the session, after its idle time, and when the server changed', () => {
    const { want, started, leave, tell, pass, configure } = poolWorld({ a: session() });
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
    const { want, started, leave, pass, stopped } = poolWorld({ a: session(), b: fresh() }, { maxInstances: 2 });
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
    const { want, started, leave } = poolWorld({ a: session({ maxInstances: 1 }) });
    want(1, 'a', 'x');
    started(1);
    expect(want(2, 'a', 'y')).toEqual([]);
    expect(leave(1)).toEqual(['stop 1', 'start 2 a y']);
  });

  it('starts another when it ended by itself', () => {
    const { want, started, pass, gone } = poolWorld({ a: session() });
    want(1, 'a', 'x');
    started(1);
    pass(6000);
    gone(1);
    expect(want(2, 'a', 'x')).toEqual(['start 2 a x']);
  });
});

it('refuses who waits when a server is taken away, and all when it closes', () => {
  const { want, configure, tell, stopped, machine } = poolWorld({ a: fresh(), b: fresh() });
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
