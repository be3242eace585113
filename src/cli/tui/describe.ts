import type { AssistantEvent } from '#contract';
import { toAppError } from '#core';
import { errorText } from '#texts';
import type { Language } from '../messages/translate.ts';

/** What went wrong, with the hint, in the language of the screen. */
export function describeError(thrown: unknown, language: Language): string {
  const { message, hint } = errorText(toAppError(thrown), language);
  return hint === undefined ? message : `${message} ${hint}`;
}

/** Errors of the daemon come in English, with what a translation needs. */
export function translated(event: AssistantEvent, language: Language): AssistantEvent {
  if (event.type !== 'error' || language === 'en') return event;
  return { ...event, ...errorText(event, language) };
}
