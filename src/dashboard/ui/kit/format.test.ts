import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';

const now = Date.UTC(2026, 5, 1);
const [en, zh] = [createFormat('en', () => now), createFormat('zh', () => now)];

describe('numbers and times', () => {
  it('counts bytes in steps of 1024', () => {
    expect([0, 1023, 1024, 123_456_789, 5 * 1024 ** 4].map((bytes) => en.bytes(bytes))).toEqual([
      '0 B',
      '1,023 B',
      '1 KiB',
      '117.74 MiB',
      '5 TiB',
    ]);
  });

  it('says how long ago in the language of the page', () => {
    expect(en.ago(now - 3 * 60_000)).toBe('3 minutes ago');
    expect(en.ago(now + 86_400_000 * 2)).toBe('in 2 days');
    expect(zh.ago(now - 3 * 60_000)).toBe('3分钟前');
  });

  it('writes durations short', () => {
    expect([12, 1234, 65_000].map((ms) => en.duration(ms))).toEqual(['12 ms', '1.23 s', '65 s']);
  });
});
