import type { RequestsBody } from '#contract';
import { z } from 'zod';

export type RequestRecord = RequestsBody[number]['records'][number];

export interface RequestFacts {
  /** What was asked last, as far as it is text. */
  readonly question: string;
  readonly answer: string;
  readonly tokens: number | undefined;
  readonly tokensPerSecond: number | undefined;
}

const content = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).nullish();
const asked = z.looseObject({
  messages: z.array(z.looseObject({ content })).optional(),
  prompt: z.string().optional(),
  input: z.union([z.string(), z.array(z.unknown())]).optional(),
});
const answered = z.looseObject({
  choices: z
    .array(z.looseObject({ message: z.looseObject({ content }).optional(), text: z.string().optional() }))
    .optional(),
  content: z.array(z.looseObject({ text: z.string().optional() })).optional(),
  usage: z.looseObject({ total_tokens: z.number().optional(), completion_tokens: z.number().optional() }).nullish(),
  timings: z.looseObject({ predicted_per_second: z.number().optional() }).nullish(),
});

/** What a recorded request says at a glance. Bodies are other people's: what is not as expected is left out. */
export function factsOf(record: RequestRecord): RequestFacts {
  const request = parsed(record.request, asked);
  const response = parsed(record.response, answered);
  const [choice] = response?.choices ?? [];
  const last = request?.messages?.at(-1)?.content;
  const tokens = response?.usage?.total_tokens;
  const { duration_ms: durationMs = 0 } = record;
  const made = response?.usage?.completion_tokens;
  return {
    question: textOf(last) || request?.prompt || (typeof request?.input === 'string' ? request.input : ''),
    answer: textOf(choice?.message?.content) || choice?.text || textOf(response?.content),
    tokens,
    tokensPerSecond:
      response?.timings?.predicted_per_second ??
      (made !== undefined && durationMs > 0 ? (made / durationMs) * 1000 : undefined),
  };
}

function textOf(value: z.infer<typeof content>): string {
  if (typeof value === 'string') return value;
  return (value ?? []).map(({ text = '' }) => text).join('');
}

function parsed<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
