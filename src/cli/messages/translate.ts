import type { Env } from '#core';
import { fill, type Language } from '#texts';
import type { en } from './en.ts';

type English = typeof en;
export type MessageKey = keyof English;
export type Messages = Readonly<Record<MessageKey, string>>;
export type { Language };

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** Text of a key in the chosen language; the compiler asks for exactly the values its English text names. */
export type Translate = <Key extends MessageKey>(
  key: Key,
  ...values: [Placeholders<English[Key]>] extends [never]
    ? []
    : [Readonly<Record<Placeholders<English[Key]>, string | number>>]
) => string;

/** GANTRY_LANG, else the locale as POSIX orders its variables; Chinese or English. */
export function chooseLanguage(env: Env): Language {
  const wanted = env['GANTRY_LANG'] || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh/i.test(wanted) ? 'zh' : 'en';
}

export function createTranslate(messages: Messages): Translate {
  return (key, ...[values]) => fill(messages[key], values ?? {}) ?? messages[key];
}

/** Loads only the language in use. */
export async function loadTranslate(language: Language): Promise<Translate> {
  if (language === 'zh') return createTranslate((await import('./zh.ts')).zh);
  return createTranslate((await import('./en.ts')).en);
}
