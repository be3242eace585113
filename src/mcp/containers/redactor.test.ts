import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

it('takes secrets out wherever they are, the longest first', () => {
  const redact = createRedactor(['abcd', 'abcdef']);
  expect(redact('x abcdef abcd y')).toBe('x *** *** y');
});

it('takes out lines of a secret that has several', () => {
  const redact = createRedactor(['-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----']);
  expect(redact('loaded MIIEvQIBADANBg')).toBe('loaded ***');
});

it('leaves alone what is too short to be told from other text', () => {
  expect(createRedactor(['a', ''])('a banana')).toBe('a banana');
});

it('never lets a secret through, whatever is around it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 4 }), fc.string(), (before, secret, after) => {
      fc.pre(!'***'.includes(secret) && !`${before}***${after}`.includes(secret));
      expect(createRedactor([secret])(`${before}${secret}${after}`)).not.toContain(secret);
    }),
  );
});
