import { useMemo } from 'react';
import { useLanguage, type Language } from './text.tsx';

export interface Format {
  /** 1024 to the step, as the command line has it. */
  bytes(value: number): string;
  number(value: number, digits?: number): string;
  /** "3 minutes ago", "in 5 minutes". */
  ago(ms: number): string;
  /** A moment, by the clock of this machine. */
  time(ms: number): string;
  duration(ms: number): string;
}

const locales: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

export function createFormat(language: Language, now: () => number): Format {
  const locale = locales[language];
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return {
    number,
    bytes(value) {
      const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
      const step = value < 1024 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
      return `${number(value / 1024 ** step, step === 0 ? 0 : 2)} ${units[step]}`;
    },
    ago(ms) {
      const seconds = (ms - now()) / 1000;
      const [size, unit] = largest(Math.abs(seconds));
      return relative.format(Math.round(seconds / size), unit);
    },
    time: (ms) => moment.format(ms),
    duration: (ms) => (ms < 1000 ? `${number(ms)} ms` : `${number(ms / 1000, ms < 10_000 ? 2 : 1)} s`),
  };
}

function largest(seconds: number): [number, Intl.RelativeTimeFormatUnit] {
  if (seconds < 60) return [1, 'second'];
  if (seconds < 3600) return [60, 'minute'];
  if (seconds < 86_400) return [3600, 'hour'];
  if (seconds < 30 * 86_400) return [86_400, 'day'];
  return seconds < 365 * 86_400 ? [30 * 86_400, 'month'] : [365 * 86_400, 'year'];
}

/** Numbers and times in the language of the page. */
export function useFormat(): Format {
  const { language } = useLanguage();
  return useMemo(() => createFormat(language, () => Date.now()), [language]);
}
