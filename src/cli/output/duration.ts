import type { Translate } from '../messages/translate.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in words, with the steps Docker uses. */
export function durationText(ms: number, t: Translate): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(ms / minute);
  const hours = Math.round(ms / hour);
  const days = Math.floor(ms / day);
  if (seconds < 1) return t('time.lessThanSecond');
  if (seconds === 1) return t('time.second');
  if (seconds < 60) return t('time.seconds', { n: seconds });
  if (minutes === 1) return t('time.minute');
  if (minutes < 46) return t('time.minutes', { n: minutes });
  if (hours === 1) return t('time.hour');
  if (hours < 48) return t('time.hours', { n: hours });
  if (days < 14) return t('time.days', { n: days });
  if (days < 60) return t('time.weeks', { n: Math.floor(days / 7) });
  if (days < 730) return t('time.months', { n: Math.floor(days / 30) });
  return t('time.years', { n: Math.floor(days / 365) });
}

export function agoText(atMs: number, { nowMs, t }: { nowMs: number; t: Translate }): string {
  return t('time.ago', { duration: durationText(Math.max(0, nowMs - atMs), t) });
}

export function fromNowText(atMs: number, { nowMs, t }: { nowMs: number; t: Translate }): string {
  return t('time.fromNow', { duration: durationText(Math.max(0, atMs - nowMs), t) });
}

/** Short form for progress: `8s`, `2m05s`, `1h02m`. */
export function shortDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}
