import { useState } from 'react';
import { assistantEvent, type AssistantEvent, type TurnRequest } from '#contract';
import { errorText, useApi, useInvalidate, useKitText, useToasts, type Language } from '../../kit/index.ts';
import { base, sessionLists, sessionPath } from './text.ts';

export type Attachment = NonNullable<TurnRequest['attachments']>[number];

export interface Question {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** The earlier question in whose place it is asked. */
  readonly replaces?: string | undefined;
  /** Does exactly what was listed under this name. */
  readonly approvePlan?: string | undefined;
  /** Of the answer, where the text does not say. */
  readonly language?: Language | undefined;
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
  return (id, question) =>
    new Promise((resolve) => {
      let isRemoved = false;
      const follow = async (): Promise<void> => {
        const body = { ...question, interactive: true };
        for await (const { data } of api.events({ path: sessionPath(id, '/turns'), method: 'POST', body })) {
          resolve(true);
          const parsed = assistantEvent.safeParse(JSON.parse(data));
          if (!parsed.success) continue;
          isRemoved ||= parsed.data.type === 'session_removed';
          take.onEvent(parsed.data);
        }
        resolve(true);
      };
      follow()
        .catch((error: unknown) => {
          resolve(false);
          toasts.say({ text: errorText(error, kit), kind: 'error' });
        })
        // Nobody asks for a session that is gone.
        .finally(() => void invalidate([isRemoved ? sessionLists : `${base}/sessions`]));
    });
}
