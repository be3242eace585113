import { expect, it } from 'vitest';
import { nameFault } from './container-name.ts';

it.each([
  ['web-2', undefined],
  ['_web', 'form'],
  ['w', 'form'],
  ['my web', 'form'],
  ['straße', 'form'],
  ['', 'form'],
  ['web', 'same'],
  ['db', 'taken'],
] as const)('finds for %s: %s', (wanted, fault) => {
  expect(nameFault(wanted, 'web', ['web', 'db'])).toBe(fault);
});
