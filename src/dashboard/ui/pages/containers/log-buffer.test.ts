import { describe, expect, it } from 'vitest';
import { addLines, emptyLog, mostLines, type TextLine } from './log-buffer.ts';

const line = (text: string): TextLine => ({ stream: 'stdout', at: '', text });

describe('lines of a log on the page', () => {
  it('are kept up to a number, and it is said how many are not', () => {
    const many = Array.from({ length: mostLines }, (_one, index) => line(String(index)));
    const state = addLines(addLines(emptyLog, many), [line('a'), line('b')]);
    expect([state.lines.length, state.dropped, state.lines.at(-1)?.text, state.lines[0]?.text]).toEqual([
      mostLines,
      2,
      'b',
      '2',
    ]);
  });

  it('say where the log is cut, and what went wrong', () => {
    const state = addLines(emptyLog, [{ type: 'limit' }, { type: 'error', code: 'docker.failed', message: 'broke' }]);
    expect(state).toMatchObject({ isCut: true, error: 'broke', lines: [] });
  });
});
