import type { ApiError } from '../kit/index.ts';

/**
 * The API key of this tab. It is kept in the tab's session storage and sent as a header, not in a cookie: cookies do not know ports, so
 * every other server of the same machine, containers with published ports among them, would be sent the key too.
 */
export interface Session {
  key(): string | undefined;
  /** Why a key is asked for, while one is. */
  readonly refusal: () => ApiError | undefined;
  enter(key: string): void;
  forget(): void;
  refuse(error: ApiError): void;
  readonly subscribe: (listener: () => void) => () => void;
}

const name = 'gantry.key';

export function createSession(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): Session {
  const listeners = new Set<() => void>();
  let refusal: ApiError | undefined;
  const set = (value: ApiError | undefined): void => {
    refusal = value;
    for (const listener of listeners) listener();
  };
  return {
    key: () => storage.getItem(name) ?? undefined,
    refusal: () => refusal,
    enter(key) {
      storage.setItem(name, key);
      set(undefined);
    },
    forget() {
      storage.removeItem(name);
      set(undefined);
    },
    refuse(error) {
      // Many questions may be refused at once; the first asks for the key.
      if (!refusal) set(error);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
