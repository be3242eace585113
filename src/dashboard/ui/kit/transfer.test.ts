import { describe, expect, it } from 'vitest';
import type { ProgressLine } from '#contract';
import { afterLine, begun, percentOf, type TransferState } from './transfer.ts';

const bytes = (id: string, current: number, total: number): ProgressLine => ({
  type: 'progress',
  message: 'Downloaded',
  total,
  layer: { id, size: total, current },
});
const after = (...lines: readonly ProgressLine[]): TransferState => lines.reduce(afterLine, begun);

describe('a transfer', () => {
  it('knows no share before the daemon says how much there is', () => {
    const state = after({ type: 'progress', message: 'Resolving', total: 0, layer: { size: 0, current: 0 } });
    expect(state.state === 'running' && percentOf(state.progress)).toBe(undefined);
  });

  it('adds layers up and never goes back', () => {
    const state = after(bytes('a', 50, 200), bytes('b', 100, 200), bytes('a', 10, 200));
    expect(state.state === 'running' && percentOf(state.progress)).toBe(75);
  });

  it('ends with success or with the reason, and keeps what it was warned of', () => {
    expect(after({ type: 'warning', message: 'from a mirror' }, { type: 'success', message: 'pulled' })).toEqual({
      state: 'done',
      message: 'pulled',
      warnings: ['from a mirror'],
    });
    const failed = after({ type: 'error', message: 'no space', hint: 'free some' }, { type: 'success', message: 'x' });
    expect(failed).toEqual({ state: 'failed', message: 'no space', hint: 'free some' });
  });
});
