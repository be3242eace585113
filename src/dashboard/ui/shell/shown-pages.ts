import { useIsAssistantThere } from '../kit/index.ts';
import { pages, type PageEntry } from '../pages.ts';

/** All pages, but for the assistant's where it was switched off: Settings switches it on again. */
export function useShownPages(): readonly PageEntry[] {
  const isThere = useIsAssistantThere();
  return isThere ? pages : pages.filter(({ path }) => path !== 'assistant');
}
