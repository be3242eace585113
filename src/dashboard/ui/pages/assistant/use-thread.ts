import { useEffect, useRef, useState } from 'react';
import { assistantEvent, assistantSessionBody, type AssistantEvent, type AssistantSessionBody } from '#contract';
import { useEvents, useResource, type Resource } from '../../kit/index.ts';
import { sessionPath } from './text.ts';
import { emptyThread, threadOf, withEvent, type Thread } from './thread.ts';

export interface LiveThread {
  readonly session: Resource<AssistantSessionBody>;
  readonly thread: Thread;
  readonly take: (event: AssistantEvent) => void;
}

/** A session as it was kept, and what happens in it from there on, at whichever screen. Of one that is deleted nothing is asked any more. */
export function useThread(id: string): LiveThread {
  const [thread, setThread] = useState<Thread>(emptyThread);
  const session = useResource({ path: sessionPath(id), schema: assistantSessionBody, enabled: !thread.isRemoved });
  const [after, setAfter] = useState<number | undefined>(undefined);
  // Known before the next rendering: what comes behind it in one piece must not ask for the session.
  const isRemoved = useRef(false);
  const { data, reload } = session;
  useEffect(() => {
    if (!data || data.id !== id) return;
    const last = data.events.at(-1)?.seq ?? 0;
    // What has happened since is known in more detail than what was kept.
    setThread((before) => (last >= before.lastSeq ? threadOf(data) : before));
    setAfter((before) => before ?? last);
  }, [data, id]);
  const isNotFound = session.error?.code === 'request.not_found';
  useEffect(() => {
    if (!isNotFound) return;
    isRemoved.current = true;
    setThread((before) => ({ ...before, isRemoved: true }));
  }, [isNotFound]);
  const take = (event: AssistantEvent): void => {
    isRemoved.current ||= event.type === 'session_removed';
    setThread((before) => withEvent(before, event));
  };
  const state = useEvents(
    {
      path: sessionPath(id, `/events?after=${after ?? 0}`),
      schema: assistantEvent,
      enabled: after !== undefined && !thread.isRemoved,
    },
    (event) => {
      take(event);
      // What a turn at another screen has left, such as files to take back or a list to approve.
      if (event.type === 'turn_ended' && !isRemoved.current) reload();
    },
  );
  useEffect(() => {
    if (state === 'waiting' && !isRemoved.current) reload();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- asked again when the connection breaks, not when the function is new
  }, [state]);
  return { session, thread, take };
}
