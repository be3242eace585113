import { describe, expect, it } from 'vitest';
import { createFolder, parentOf, plainPath, withChanges } from './list-folder.ts';

describe('a folder of a container', () => {
  it('has what stands in it, folders first, whatever stands below those', () => {
    const folder = createFolder();
    for (const [path, kind] of [
      ['', 'folder'],
      ['ssl/certs/a.pem', 'file'],
      ['ssl', 'folder'],
      ['hosts', 'file'],
      ['mtab', 'symlink'],
    ] as const) {
      folder.add({ path, kind, sizeBytes: 5, linkTarget: '/proc/mounts' });
    }
    expect(withChanges(folder.entries(), { path: '/etc', changes: [] })).toEqual([
      { name: 'ssl', kind: 'folder', sizeBytes: null, target: null, change: null },
      { name: 'hosts', kind: 'file', sizeBytes: 5, target: null, change: null },
      { name: 'mtab', kind: 'link', sizeBytes: null, target: '/proc/mounts', change: null },
    ]);
  });

  it('says what was added, changed and taken away since the container was made', () => {
    const folder = createFolder();
    folder.add({ path: 'data', kind: 'folder', sizeBytes: 0, linkTarget: '' });
    folder.add({ path: 'hello', kind: 'file', sizeBytes: 1, linkTarget: '' });
    const changes = [
      { path: '/data/new', change: 'added' },
      { path: '/hello', change: 'added' },
      { path: '/gone', change: 'deleted' },
    ] as const;
    expect(
      withChanges(folder.entries(), { path: '/', changes }).map(({ name, change }) => `${name} ${change}`),
    ).toEqual(['data modified', 'gone deleted', 'hello added']);
  });

  it('is named by a path without steps back', () => {
    expect([plainPath('etc/../usr//lib/.'), plainPath('/../..'), parentOf('/usr/lib'), parentOf('/')]).toEqual([
      '/usr/lib',
      '/',
      '/usr',
      null,
    ]);
  });
});
