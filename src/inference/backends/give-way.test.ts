import { describe, expect, it } from 'vitest';
import { createManualClock } from '#testing';
import { giveWay, restMs, runMs } from './give-way.ts';

function world(): { clock: ReturnType<typeof createManualClock>; sent: string[]; wanted: boolean[] } & {
  way: ReturnType<typeof giveWay>;
} {
  const clock = createManualClock();
  const sent: string[] = [];
  const wanted = [true];
  const way = giveWay({ clock, send: (signal) => sent.push(signal), isWanted: () => wanted[0] === true });
  return { clock, sent, wanted, way };
}

describe('a process that gives way', () => {
  it('stands still longer than it runs, in turns, while others answer', () => {
    const { clock, sent, way } = world();
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance(runMs);
      clock.advance(restMs);
    }
    expect(sent).toEqual(['SIGSTOP', 'SIGCONT', 'SIGSTOP', 'SIGCONT', 'SIGSTOP', 'SIGCONT']);
    expect(way.pausedMs()).toBe(3 * restMs);
  });

  it('is left alone while nobody answers, and gives way once somebody does', () => {
    const { clock, sent, wanted } = world();
    wanted[0] = false;
    clock.advance(runMs);
    clock.advance(runMs);
    expect(sent).toEqual([]);
    wanted[0] = true;
    clock.advance(runMs);
    expect(sent).toEqual(['SIGSTOP']);
  });

  it('goes on after a turn though others still answer, and at once when it is done', () => {
    const { clock, sent, way } = world();
    clock.advance(runMs);
    clock.advance(10);
    expect(way.pausedMs()).toBe(10);
    way.end();
    clock.advance(10 * restMs);
    expect(sent).toEqual(['SIGSTOP', 'SIGCONT']);
    expect(way.pausedMs()).toBe(10);
  });
});
