import { useEffect, useState } from 'react';
import { assistantEvent, assistantSessionBody, type AssistantEvent, type AssistantSessionBody } from '#contract';
import { useEvents, useResource, type Resource } from '../../kit/index.ts';
import { sessionPath } from './text.ts';
import { emptyThread, threadOf, withEvent, type Thread } from './thread.ts';

export interface LiveThread {
  readonly session: Resource<AssistantSessionBody>;
  readonly thread: Thread;
  readonly take: (event: AssistantEvent) => void;
}

/** A session as it was kept, and what happens in it from there on, at whichever screen. */
export function useThread(id: string): LiveThread {
  const session = useResource({ path: sessionPath(id), schema: assistantSessionBody });
  const [thread, setThread] = useState<Thread>(emptyThread);
  const [after, setAfter] = useState<number | undefined>(undefined);
  const { data, reload } = session;
  useEffect(() => {
    if (!data || data.id !== id) return;
    const last = data.events.at(-1)?.seq ?? 0;
    // What has happened since is known in more detail than what was kept.
    setThread((before) => (last >= before.lastSeq ? threadOf(data) : before));
    setAfter((before) => before ?? last);
  }, [data, id]);
  const take = (event: AssistantEvent): void => setThread((before) => withEvent(before, event));
  const state = useEvents(
    {
      path: sessionPath(id, `/events?after=${after ?? 0}`),
      schema: assistantEvent,
      // One that was removed at another screen has no more to tell.
      enabled: after !== undefined && session.error?.status !== 404,
    },
    take,
  );
  useEffect(() => {
    if (state === 'waiting') reload();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- asked again when the connection breaks, not when the function is new
  }, [state]);
  return { session, thread, take };
}
