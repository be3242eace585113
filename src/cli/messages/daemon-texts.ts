import type { AppError } from '#core';
import type { ProgressLine } from '#contract';
import { errorsZh } from './errors-zh.ts';
import { statusZh, warningsZh } from './progress-zh.ts';
import { fill, type Language } from './translate.ts';

/** Sentence and hint of an error in the user's language; English when a translation lacks a value it needs. */
export function errorText(error: AppError, language: Language): { message: string; hint: string | undefined } {
  if (language === 'zh' && !isChinese(error.message)) {
    for (const { text, hint } of errorsZh[error.code]) {
      const message = fill(text, error.params);
      if (message === undefined) continue;
      return { message, hint: (hint === undefined ? undefined : fill(hint, error.params)) ?? error.hint };
    }
  }
  return { message: error.message, hint: error.hint };
}

/** A warning of a pull. */
export function warningText(line: ProgressLine, language: Language): string {
  if (language === 'zh' && line.code !== undefined && Object.hasOwn(warningsZh, line.code)) {
    for (const template of warningsZh[line.code] ?? []) {
      const text = fill(template, line.params ?? {});
      if (text !== undefined) return text;
    }
  }
  return line.message;
}

/** What a pull says it does now. These lines have no code, so their fixed English forms are looked up. */
export function statusText(message: string, language: Language): string {
  if (language === 'zh') {
    for (const [english, chinese] of statusZh) {
      const match = english.exec(message);
      if (match) return fill(chinese, match.groups ?? {}) ?? message;
    }
  }
  return message;
}

// Errors made by the command line itself are in the user's language already.
function isChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}
