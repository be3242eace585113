import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addInterval, firstGap, frontier, totalBytes, type Intervals } from './intervals.ts';
import { formatJournal, parseJournal } from './journal.ts';
import { createPieces } from './pieces.ts';
import { judge, retryAfterMs } from './retry.ts';
import { defaultTransferLimits } from './limits.ts';
import { AppError } from '#core';

const ranges = fc.array(
  fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  { maxLength: 12 },
);

describe('intervals', () => {
  it('hold exactly the bytes that were added, sorted and apart', () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 0, max: 70 }), (added, size) => {
        const bytes = new Set<number>();
        let intervals: Intervals = [];
        for (const [start, end] of added) {
          intervals = addInterval(intervals, [start, end]);
          for (let byte = start; byte < end; byte += 1) bytes.add(byte);
        }
        const held = intervals.flatMap(([start, end]) => Array.from({ length: end - start }, (_, at) => start + at));
        expect(held).toEqual([...bytes].toSorted((a, b) => a - b));
        intervals.slice(1).forEach(([start], at) => expect(start).toBeGreaterThan(intervals[at]?.[1] ?? Infinity));
        expect(totalBytes(intervals)).toBe(bytes.size);
        const missing = Array.from({ length: size }, (_, byte) => byte).filter((byte) => !bytes.has(byte));
        expect(firstGap(intervals, size)?.[0]).toBe(missing[0]);
        const firstMissing = Array.from({ length: 71 }, (_, byte) => byte).find((byte) => !bytes.has(byte));
        expect(frontier(intervals)).toBe(firstMissing);
        expect(parseJournal(formatJournal({ sizeBytes: 60, etag: '"x"', digest: undefined, done: intervals }))).toEqual(
          {
            sizeBytes: 60,
            etag: '"x"',
            digest: undefined,
            done: intervals,
          },
        );
      }),
    );
  });
});

describe('parseJournal', () => {
  it.each([
    '',
    'null',
    '{"version":2,"done":[]}',
    '{"version":1,"done":[[5,3]]}',
    '{"version":1,"done":[[0,3],[2,5]]}',
    '{"version":1,"done":[[-1,3]]}',
    '{"version":1,"sizeBytes":2,"done":[[0,3]]}',
    '{"version":1,"digest":"sha256:../x","done":[]}',
    '{"version":1,"done":[[0,1e400]]}',
  ])('does not trust %j', (text) => {
    expect(parseJournal(text)).toBeUndefined();
  });
});

describe('pieces', () => {
  type Step = { kind: 'take' | 'receive' | 'fail' | 'finish' | 'slow'; pick: number; amount: number };
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('take', 'receive', 'fail', 'finish', 'slow'),
    pick: fc.nat(),
    amount: fc.integer({ min: 1, max: 6_000_000 }),
  });

  it('never give one byte to two workers, and cover the whole content whatever fails on the way', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 40_000_000 }), (steps, sizeBytes) => {
        const pieces = createPieces({ sizeBytes, pieceBytes: 5_000_000, done: [] });
        let written = 0;
        const receive = (piece: { next: number; end: number }, amount: number): void => {
          const end = Math.min(piece.end, piece.next + amount);
          written += end - piece.next;
          pieces.onDisk([piece.next, end]);
          piece.next = end;
        };
        for (const { kind, pick, amount } of steps) {
          const active = [...pieces.active];
          const piece = active[pick % Math.max(1, active.length)];
          if (kind === 'take') pieces.take();
          else if (piece === undefined) continue;
          else if (kind === 'slow') piece.rate = amount / 1e6;
          else {
            if (kind !== 'fail') receive(piece, kind === 'finish' ? Infinity : amount);
            if (kind !== 'receive') pieces.release(piece);
          }
        }
        for (const piece of pieces.active) {
          receive(piece, Infinity);
          pieces.release(piece);
        }
        for (let piece = pieces.take(); piece !== undefined; piece = pieces.take()) {
          receive(piece, Infinity);
          pieces.release(piece);
        }
        expect(pieces.done).toEqual([[0, sizeBytes]]);
        expect(written).toBe(sizeBytes);
      }),
      { numRuns: 500 },
    );
  });
});

describe('judge', () => {
  const verdict = (error: AppError, attempt = 1) =>
    judge({ error, attempt, nowMs: 0, jitter: 1 }, defaultTransferLimits);

  it('doubles the pause with each attempt, up to a limit, and gives up after the last', () => {
    const error = new AppError('source.unreachable', 'x');
    expect([1, 2, 3, 4].map((attempt) => verdict(error, attempt))).toEqual(
      [500, 1000, 2000, 4000].map((delayMs) => ({ kind: 'wait', delayMs })),
    );
    expect(verdict(error, 5)).toEqual({ kind: 'give_up' });
  });

  it('gives up on what another attempt cannot change', () => {
    for (const code of ['source.forbidden', 'source.not_allowed', 'store.disk_full', 'internal'] as const) {
      expect(verdict(new AppError(code, 'x'))).toEqual({ kind: 'give_up' });
    }
    expect(verdict(new AppError('source.invalid_response', 'x', { params: { status: 416 } }))).toEqual({
      kind: 'give_up',
    });
  });

  it('reads Retry-After as seconds or as a date', () => {
    expect(retryAfterMs('12', 0)).toBe(12_000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:30 GMT', 10_000)).toBe(20_000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:30 GMT', 40_000)).toBe(0);
    expect(retryAfterMs('soon', 0)).toBeUndefined();
    expect(retryAfterMs('', 0)).toBeUndefined();
    expect(retryAfterMs('-5', 0)).toBeUndefined();
  });
});
