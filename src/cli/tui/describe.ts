import type { AssistantEvent } from '#contract';
import { AppError, toAppError, type ErrorCode } from '#core';
import { errorText } from '../messages/daemon-texts.ts';
import { errorsZh } from '../messages/errors-zh.ts';
import type { Language } from '../messages/translate.ts';

/** What went wrong, with the hint, in the language of the screen. */
export function describeError(thrown: unknown, language: Language): string {
  const { message, hint } = errorText(toAppError(thrown), language);
  return hint === undefined ? message : `${message} ${hint}`;
}

/** Errors of the daemon come in English, with what a translation needs. */
export function translated(event: AssistantEvent, language: Language): AssistantEvent {
  if (event.type !== 'error' || language === 'en' || !Object.hasOwn(errorsZh, event.code)) return event;
  const { code, message, hint, params } = event;
  const text = errorText(new AppError(code as ErrorCode, message, { hint, params }), language);
  return { ...event, message: text.message, hint: text.hint };
}
