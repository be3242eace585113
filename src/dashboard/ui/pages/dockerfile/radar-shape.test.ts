import { expect, it } from 'vitest';
import { pointAt, polygon } from './radar-shape.ts';

it('draws the first spoke upwards and the others clockwise, as long as their score', () => {
  expect(
    polygon(
      [
        { name: 'a', score: 100 },
        { name: 'b', score: 50 },
        { name: 'c', score: 0 },
        { name: 'd', score: null },
      ],
      10,
    ),
  ).toBe('0,-10 5,0 0,0 -10,0');
  expect(pointAt(0, { of: 8, share: 1 }).y).toBeCloseTo(-1);
});
