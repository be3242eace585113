import { useSyncExternalStore } from 'react';

/**
 * Whether the tab can be seen. Browsers open six connections to a server over all tabs: one that nobody looks at must not keep one for
 * news; what changed meanwhile is asked when it is looked at again.
 */
export function useVisible(): boolean {
  return useSyncExternalStore(subscribe, () => document.visibilityState === 'visible');
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
