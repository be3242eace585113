import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseValue } from './parse-value.ts';

describe('what somebody sent, held to a schema', () => {
  const schema = z.strictObject({ text: z.string().max(5) });

  it('is refused, and nothing breaks, whatever stands where its length would be', () => {
    const odd: readonly unknown[] = [
      { length: { toString: 0 } },
      { length: { valueOf: 1, toString: 2 } },
      { length: 3 },
      [1],
    ];
    for (const text of odd) expect(parseValue(schema, { text }).success).toBe(false);
  });

  it('is taken when it fits', () => {
    expect(parseValue(schema, { text: 'short' })).toEqual({ success: true, data: { text: 'short' } });
    expect(parseValue(schema, { text: 'too long' }).success).toBe(false);
  });
});
