import type { AssistantStateBody } from '#contract';
import { AppError } from '#core';
import { isErrorCode } from '../../exit-codes.ts';

/** @throws AppError why the model that was set cannot answer: nothing else answers in its place */
export function throwModelError({ modelError }: Pick<AssistantStateBody, 'modelError'>): void {
  if (!modelError) return;
  const { code, message, hint, params } = modelError;
  throw new AppError(isErrorCode(code) ? code : 'internal', message, { hint, params });
}
