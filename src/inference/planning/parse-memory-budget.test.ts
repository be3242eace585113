import { expect, it } from 'vitest';
import { parseMemoryBudget } from './parse-memory-budget.ts';

const total = 16_000_000_000;

it.each([
  ['70%', 11_200_000_000],
  ['100%', total],
  ['6GB', 6_000_000_000],
  ['6 gib', 6_442_450_944],
  ['1.5GB', 1_500_000_000],
  ['512MiB', 536_870_912],
  [1_000_000, 1_000_000],
])('reads %s', (setting, bytes) => {
  expect(parseMemoryBudget(setting, total)).toBe(bytes);
});

it.each(['', '6', 'GB', '-1GB', '0%', '101%', '17GB', 'lots', '1e3GB', Number.NaN])('refuses %s', (setting) => {
  expect(() => parseMemoryBudget(setting, total)).toThrow(expect.objectContaining({ code: 'settings.invalid' }));
});
