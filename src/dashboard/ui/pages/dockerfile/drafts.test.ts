import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDrafts, type Drafts } from './drafts.ts';
import { folderOf, placeFrom, placeQuery, type Place } from './place.ts';

function storage(): Parameters<typeof createDrafts>[0] {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const place = fc.option(fc.record({ root: fc.option(fc.string(), { nil: undefined }), path: fc.string() }), {
  nil: undefined,
});

describe('drafts', () => {
  it('come back as they were, each to its file', () => {
    fc.assert(
      fc.property(
        place,
        fc.string(),
        fc.option(fc.stringMatching(/^sha256:[0-9a-f]{64}$/), { nil: undefined }),
        (at, text, digest) => {
          const drafts: Drafts = createDrafts(storage());
          drafts.keep(at, { text, digest });
          expect(drafts.of(at)).toEqual({ text, digest });
          expect(drafts.of({ root: '/another', path: 'Dockerfile' })).toBeUndefined();
          drafts.drop(at);
          expect(drafts.of(at)).toBeUndefined();
        },
      ),
    );
  });

  it('do not break the page when nothing more fits in', () => {
    const full = {
      ...storage(),
      setItem: () => {
        throw new Error('quota');
      },
    };
    expect(() => createDrafts(full).keep(undefined, { text: 'x', digest: undefined })).not.toThrow();
  });
});

describe('places', () => {
  it('are read from an address as they were written', () => {
    fc.assert(
      fc.property(
        fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
        fc.string({ unit: 'grapheme' }),
        (root, path) => {
          const one: Place = { root, path };
          expect(placeFrom(new URLSearchParams(placeQuery(one)))).toEqual(one);
        },
      ),
    );
    expect(placeFrom(new URLSearchParams(''))).toBeUndefined();
  });

  it.each([
    ['/home/a/shop/Dockerfile', '/home/a/shop'],
    ['/Dockerfile', '/'],
    ['C:\\a\\Dockerfile', 'C:\\a'],
  ])('the folder of %s is %s', (path, folder) => {
    expect(folderOf(path)).toBe(folder);
  });
});
