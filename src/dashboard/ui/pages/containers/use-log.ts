import { logLine, type LogLine } from '#contract';
import { useEffect, useRef, useState } from 'react';
import { errorText, useApi, useIsAsking, useKitText } from '../../kit/index.ts';
import { addLines, emptyLog, type LogState } from './log-buffer.ts';

const flushMs = 100;
/** While lines pour in, drawing them all each time would cost more than reading them. */
const [pouring, pouringTicks] = [5000, 5];
const [firstRetryMs, mostRetryMs] = [1000, 15_000];

export interface LogQuestion {
  readonly name: string;
  readonly tail: number;
  readonly follow: boolean;
  /** All of it when undefined. */
  readonly sinceMinutes: number | undefined;
}

/** The log as it comes. One that is followed and breaks off is taken up again where it was. */
export function useLog({ name, tail, follow, sinceMinutes }: LogQuestion): {
  readonly log: LogState;
  readonly clear: () => void;
} {
  const api = useApi();
  const kit = useKitText();
  const [log, setLog] = useState(emptyLog);
  const last = useRef('');
  const isAsking = useIsAsking();
  // It may come again under its name: then the log goes on.
  const isThere = useRef(isAsking);
  useEffect(() => {
    isThere.current = isAsking;
  });
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    let waiting: LogLine[] = [];
    setLog(emptyLog);
    last.current = '';
    let ticks = 0;
    const flush = (): void => {
      ticks = 0;
      const added = waiting;
      waiting = [];
      if (added.length > 0 && !signal.aborted) setLog((before) => addLines(before, added));
    };
    const timer = setInterval(() => {
      ticks += 1;
      if (waiting.length < pouring || ticks >= pouringTicks) flush();
    }, flushMs);
    const began = sinceMinutes === undefined ? undefined : Math.floor(Date.now() / 1000) - sinceMinutes * 60;
    const read = async (): Promise<void> => {
      const from = last.current === '' ? began : Math.floor(Date.parse(last.current) / 1000);
      const since = from === undefined ? '' : `&since=${from}`;
      const seen = last.current;
      const path = `/gantry/containers/${encodeURIComponent(name)}/logs?tail=${tail}&follow=${follow}${since}`;
      for await (const line of api.lines({ path, signal }, logLine)) {
        // What came before the break comes again: times have seconds in the question and nanoseconds in the answer.
        if ('text' in line && seen !== '' && line.at <= seen) continue;
        waiting.push(line);
        if ('text' in line) last.current = line.at;
      }
    };
    const run = async (): Promise<void> => {
      let retryMs = firstRetryMs;
      while (!signal.aborted) {
        const before = last.current;
        try {
          if (isThere.current) await read();
          flush();
        } catch (error) {
          if (signal.aborted) return;
          flush();
          if (isThere.current) setLog((known) => ({ ...known, error: errorText(error, kit) }));
        }
        if (!follow) return;
        // A container that has ended writes no more until it is started again.
        retryMs = last.current === before ? Math.min(retryMs * 2, mostRetryMs) : firstRetryMs;
        await new Promise((resolve) => {
          const pause = setTimeout(resolve, retryMs);
          signal.addEventListener('abort', () => {
            clearTimeout(pause);
            resolve(undefined);
          });
        });
      }
    };
    void run();
    return () => {
      gone.abort();
      clearInterval(timer);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- texts may change without the log being read anew
  }, [api, name, tail, follow, sinceMinutes]);
  return { log, clear: () => setLog(emptyLog) };
}
