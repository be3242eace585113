import { useEffect, useMemo, useRef, useState } from 'react';
import { z } from 'zod';
import { ApiError, errorText, useApi, useInvalidate, useKitText } from '../../kit/index.ts';
import { chatRequest, edited, unanswered, waitingTurn, type ChatOptions, type Turn } from './conversation.ts';

const chunk = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z.looseObject({ content: z.string().nullish(), reasoning_content: z.string().nullish() }).optional(),
      }),
    )
    .optional(),
  usage: z.looseObject({ total_tokens: z.number().optional(), completion_tokens: z.number().optional() }).nullish(),
  timings: z.looseObject({ predicted_per_second: z.number().optional() }).nullish(),
  error: z.looseObject({ message: z.string() }).optional(),
});

export interface Chat {
  readonly turns: readonly Turn[];
  readonly isAnswering: boolean;
  readonly ask: (text: string, images: readonly string[]) => void;
  readonly stop: () => void;
  readonly regenerate: () => void;
  readonly edit: (at: number, text: string) => void;
  readonly clear: () => void;
}

/** A conversation with one model. */
export function useChat(model: string | undefined, options: ChatOptions): Chat {
  const api = useApi();
  const kit = useKitText();
  const invalidate = useInvalidate();
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const running = useRef<AbortController>(undefined);
  const frame = useRef(0);
  const [isAnswering, setAnswering] = useState(false);

  useEffect(
    () => () => {
      running.current?.abort();
      cancelAnimationFrame(frame.current);
    },
    [],
  );

  async function answer(history: readonly Turn[]): Promise<void> {
    if (model === undefined) return;
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    let turn: Turn & { role: 'assistant' } = { ...waitingTurn, role: 'assistant' } as Turn & { role: 'assistant' };
    const show = (): void => {
      if (running.current === stop) setTurns([...history, turn]);
    };
    // Tokens come faster than frames.
    const showSoon = (): void => {
      frame.current ||= requestAnimationFrame(() => {
        frame.current = 0;
        show();
      });
    };
    setAnswering(true);
    show();
    const beganAt = performance.now();
    let firstAt: number | undefined;
    try {
      const events = api.events({
        path: '/v1/chat/completions',
        method: 'POST',
        body: chatRequest(model, history, options),
        signal: stop.signal,
      });
      for await (const { data } of events) {
        if (data === '[DONE]') continue;
        const part = parsed(data);
        if (!part) continue;
        if (part.error) throw new ApiError(part.error.message, { code: 'inference' });
        const delta = part.choices?.[0]?.delta;
        const [text, reasoning] = [delta?.content ?? '', delta?.reasoning_content ?? ''];
        if (text !== '' || reasoning !== '') firstAt ??= performance.now();
        const { usage, timings } = part;
        const seconds = firstAt === undefined ? 0 : (performance.now() - firstAt) / 1000;
        const made = usage?.completion_tokens;
        turn = {
          ...turn,
          state: 'answering',
          text: turn.text + text,
          reasoning: turn.reasoning + reasoning,
          ...((usage || timings) && {
            stats: {
              firstTokenMs: firstAt === undefined ? undefined : firstAt - beganAt,
              totalTokens: usage?.total_tokens ?? turn.stats?.totalTokens,
              tokensPerSecond:
                timings?.predicted_per_second ??
                turn.stats?.tokensPerSecond ??
                (made !== undefined && seconds > 0 ? made / seconds : undefined),
            },
          }),
        };
        showSoon();
      }
      turn = { ...turn, state: 'done' };
    } catch (error) {
      turn = stop.signal.aborted
        ? { ...turn, state: 'stopped' }
        : { ...turn, state: 'failed', problem: errorText(error, kit) };
    }
    if (running.current !== stop) return;
    cancelAnimationFrame(frame.current);
    frame.current = 0;
    show();
    running.current = undefined;
    setAnswering(false);
    await invalidate(['/engines/ps', '/engines/requests']);
  }

  return {
    turns,
    isAnswering,
    ask: (text, images) => void answer([...turns, { role: 'user', text, images }]),
    stop: () => running.current?.abort(),
    regenerate: () => void answer(unanswered(turns)),
    edit: (at, text) => void answer(edited(turns, at, text)),
    clear() {
      running.current?.abort();
      running.current = undefined;
      setAnswering(false);
      setTurns([]);
    },
  };
}

function parsed(data: string): z.infer<typeof chunk> | undefined {
  try {
    return chunk.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

/** Whether the model takes pictures. */
export const showBody = z.looseObject({ capabilities: z.array(z.string()).optional() });

export function useOptions(): { options: ChatOptions; set: (name: keyof ChatOptions, value: string) => void } {
  const [options, setOptions] = useState<ChatOptions>({ system: '', temperature: '', topP: '', maxTokens: '' });
  return useMemo(
    () => ({ options, set: (name, value) => setOptions((before) => ({ ...before, [name]: value })) }),
    [options],
  );
}
