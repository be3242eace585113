import { createParser } from 'eventsource-parser';
import type { AssistantEvent } from '#contract';
import type { DaemonResponse } from '../http.ts';
import { parseAnswer, type ReadOptions } from '../read.ts';

/** The events of a session from the body of an answer. @throws AppError when one is none, or the connection breaks */
export async function* readEvents(
  { text }: Pick<DaemonResponse, 'text'>,
  options: ReadOptions,
): AsyncIterable<AssistantEvent> {
  const { assistantEvent } = await import('#contract');
  const ready: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => ready.push(data) });
  for await (const chunk of text) {
    parser.feed(chunk);
    for (const data of ready.splice(0)) yield parseAnswer(data, assistantEvent, options);
  }
}
