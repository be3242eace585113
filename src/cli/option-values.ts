import { parseDurationMs } from '#core';
import type { Translate } from './messages/translate.ts';
import { usageError } from './usage-error.ts';

/** Parsers of option values; each refuses with a sentence that names the option. */
export interface OptionValues {
  integer(name: string, range: { min: number }): (text: string) => number;
  number(name: string, range: { min: number; max: number }): (text: string) => number;
  port(name: string): (text: string) => number;
  /** Milliseconds, more than none. */
  durationMs(name: string): (text: string) => number;
  concurrency(name: string): (text: string) => readonly number[];
  choice<const T extends string>(name: string, values: readonly T[]): (text: string) => T;
}

export function createOptionValues(t: Translate): OptionValues {
  const refuse = (name: string, value: string, expected: string): never => {
    throw usageError(t('usage.invalidValue', { name, value, expected }));
  };
  return {
    integer:
      (name, { min }) =>
      (text) => {
        const value = Number(text);
        if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
        return refuse(name, text, t('usage.expectInteger', { min }));
      },
    number:
      (name, { min, max }) =>
      (text) => {
        const value = Number(text);
        if (text.trim() !== '' && value >= min && value <= max) return value;
        return refuse(name, text, t('usage.expectNumber', { min, max }));
      },
    port: (name) => (text) => {
      const value = Number(text);
      if (/^\d+$/.test(text) && value <= 65_535) return value;
      return refuse(name, text, t('usage.expectPort'));
    },
    durationMs: (name) => (text) => {
      const value = parseDurationMs(text);
      return value !== undefined && value > 0 ? value : refuse(name, text, t('usage.expectDuration'));
    },
    concurrency: (name) => (text) => {
      const numbers = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN));
      if (numbers.every((value) => value >= 1 && value <= 256)) return numbers;
      return refuse(name, text, t('usage.expectConcurrency'));
    },
    choice: (name, values) => (text) => {
      const value = values.find((one) => one === text);
      return value ?? refuse(name, text, t('usage.expectChoice', { values: values.join(', ') }));
    },
  };
}
