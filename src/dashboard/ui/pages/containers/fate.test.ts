import type { EngineNewsBody } from '#contract';
import { expect, it } from 'vitest';
import { fateAfter, there, type Fate } from './fate.ts';

type EngineEvent = Extract<EngineNewsBody, { type: 'event' }>;

const after = (...events: readonly Partial<EngineEvent>[]): Fate =>
  events.reduce<Fate>(
    (fate, event) =>
      fateAfter(fate, { type: 'event', kind: 'container', action: '', id: '', name: 'db', ...event }, 'db'),
    there,
  );

it('is removed once it is destroyed, and there again once one of its name is made', () => {
  expect(after({ action: 'die' })).toEqual(there);
  expect(after({ action: 'die' }, { action: 'destroy' })).toEqual({ state: 'removed' });
  expect(after({ action: 'destroy' }, { action: 'create' })).toEqual(there);
});

it('is renamed by whoever renames it, and replaced by what takes its name', () => {
  expect(after({ action: 'rename', from: 'db', name: 'store' })).toEqual({ state: 'renamed', as: 'store' });
  expect(after({ action: 'destroy' }, { action: 'rename', from: 'a1_db' })).toEqual(there);
});

it('is set aside while a fix makes it again, whatever becomes of what was set aside', () => {
  const aside = { action: 'rename', from: 'db', name: 'db-before-1' };
  expect(after(aside)).toEqual({ state: 'aside', as: 'db-before-1' });
  expect(after(aside, { action: 'create' }, { action: 'destroy', name: 'db-before-1' })).toEqual(there);
});

it('has nothing to do with others', () => {
  expect(after({ action: 'destroy', name: 'web' }, { kind: 'volume', action: 'destroy' })).toEqual(there);
});
