import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMounts } from './read-mounts.ts';

describe('mounts of a container', () => {
  it('are named by folder or volume', () => {
    const Mounts = [
      { Type: 'bind', Source: '/home/me', Destination: '/app', RW: false },
      { Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data', Destination: '/data', RW: true },
    ];
    expect(readMounts({ Mounts })).toEqual([
      { target: '/app', kind: 'bind', source: '/home/me', isReadOnly: true },
      { target: '/data', kind: 'volume', source: 'data', isReadOnly: false },
    ]);
  });

  it('are texts, whatever the Engine says', () => {
    fc.assert(
      fc.property(fc.anything(), (Mounts) => {
        for (const mount of readMounts({ Mounts }))
          expect(typeof mount.source + typeof mount.kind).toBe('stringstring');
      }),
    );
  });
});
