import type { AssistantStateBody } from '#contract';
import { cleanText, createText } from '../../kit/index.ts';
import { assistant as en } from '../../messages/en/assistant.ts';
import { assistant as zh } from '../../messages/zh/assistant.ts';

export const useAssistantText = createText({ en, zh });
export type AssistantText = ReturnType<typeof useAssistantText>;

export const base = '/gantry/assistant';

/** The list of sessions with whatever search, and no session itself. */
export const sessionLists = `${base}/sessions?`;

export function sessionPath(id: string, rest = ''): string {
  return `${base}/sessions/${encodeURIComponent(id)}${rest}`;
}

/** Whether nothing may be sent to the model yet, because what leaves the machine was not read. */
export function isUnread({ disclosure }: Pick<AssistantStateBody, 'disclosure'>): boolean {
  return disclosure !== null && !disclosure.acknowledged;
}

/** A title is text of a model. */
export function titleOf({ title }: { readonly title: string }, untitled: string): string {
  return cleanText(title).trim() || untitled;
}
