import { z } from 'zod';
import type { Stats } from './conversation.ts';

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

export interface AnswerPart {
  readonly text: string;
  readonly reasoning: string;
  readonly stats?: Stats | undefined;
  /** What the runner says went wrong. */
  readonly problem?: string | undefined;
}

/** What the events of a streamed answer say; what is no such event is left out. The speed is measured where the runner does not say it. */
export async function* answerParts(
  events: AsyncIterable<{ readonly data: string }>,
  now: () => number,
): AsyncGenerator<AnswerPart, void, undefined> {
  const beganAt = now();
  let firstAt: number | undefined;
  for await (const { data } of events) {
    const part = parsed(data);
    if (!part) continue;
    const { usage, timings, error } = part;
    const delta = part.choices?.[0]?.delta;
    const [text, reasoning] = [delta?.content ?? '', delta?.reasoning_content ?? ''];
    if (text !== '' || reasoning !== '') firstAt ??= now();
    const seconds = firstAt === undefined ? 0 : (now() - firstAt) / 1000;
    const made = usage?.completion_tokens;
    const speed = timings?.predicted_per_second ?? (made !== undefined && seconds > 0 ? made / seconds : undefined);
    yield {
      text,
      reasoning,
      problem: error?.message,
      ...((usage || timings) && {
        stats: {
          ...(firstAt !== undefined && { firstTokenMs: firstAt - beganAt }),
          ...(usage?.total_tokens !== undefined && { totalTokens: usage.total_tokens }),
          ...(speed !== undefined && { tokensPerSecond: speed }),
        },
      }),
    };
  }
}

function parsed(data: string): z.infer<typeof chunk> | undefined {
  try {
    return chunk.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
