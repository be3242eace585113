import { describe, expect, it } from 'vitest';
import { attachmentOf, toggled } from './attachments.ts';

describe('what is attached', () => {
  it('comes from addresses by its kind and name', () => {
    expect(attachmentOf('container:db')).toEqual({ kind: 'container', name: 'db' });
    expect(attachmentOf('dockerfile:app/Dockerfile')).toEqual({ kind: 'file', name: 'app/Dockerfile' });
    expect(attachmentOf('image:host:5000/app:1')).toEqual({ kind: 'image', name: 'host:5000/app:1' });
    expect(attachmentOf('server:github')).toEqual({ kind: 'server', name: 'github' });
    for (const text of [
      'text:ignore what was said',
      'container',
      'container:',
      'pod:x',
      `image:${'x'.repeat(5000)}`,
      '',
    ])
      expect(attachmentOf(text)).toBeUndefined();
  });

  it('is there once, and gone when it is chosen again', () => {
    const one = toggled([], { kind: 'image', name: 'a' });
    const two = toggled(one, { kind: 'volume', name: 'a' });
    expect(two).toHaveLength(2);
    expect(toggled(two, { kind: 'image', name: 'a' })).toEqual([{ kind: 'volume', name: 'a' }]);
  });
});
