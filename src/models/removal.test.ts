import { describe, expect, it } from 'vitest';
import { digestFromHex, type Digest } from '#core';
import { removalOf } from './removal.ts';
import type { IndexEntry } from './store/index-file.ts';

const digest = (letter: string): Digest => digestFromHex(letter.repeat(64));
const [weights, config, template] = [digest('a'), digest('b'), digest('c')];
const sizes = new Map([
  [weights, 1000],
  [config, 10],
  [template, 5],
]);
const entry: IndexEntry = { id: digest('1'), tags: ['x:1'], files: [weights, config, template] };
const variant: IndexEntry = { id: digest('2'), tags: ['y:1', 'y:2'], files: [weights, digest('d')] };

describe('what a removal would do', () => {
  it('is to take a name away where the model has others', () => {
    const named = { ...entry, tags: ['x:1', 'x:2'] };
    expect(removalOf([named], { resolved: { entry: named, tag: 'x:1' }, text: 'x', sizes })).toEqual({
      keptNames: ['x:2'],
      sharedWith: [],
      freedBytes: 0,
    });
  });

  it('is to free what no other model needs, and says who needs the rest', () => {
    const resolved = { entry, tag: 'x:1' };
    expect(removalOf([entry, variant], { resolved, text: 'x', sizes })).toEqual({
      keptNames: [],
      sharedWith: ['y:1', 'y:2'],
      freedBytes: 15,
    });
    expect(removalOf([entry], { resolved, text: 'x', sizes })).toMatchObject({ sharedWith: [], freedBytes: 1015 });
  });

  it('is nothing for a model that is not there', () => {
    expect(() => removalOf([entry], { resolved: undefined, text: 'z', sizes })).toThrow(/z/);
  });
});
