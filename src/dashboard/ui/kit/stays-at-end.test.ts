import { describe, expect, it } from 'vitest';
import { staysAtEnd } from './stays-at-end.ts';

const nearPx = 500;

describe('a list that follows its end', () => {
  it('stays there when rows were added before the event of its own scrolling came', () => {
    const [before, place] = [
      { top: 0, height: 1000 },
      { top: 500, height: 40_000 },
    ];
    expect(staysAtEnd(true, { before, place, nearPx })).toBe(true);
  });

  it('is left by moving back, and not by moving on', () => {
    const before = { top: 39_500, height: 40_000 };
    const place = { top: 38_000, height: 40_000 };
    expect(staysAtEnd(true, { before, place, nearPx })).toBe(false);
    expect(staysAtEnd(false, { before: place, place: { top: 38_500, height: 40_000 }, nearPx })).toBe(false);
    expect(staysAtEnd(false, { before: place, place: before, nearPx })).toBe(true);
  });

  it('is not left when rows went and the place had to move with them', () => {
    const [before, place] = [
      { top: 39_500, height: 40_000 },
      { top: 20_000, height: 30_000 },
    ];
    expect(staysAtEnd(true, { before, place, nearPx })).toBe(true);
  });
});
