import { dockerfileStateBody } from '#contract';
import { useEffect, useEffectEvent } from 'react';
import { useApi, usePageSeen } from '../../kit/index.ts';
import { placeQuery, type Place } from './place.ts';

const everyMs = 3000;

export interface DiskWatch {
  readonly place: Place | undefined;
  /** What is known to be in the file. */
  readonly digest: string | undefined;
  /** Nothing is being written from here: what is found then is of others. */
  readonly isIdle: boolean;
  /** Null: the file is gone. */
  readonly onOther: (digest: string | null) => void;
}

/** Looks whether the file is still what was read, while the page can be seen. */
export function useDisk({ place, digest, isIdle, onOther }: DiskWatch): void {
  const api = useApi();
  const isSeen = usePageSeen();
  const found = useEffectEvent((now: string | null) => {
    if (now !== digest) onOther(now);
  });
  const path = place && `/gantry/dockerfiles/state?${placeQuery(place)}`;
  const isOn = isSeen && isIdle && digest !== undefined;
  useEffect(() => {
    if (path === undefined || !isOn) return;
    const gone = new AbortController();
    const { signal } = gone;
    const look = async (): Promise<void> => {
      try {
        const state = await api.json({ path, signal }, dockerfileStateBody);
        if (!signal.aborted) found(state.digest);
      } catch {
        // That the daemon is away is said by the shell; the next look may find it.
      }
    };
    const timer = setInterval(() => void look(), everyMs);
    void look();
    return () => {
      gone.abort();
      clearInterval(timer);
    };
    // A text that was read or written anew begins anew: answers about the one before do not count.
  }, [api, path, isOn, digest]);
}
