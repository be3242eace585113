import { useState } from 'react';
import { assistantEvent, type AssistantEvent, type TurnRequest } from '#contract';
import { errorText, useApi, useInvalidate, useKitText, useToasts } from '../../kit/index.ts';
import { base, sessionPath } from './text.ts';

export type Attachment = NonNullable<TurnRequest['attachments']>[number];

export interface Question {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** The earlier question in whose place it is asked. */
  readonly replaces?: string | undefined;
}

/**
 * Asks questions. The connection is held until the turn has ended, also when another page is gone to: leaving it would give the turn up.
 * Resolves with whether the daemon took the question.
 */
export function useTurns(
  onEvent: (event: AssistantEvent) => void = () => undefined,
): (id: string, question: Question) => Promise<boolean> {
  const api = useApi();
  const toasts = useToasts();
  const kit = useKitText();
  const invalidate = useInvalidate();
  const [take] = useState(() => ({ onEvent }));
  take.onEvent = onEvent;
  return (id, { text, attachments, replaces }) =>
    new Promise((resolve) => {
      const follow = async (): Promise<void> => {
        const body = { text, attachments, interactive: true, replaces };
        for await (const { data } of api.events({ path: sessionPath(id, '/turns'), method: 'POST', body })) {
          resolve(true);
          const parsed = assistantEvent.safeParse(JSON.parse(data));
          if (parsed.success) take.onEvent(parsed.data);
        }
        resolve(true);
      };
      follow()
        .catch((error: unknown) => {
          resolve(false);
          toasts.say({ text: errorText(error, kit), kind: 'error' });
        })
        .finally(() => void invalidate([`${base}/sessions`]));
    });
}
