import { describe, expect, it } from 'vitest';
import { withShortSpinning } from './spinning.ts';

describe('withShortSpinning', () => {
  it('lets the threads of a runner sleep soon when they wait for each other', () => {
    const { PATH, GOMP_SPINCOUNT } = withShortSpinning({ PATH: '/bin' });
    expect(PATH).toBe('/bin');
    expect(Number(GOMP_SPINCOUNT)).toBeGreaterThan(0);
    expect(Number(GOMP_SPINCOUNT)).toBeLessThan(1000);
  });

  it.each(['GOMP_SPINCOUNT', 'OMP_WAIT_POLICY'])('leaves it to the user who set %s', (name) => {
    expect(withShortSpinning({ [name]: '7' })).toEqual({ [name]: '7' });
  });
});
