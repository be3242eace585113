import { describe, expect, it } from 'vitest';
import { parentFolder, pathOf, shownEntries, splitPath, steppedTo } from './folder-paths.ts';

describe('a path that is typed', () => {
  it('is a folder to list and the beginning of a name in it', () => {
    expect(splitPath('/home/me/mod')).toEqual({ folder: '/home/me', begins: 'mod' });
    expect(splitPath('/home/me/')).toEqual({ folder: '/home/me', begins: '' });
    expect(splitPath('/ho')).toEqual({ folder: '/', begins: 'ho' });
    expect(splitPath('//')).toEqual({ folder: '/', begins: '' });
  });

  it('lists the root until it is absolute', () => {
    expect(splitPath('')).toEqual({ folder: '/', begins: '' });
    expect(splitPath('relative/x')).toEqual({ folder: '/', begins: '' });
  });

  it('goes on with a name that is chosen, and back up to the root', () => {
    expect(pathOf('/', { name: 'home', kind: 'folder' })).toBe('/home/');
    expect(pathOf('/home', { name: 'x.gguf', kind: 'file' })).toBe('/home/x.gguf');
    expect(parentFolder('/home/me')).toBe('/home/');
    expect(parentFolder('/home')).toBe('/');
    expect(parentFolder('/')).toBe('/');
  });
});

describe('what of a folder is shown', () => {
  const entries = [
    { name: 'Models', kind: 'folder' },
    { name: '.cache', kind: 'folder' },
    { name: 'Dockerfile', kind: 'dockerfile' },
    { name: 'A.GGUF', kind: 'file' },
    { name: 'notes.txt', kind: 'file' },
  ] as const;
  const names = (wish: Parameters<typeof shownEntries>[1]): readonly string[] =>
    shownEntries(entries, wish).map(({ name }) => name);

  it('is its folders where a folder is wanted', () => {
    expect(names({ kind: 'folder', endings: undefined, begins: '' })).toEqual(['Models']);
  });

  it('is folders and files of the kind that is wanted, in whatever case', () => {
    expect(names({ kind: 'file', endings: ['.gguf'], begins: '' })).toEqual(['Models', 'A.GGUF']);
    expect(names({ kind: 'file', endings: undefined, begins: '' })).toEqual([
      'Models',
      'Dockerfile',
      'A.GGUF',
      'notes.txt',
    ]);
    expect(names({ kind: 'file', endings: undefined, begins: 'm' })).toEqual(['Models']);
  });

  it('is what is hidden when its dot is typed', () => {
    expect(names({ kind: 'file', endings: ['.gguf'], begins: '.c' })).toEqual(['.cache']);
  });
});

it('goes through a list by keys, and stays in it', () => {
  const step = (key: string, at: number): number | undefined => steppedTo(key, { at, count: 3 });
  expect([step('ArrowDown', 0), step('ArrowDown', 2), step('ArrowUp', 1), step('ArrowUp', 0)]).toEqual([1, 2, 0, 0]);
  expect([step('Home', 2), step('End', 0), step('Enter', 1)]).toEqual([0, 2, undefined]);
  expect(steppedTo('End', { at: 0, count: 0 })).toBe(0);
});
