import { expect, it } from 'vitest';
import type { BuildDockerfileLine } from '#contract';
import { nextBuild, noBuild } from './build-state.ts';

const built = { type: 'built', sizeBytes: 1, layers: 1, durationMs: 1, builder: 'classic' } as const;

it('a build is what its lines say, in whatever pieces they come', () => {
  const lines: readonly BuildDockerfileLine[] = [
    { type: 'building', which: 'before' },
    { type: 'log', which: 'before', text: 'a' },
    { ...built, which: 'before' },
    { type: 'building', which: 'after' },
    { type: 'left', which: 'after', count: 3 },
    { type: 'log', which: 'after', text: 'b' },
    { type: 'failed', which: 'after', reason: 'no', causes: [] },
  ];
  const whole = nextBuild(noBuild, lines);
  expect(whole).toMatchObject({
    which: 'after',
    log: ['a', 'b'],
    left: 3,
    before: { sizeBytes: 1 },
    failed: { reason: 'no' },
  });
  expect(lines.reduce((state, line) => nextBuild(state, [line]), noBuild)).toEqual(whole);
  expect(nextBuild(noBuild, [{ type: 'error', code: 'internal', message: 'broke' }]).error).toBe('broke');
});

it('a long log keeps its end, and how much is gone', () => {
  const lines = Array.from({ length: 2500 }, (_, at) => ({ type: 'log', which: 'before', text: `${at}` }) as const);
  const { log, left } = nextBuild(noBuild, lines);
  expect([log.length, log.at(-1), left]).toEqual([2000, '2499', 500]);
});
