import { createContext, use } from 'react';
import type { Attachment, Question } from './use-turns.ts';

/** How the questions of a session are asked again. */
export interface Asking {
  /** Resolves with whether it was taken. */
  readonly ask: (question: Question) => Promise<boolean>;
  /** Why not now is said elsewhere: something is being answered, or nothing may be sent. */
  readonly isPossible: boolean;
  /** The `messageId` of the last question. */
  readonly last: string | undefined;
  /** Gives the focus to where a question is written. */
  readonly toComposer: () => void;
}

export const AskingContext = createContext<Asking>({
  ask: async () => false,
  isPossible: false,
  last: undefined,
  toComposer: () => undefined,
});

export function useAsking(): Asking {
  return use(AskingContext);
}

type Named = { readonly kind: string; readonly name: string };
const named = ['file', 'container', 'image', 'volume', 'model', 'server'] as const;

/** What was attached by its name is read anew; texts that were given along are not kept. */
export function attachedAgain(attachments: readonly Named[]): {
  readonly again: readonly Attachment[];
  readonly lost: readonly string[];
} {
  const again = attachments.flatMap(({ kind, name }): Attachment[] => {
    const known = named.find((one) => one === kind);
    return known ? [{ kind: known, name }] : [];
  });
  const lost = attachments.filter(({ kind }) => !named.some((one) => one === kind)).map(({ name }) => name);
  return { again, lost };
}
