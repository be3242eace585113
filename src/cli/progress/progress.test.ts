import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProgressLine } from '#contract';
import { createManualClock } from '#testing';
import { en } from '../messages/en.ts';
import { createTranslate } from '../messages/translate.ts';
import { zh } from '../messages/zh.ts';
import { displayWidth } from '../output/width.ts';
import { FakeOutput } from '../testing/run-for-test.ts';
import { barLines, plainLine } from './render.ts';
import { createProgressReport } from './report.ts';
import { nextProgress, noProgress, summarize, type Progress } from './state.ts';

const t = createTranslate(en);
const a = `sha256:b179c9523d0e${'0'.repeat(52)}`;
const b = `sha256:354bf30d0aa3${'0'.repeat(52)}`;

function line(id: string, current: number, size: number): ProgressLine {
  return { type: 'progress', message: '', total: size, layer: { id, size, current }, mode: 'pull' };
}

function after(...events: readonly (readonly [atMs: number, line: ProgressLine])[]): Progress {
  return events.reduce((progress, [atMs, one]) => nextProgress(progress, one, atMs), noProgress);
}

// The numbers of a recorded pull of 98,362,432 bytes.
const recorded = after(
  [0, line(a, 3695, 98_362_432)],
  [500, line(a, 3_473_408, 98_362_432)],
  [1000, line(a, 8_028_160, 98_362_432)],
  [2000, line(a, 20_028_160, 98_362_432)],
);
const screen = { nowMs: 2000, columns: 100, rows: 24, t, label: 'x' };

describe('progress lines', () => {
  it('show id, state, bar, bytes, speed and time left', () => {
    expect(barLines(recorded, { ...screen, columns: 84 })).toEqual([
      'b179c9523d0e: Downloading [=====>                  ] 20.03MB/98.36MB  10MB/s  ETA 8s',
    ]);
  });

  it('speak Chinese without getting wider than the terminal', () => {
    const [text = ''] = barLines(recorded, { ...screen, t: createTranslate(zh), columns: 60 });
    expect(text).toContain('b179c9523d0e: 下载中');
    expect(text).toContain('剩余 8s');
    expect(displayWidth(text)).toBeLessThanOrEqual(60);
  });

  it('do not count what an earlier try had fetched as speed', () => {
    const resumed = after([0, line(a, 90_000_000, 98_000_000)], [1000, line(a, 90_000_000, 98_000_000)]);
    expect(summarize(resumed, 1000)).toMatchObject({ bytesPerSecond: 0, remainingMs: undefined });
  });

  it('slow down on the screen when nothing comes', () => {
    const speeds = [2000, 4000, 6500].map((nowMs) => summarize(recorded, nowMs).bytesPerSecond);
    expect(speeds[0]).toBeGreaterThan(speeds[1] ?? 0);
    expect(speeds[2]).toBeLessThan(speeds[1] ?? 0);
  });

  it('have a total when there are several layers, and say what waits and what is complete', () => {
    const progress = after([0, line(a, 100, 100)], [0, line(b, 0, 200)]);
    expect(barLines(progress, { ...screen, columns: 52 })).toEqual([
      'b179c9523d0e: Complete 100B',
      '354bf30d0aa3: Waiting  [>                  ] 0B/200B',
      'Total:                 [======>          ] 100B/300B',
    ]);
  });

  it('fit any terminal', () => {
    fc.assert(
      fc.property(fc.nat(120), fc.nat(200_000_000), fc.nat(100_000_000), (columns, size, current) => {
        const progress = after([0, line(a, 0, size)], [900, line(a, current, size)], [950, line(b, 1, 5)]);
        const drawn = barLines(progress, { ...screen, columns });
        for (const text of drawn) expect(displayWidth(text)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('leave out complete layers when there are more than rows', () => {
    const many = Array.from({ length: 50 }, (_one, index) => line(`sha256:${String(index).padStart(64, '0')}`, 9, 9));
    const progress = after(...many.map((one) => [0, one] as const), [0, line(a, 1, 9)]);
    const drawn = barLines(progress, { ...screen, rows: 5 });
    expect(drawn).toHaveLength(2);
    expect(drawn[0]).toContain('b179c9523d0e');
  });

  it('name what has no digest by its label, cleaned', () => {
    const [text] = barLines(after([0, line('runtime', 1, 9)]), { ...screen, label: 'xlla\u001B[31mmacpp' });
    expect(text).toMatch(/^xllamacpp: Downloading/);
  });

  it('are one sentence on a pipe', () => {
    expect(plainLine(recorded, { nowMs: 2000, t })).toBe('Downloaded 20.03MB of 98.36MB (20%)  10MB/s  ETA 8s');
    expect(plainLine(recorded, { nowMs: 2000, t: createTranslate(zh) })).toBe(
      '已下载 20.03MB，共 98.36MB（20%）  10MB/s  剩余 8s',
    );
  });
});

describe('a report on a pipe', () => {
  it('writes at most a line a second and one for every tenth, and always the end', () => {
    const output = new FakeOutput();
    const clock = createManualClock();
    const report = createProgressReport({ output, clock, t, label: 'x' });
    for (let step = 0; step <= 1000; step += 1) {
      report.add(line(a, step * 1000, 1_000_000));
      clock.advance(20);
    }
    report.end();
    const lines = output.text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines.at(-1)).toContain('(100%)');
  });

  it('says every ten seconds where a slow transfer is', () => {
    const output = new FakeOutput();
    const clock = createManualClock();
    const report = createProgressReport({ output, clock, t, label: 'x' });
    for (let step = 0; step < 60; step += 1) {
      report.add(line(a, step, 1_000_000));
      clock.advance(1000);
    }
    expect(output.text.trimEnd().split('\n')).toHaveLength(6);
  });
});

describe('a report on a terminal', () => {
  it('redraws each second without news, and nothing more once it has ended', () => {
    const output = new FakeOutput({ columns: 80 });
    const clock = createManualClock();
    const report = createProgressReport({ output, clock, t, label: 'x' });
    report.add(line(a, 10, 100));
    output.text = '';
    clock.advance(1000);
    expect(output.text).toContain('b179c9523d0e: Downloading');
    report.say('Note: something');
    expect(output.text).toContain('\r\u001B[JNote: something\nb179c9523d0e');
    report.end();
    output.text = '';
    clock.advance(5000);
    expect(output.text).toBe('');
  });
});
