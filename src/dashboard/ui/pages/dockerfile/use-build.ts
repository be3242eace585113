import { buildDockerfileLine, type BuildDockerfileLine } from '#contract';
import { useEffect, useRef, useState } from 'react';
import { errorText, useApi, useKitText } from '../../kit/index.ts';
import { nextBuild, noBuild, type BuildState } from './build-state.ts';
import { placeBody, type Place } from './place.ts';

export type { Built, BuildState, Failed } from './build-state.ts';

export interface BuildQuestion {
  readonly place: Place;
  readonly before: string;
  readonly after: string | undefined;
}

export interface Build {
  readonly state: BuildState;
  readonly start: (question: BuildQuestion) => void;
  readonly stop: () => void;
}

const flushMs = 100;

/** One build at a time; it ends with the component, and when it is stopped. */
export function useBuild(): Build {
  const api = useApi();
  const kit = useKitText();
  const [state, setState] = useState(noBuild);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const run = async ({ place, ...texts }: BuildQuestion, { signal }: AbortController): Promise<void> => {
    let waiting: BuildDockerfileLine[] = [];
    const flush = (): void => {
      const lines = waiting;
      waiting = [];
      if (lines.length > 0) setState((before) => nextBuild(before, lines));
    };
    const timer = setInterval(flush, flushMs);
    try {
      const body = { ...placeBody(place), ...texts };
      const request = { method: 'POST', path: '/gantry/dockerfiles/build', body, signal } as const;
      for await (const line of api.lines(request, buildDockerfileLine)) waiting.push(line);
      flush();
      setState((before) => ({ ...before, isRunning: false }));
    } catch (error) {
      flush();
      const said = signal.aborted ? { isStopped: true } : { error: errorText(error, kit) };
      setState((before) => ({ ...before, ...said, isRunning: false }));
    } finally {
      clearInterval(timer);
    }
  };
  return {
    state,
    start(question) {
      running.current?.abort();
      running.current = new AbortController();
      setState({ ...noBuild, isRunning: true });
      void run(question, running.current);
    },
    stop: () => running.current?.abort(),
  };
}
