import { describe, expect, it } from 'vitest';
import { isCrowded } from './crowded.ts';

const two = { threadsOf: () => 2, cpuCount: 2 };

describe('a load', () => {
  it.each([
    ['alone', [], two, false],
    ['beside a runner that is idle', [{ runner: 1, active: 0 }], two, false],
    ['beside one that answers', [{ runner: 1, active: 1 }], two, true],
    ['beside one that answers, where a processor is left', [{ runner: 1, active: 1 }], { ...two, cpuCount: 3 }, false],
    [
      'beside two that answer and take all',
      [
        { runner: 1, active: 1 },
        { runner: 2, active: 3 },
      ],
      { ...two, cpuCount: 4 },
      true,
    ],
    ['that is the only one with requests', [{ runner: 7, active: 2 }], two, false],
  ])('%s', (...[, runners, machine, crowded]) => {
    expect(isCrowded(7, runners, machine)).toBe(crowded);
  });
});
