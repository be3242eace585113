import { createContext, use } from 'react';

/** Whether the assistant is anywhere on the page: who switched it off wants to see nothing of it. */
export const AssistantPresence = createContext(true);

export function useIsAssistantThere(): boolean {
  return use(AssistantPresence);
}
