import { mcpCallEvents } from '#contract';
import { useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import { errorText, useApi, useKitText } from '../../kit/index.ts';
import { paths } from './paths.ts';
import { followEvents } from './stream.ts';
import { useMcpText } from './text.ts';

export type Asked = z.infer<typeof mcpCallEvents.question>;

export type CallState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      readonly call: string;
      readonly progress: string;
      readonly share: number | undefined;
      readonly asked: Asked | undefined;
    }
  | { readonly kind: 'done'; readonly result: z.infer<typeof mcpCallEvents.result> }
  | { readonly kind: 'failed'; readonly text: string };

export interface WantedCall {
  readonly profile: string;
  readonly server: string;
  readonly kind?: 'tool' | 'prompt' | 'resource';
  readonly tool: string;
  readonly arguments: unknown;
}

export interface TriedCall {
  readonly state: CallState;
  /** What the server said meanwhile, the newest last. */
  readonly said: readonly string[];
  readonly run: (wanted: WantedCall) => Promise<void>;
  readonly stop: () => void;
  readonly fail: (text: string) => void;
}

const mostSaid = 200;
type Running = Extract<CallState, { kind: 'running' }>;

/** A call that is tried from here, with what happens on its way. It ends with the component. */
export function useCall(): TriedCall {
  const t = useMcpText();
  const kit = useKitText();
  const api = useApi();
  const [state, setState] = useState<CallState>({ kind: 'idle' });
  const [said, setSaid] = useState<readonly string[]>([]);
  const calling = useRef<AbortController>(undefined);
  useEffect(() => () => calling.current?.abort(), []);

  const run = async ({ arguments: args, ...wanted }: WantedCall): Promise<void> => {
    calling.current?.abort();
    calling.current = new AbortController();
    const { signal } = calling.current;
    let running: Running = { kind: 'running', call: '', progress: '', share: undefined, asked: undefined };
    const show = (change: Partial<Running>): void => {
      running = { ...running, ...change };
      setState(running);
    };
    show({});
    setSaid([]);
    try {
      const body = { ...wanted, ...(args === undefined ? {} : { arguments: args }) };
      const result = await followEvents(
        api,
        { path: paths.calls, method: 'POST', body, signal },
        {
          last: 'result',
          on: {
            started: (data) => show({ call: mcpCallEvents.started.parse(data).call }),
            progress: (data) => {
              const { progress, total, message } = mcpCallEvents.progress.parse(data);
              show({
                progress: message ?? t.progressOf(progress, total),
                share: total === undefined || total <= 0 ? undefined : (progress / total) * 100,
              });
            },
            log: (data) => {
              const { level, data: what } = mcpCallEvents.log.parse(data);
              const text = typeof what === 'string' ? what : JSON.stringify(what);
              setSaid((before) => [...before.slice(1 - mostSaid), `${level}: ${text}`]);
            },
            question: (data) => show({ asked: mcpCallEvents.question.parse(data) }),
          },
        },
      );
      setState({ kind: 'done', result: mcpCallEvents.result.parse(result) });
    } catch (error) {
      setState({ kind: 'failed', text: signal.aborted ? t.cancelled : errorText(error, kit) });
    }
  };
  return {
    state,
    said,
    run,
    stop: () => calling.current?.abort(),
    fail: (text) => setState({ kind: 'failed', text }),
  };
}
