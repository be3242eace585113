import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStat } from './list-by-stat.ts';

describe('a folder as the programs of a container list it', () => {
  it('is read from coreutils and from busybox', () => {
    const coreutils = `directory|4096|'.'\ndirectory|4096|'..'\nregular file|6|'new.txt'\nsymbolic link|12|'mtab' -> '/proc/mounts'\n`;
    const busybox = `directory|4096|.\nregular empty file|0|it's\nfifo|0|pipe\nsymbolic link|4|'l' -> '/etc'\n`;
    expect(readStat(coreutils)).toEqual({
      entries: [
        { name: 'new.txt', kind: 'file', sizeBytes: 6, target: null },
        { name: 'mtab', kind: 'link', sizeBytes: null, target: '/proc/mounts' },
      ],
      isCut: false,
    });
    expect(readStat(busybox)?.entries).toEqual([
      { name: "it's", kind: 'file', sizeBytes: 0, target: null },
      { name: 'pipe', kind: 'other', sizeBytes: null, target: null },
      { name: 'l', kind: 'link', sizeBytes: null, target: '/etc' },
    ]);
  });

  it('is unknown when something else answers, and never a name with a way out', () => {
    expect(readStat('sh: stat: not found\n')).toBeUndefined();
    expect(readStat('directory|1|.\nregular file|1|../../etc/passwd\n')?.entries).toEqual([]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const { name } of readStat(`directory|1|.\n${text}`)?.entries ?? []) expect(name).not.toContain('/');
      }),
    );
  });
});
