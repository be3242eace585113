import type { ErrorParams } from '#core';
import type { ProgressLine } from '#contract';
import { errorsZh, type ErrorText } from './errors-zh.ts';
import { fill } from './fill.ts';
import { statusZh, warningsZh } from './progress-zh.ts';

export type Language = 'en' | 'zh';

/** An error as it is, or as it came from the daemon. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly params?: ErrorParams | undefined;
}

/** Sentence and hint of an error in the user's language; English when a translation lacks a value it needs. */
export function errorText(error: ErrorFacts, language: Language): { message: string; hint: string | undefined } {
  if (language === 'zh' && !isChinese(error.message)) {
    const { code, params = {} } = error;
    const texts: Readonly<Record<string, readonly ErrorText[]>> = errorsZh;
    const found = choose((Object.hasOwn(texts, code) && texts[code]) || [], { params, reason: params['reason'] });
    if (found) return { message: found.message, hint: found.hint ?? error.hint };
  }
  return { message: error.message, hint: error.hint };
}

/** A warning of a pull. */
export function warningText(line: ProgressLine, language: Language): string {
  if (language === 'zh' && line.code !== undefined && Object.hasOwn(warningsZh, line.code)) {
    const params = line.params ?? {};
    const found = choose(warningsZh[line.code] ?? [], { params, reason: params['because'] });
    if (found) return found.message;
  }
  return line.message;
}

function choose(
  texts: readonly ErrorText[],
  { params, reason }: { params: ErrorParams; reason: string | number | undefined },
): { message: string; hint: string | undefined } | undefined {
  for (const { reason: wanted, text, hint } of texts) {
    if (wanted !== undefined && wanted !== reason) continue;
    const message = fill(text, params);
    if (message !== undefined) return { message, hint: hint === undefined ? undefined : fill(hint, params) };
  }
  return undefined;
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
