import { expect, it } from 'vitest';
import { attachedAgain } from './asking.ts';

it('what a question had by its name goes with it again; what was only given along is said to be lost', () => {
  const attachments = [
    { kind: 'container', name: 'db' },
    { kind: 'text', name: 'stdin' },
    { kind: 'of-a-later-daemon', name: 'x' },
  ];
  expect(attachedAgain(attachments)).toEqual({ again: [{ kind: 'container', name: 'db' }], lost: ['stdin', 'x'] });
});
