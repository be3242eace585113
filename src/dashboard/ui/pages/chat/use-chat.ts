import { useEffect, useRef, useState } from 'react';
import { ApiError, errorText, useApi, useInvalidate, useKitText } from '../../kit/index.ts';
import { answerParts } from './answer-parts.ts';
import { chatRequest, waitingTurn, type Answer, type ChatOptions } from './conversation.ts';
import { added, emptyThread, nextIdOf, pathOf, replaced, switchedTo, type Node, type Thread } from './thread.ts';

/** Long answers take longer to lay out than a frame. */
const longChars = 20_000;
const longIntervalMs = 400;

export interface Chat {
  readonly thread: Thread;
  readonly path: readonly Node[];
  readonly isAnswering: boolean;
  readonly ask: (text: string, images: readonly string[]) => void;
  readonly stop: () => void;
  /** Another answer beside the last one. */
  readonly regenerate: () => void;
  /** The question `id` in other words, beside it; what was said before stays. */
  readonly edit: (id: number, text: string) => void;
  readonly show: (id: number) => void;
  readonly begin: (thread: Thread) => void;
}

/** A conversation with one model. */
export function useChat(
  model: string | undefined,
  { options, saved = emptyThread }: { readonly options: ChatOptions; readonly saved?: Thread | undefined },
): Chat {
  const api = useApi();
  const kit = useKitText();
  const invalidate = useInvalidate();
  const [thread, setThread] = useState(saved);
  const [isAnswering, setAnswering] = useState(false);
  const running = useRef<AbortController>(undefined);
  const path = pathOf(thread);

  useEffect(() => () => running.current?.abort(), []);

  async function answer(asked: Thread): Promise<void> {
    if (model === undefined) return;
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    const id = nextIdOf(asked);
    let turn: Answer = { ...waitingTurn, model };
    let shownAt = 0;
    let frame = 0;
    const show = (): void => {
      cancelAnimationFrame(frame);
      frame = 0;
      shownAt = performance.now();
      setThread((before) => replaced(before, { id, turn }));
    };
    // Tokens come faster than frames.
    const showSoon = (): void => {
      if (turn.text.length + turn.reasoning.length > longChars && performance.now() - shownAt < longIntervalMs) return;
      frame ||= requestAnimationFrame(show);
    };
    setAnswering(true);
    setThread(added(asked, { parent: asked.leaf, turn }));
    try {
      const events = api.events({
        path: '/v1/chat/completions',
        method: 'POST',
        body: chatRequest(
          model,
          pathOf(asked).map((node) => node.turn),
          options,
        ),
        signal: stop.signal,
      });
      for await (const part of answerParts(events, () => performance.now())) {
        if (part.problem !== undefined) throw new ApiError(part.problem, { code: 'inference' });
        const { text, reasoning, stats } = part;
        turn = {
          ...turn,
          state: 'answering',
          text: turn.text + text,
          reasoning: turn.reasoning + reasoning,
          ...(stats && { stats: { ...turn.stats, ...stats } }),
        };
        showSoon();
      }
      turn = { ...turn, state: 'done' };
    } catch (error) {
      turn = stop.signal.aborted
        ? { ...turn, state: 'stopped' }
        : { ...turn, state: 'failed', problem: errorText(error, kit) };
    }
    show();
    if (running.current !== stop) return;
    running.current = undefined;
    setAnswering(false);
    await invalidate(['/engines/ps', '/engines/requests']);
  }

  return {
    thread,
    path,
    isAnswering,
    ask: (text, images) =>
      void answer(added(thread, { parent: thread.leaf, turn: { role: 'user', text, images: [...images] } })),
    stop: () => running.current?.abort(),
    regenerate() {
      const last = path.at(-1);
      if (last) void answer(last.turn.role === 'assistant' ? { ...thread, leaf: last.parent } : thread);
    },
    edit(id, text) {
      const node = thread.nodes.find((one) => one.id === id);
      if (node?.turn.role === 'user') {
        void answer(added(thread, { parent: node.parent, turn: { ...node.turn, text } }));
      }
    },
    show: (id) => setThread((before) => switchedTo(before, id)),
    begin: setThread,
  };
}
