import { describe, expect, it } from 'vitest';
import type { ProgressLine } from '#contract';
import { afterLine, begun, percentOf, rateOf, secondsLeft, type TransferState } from './transfer.ts';

const bytes = (id: string, current: number, total: number): ProgressLine => ({
  type: 'progress',
  message: 'Downloaded',
  total,
  layer: { id, size: total, current },
});
const after = (...lines: readonly ProgressLine[]): TransferState =>
  lines.reduce((state, line) => afterLine(state, line, 0), begun);

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

  it('tells its speed by the last five seconds, and what time is left', () => {
    const at = (state: TransferState, seconds: number, done: number): TransferState =>
      afterLine(state, bytes('a', done, 1000), seconds * 1000);
    // 500 bytes were here before it began.
    let state = at(begun, 0, 500);
    expect(state.state === 'running' && rateOf(state.progress)).toBe(undefined);
    state = at(state, 1, 600);
    expect(state.state === 'running' && rateOf(state.progress)).toBe(100);
    expect(state.state === 'running' && secondsLeft(state.progress)).toBe(4);
    // It was faster at first; only the end counts.
    state = at(at(state, 9, 610), 10, 620);
    expect(state.state === 'running' && rateOf(state.progress)).toBe(10);
    state = at(at(state, 19, 620), 20, 620);
    expect(state.state === 'running' && rateOf(state.progress)).toBe(0);
    expect(state.state === 'running' && secondsLeft(state.progress)).toBe(undefined);
  });
});
