import { createContext, use, type ReactNode } from 'react';

const AskingContext = createContext(true);

/** Off: what is below is about something that is known to be gone. It asks for nothing, and keeps what was last known. */
export function Asking({ isOn, children }: { readonly isOn: boolean; readonly children: ReactNode }): ReactNode {
  return <AskingContext value={isOn}>{children}</AskingContext>;
}

export function useIsAsking(): boolean {
  return use(AskingContext);
}
