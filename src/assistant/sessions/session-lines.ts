import { z } from 'zod';
import { assistantEvent } from '#contract';
import { applyChange, newRecord } from './apply-change.ts';
import type { SessionChange, SessionRecord } from './types.ts';

/** A file of a session is lines of JSON: first what it is, then what happened to it. */
const header = z.object({ gantrySession: z.literal(1) });

const toolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() });

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string(), attachments: z.string().optional() }),
  z.object({ role: z.literal('assistant'), content: z.string(), toolCalls: z.array(toolCall) }),
  z.object({ role: z.literal('tool'), callId: z.string(), tool: z.string(), content: z.string() }),
]);

const change = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('meta'),
    meta: z.object({
      id: z.string(),
      title: z.string(),
      workingDirectory: z.string(),
      createdAtMs: z.number(),
      updatedAtMs: z.number(),
      starred: z.boolean(),
      mode: z.enum(['ask', 'plan', 'auto']),
      model: z.string().nullable(),
    }),
  }),
  z.object({ kind: z.literal('event'), event: assistantEvent }),
  z.object({
    kind: z.literal('messages'),
    keep: z.number().int().nonnegative(),
    add: z.array(message),
    untrusted: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('feedback'),
    messageId: z.string(),
    feedback: z.object({ rating: z.enum(['up', 'down']), comment: z.string().optional() }).nullable(),
  }),
  z.object({
    kind: z.literal('plan'),
    plan: z.object({ hash: z.string(), calls: z.array(toolCall) }).nullable(),
  }),
]);

export const firstLine = `${JSON.stringify({ gantrySession: 1 })}\n`;

export function linesOf(changes: readonly SessionChange[]): string {
  return changes.map((one) => `${JSON.stringify(one)}\n`).join('');
}

export interface ReadSession {
  readonly record: SessionRecord;
  /** Bytes of whole lines; what is behind them was being written when the daemon was killed. */
  readonly wholeBytes: number;
}

/** Undefined for a file that is no session. A last line that is no whole one counts as not written. */
export function readLines(bytes: Buffer): ReadSession | undefined {
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const [first = '', ...rest] = bytes.subarray(0, wholeBytes).toString('utf8').split('\n');
  if (!header.safeParse(asJson(first)).success) return undefined;
  let record: SessionRecord | undefined;
  for (const line of rest) {
    if (line === '') continue;
    const parsed = change.safeParse(asJson(line));
    if (!parsed.success) return undefined;
    if (record) record = applyChange(record, parsed.data);
    else if (parsed.data.kind === 'meta') record = newRecord(parsed.data.meta);
    else return undefined;
  }
  return record && { record, wholeBytes };
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
