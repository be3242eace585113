import { cleanText, createText } from '../../kit/index.ts';
import { assistant as en } from '../../messages/en/assistant.ts';
import { assistant as zh } from '../../messages/zh/assistant.ts';

export const useAssistantText = createText({ en, zh });
export type AssistantText = ReturnType<typeof useAssistantText>;

export const base = '/gantry/assistant';

export function sessionPath(id: string, rest = ''): string {
  return `${base}/sessions/${encodeURIComponent(id)}${rest}`;
}

/** A title is text of a model. */
export function titleOf({ title }: { readonly title: string }, untitled: string): string {
  return cleanText(title).trim() || untitled;
}
