import { kit as en } from '../messages/en/kit.ts';
import { kit as zh } from '../messages/zh/kit.ts';
import { ApiError } from './api.ts';
import type { Told } from './tell-error.ts';
import { createText } from './text.tsx';

export const useKitText = createText({ en, zh });
export type KitText = ReturnType<typeof useKitText>;

/** What went wrong, for people. */
export function tellError(error: unknown, t: KitText): Told {
  if (!(error instanceof ApiError))
    return { message: error instanceof Error ? error.message : t.failed, hint: undefined };
  switch (error.code) {
    case 'unreachable':
      return { message: t.unreachable, hint: t.unreachableHint };
    case 'unreadable':
      return { message: t.unreadable, hint: undefined };
    default:
      return { message: error.message, hint: error.hint };
  }
}

export function errorText(error: unknown, t: KitText): string {
  const { message, hint } = tellError(error, t);
  return hint === undefined ? message : `${message} ${hint}`;
}
