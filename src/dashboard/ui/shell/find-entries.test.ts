import { describe, expect, it } from 'vitest';
import { findEntries, type PaletteEntry } from './find-entries.ts';

const entry = (text: string, group: string, isThing = true): PaletteEntry => ({
  id: `${group} ${text}`,
  text,
  group,
  isThing,
  run: () => undefined,
});
const textsOf = (entries: readonly PaletteEntry[], query: string): readonly string[] =>
  findEntries(entries, query).found.map(({ text }) => text);

describe('what the palette finds', () => {
  const entries = [
    entry('Containers', 'Pages', false),
    entry('web-db', 'Containers'),
    entry('db', 'Containers'),
    entry('db-data', 'Volumes'),
  ];

  it('is the pages while nothing is typed, and everything by name or kind then', () => {
    expect(textsOf(entries, ' ')).toEqual(['Containers']);
    expect(textsOf(entries, 'containers')).toEqual(['Containers', 'web-db', 'db']);
    expect(textsOf(entries, 'VOL db')).toEqual(['db-data']);
  });

  it('begins with what begins so', () => {
    expect(textsOf(entries, 'db')).toEqual(['db', 'db-data', 'web-db']);
  });

  it('is no more than can be looked through, and says how many are left', () => {
    const many = Array.from({ length: 500 }, (_one, at) => entry(`c${at}`, 'Containers'));
    const { found, left } = findEntries(many, 'c');
    expect([found.length, left]).toEqual([60, 440]);
  });
});
