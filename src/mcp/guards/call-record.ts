import { z } from 'zod';
import type { SecretScanner } from '#core';
import type { CallOutcome, JsonObject, ServerCall } from '../types.ts';
import type { KnownSecrets } from './known-secrets.ts';

/** One line of the call log. */
export const callRecordSchema = z.object({
  id: z.string(),
  /** When it began, ISO 8601. */
  time: z.string(),
  session: z.string(),
  client: z.object({ name: z.string(), version: z.string() }),
  server: z.string(),
  kind: z.enum(['tool', 'prompt', 'resource', 'completion']),
  name: z.string(),
  argumentBytes: z.number(),
  /** Only where the user wants them kept; without secrets. */
  arguments: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null).optional(),
  /** Something was left out of the arguments, so that they cannot be used again. */
  isRedacted: z.boolean().optional(),
  outcome: z.enum(['ok', 'tool_error', 'error', 'cancelled']),
  error: z.string().optional(),
  resultBytes: z.number(),
  durationMs: z.number(),
});

export type CallRecord = z.output<typeof callRecordSchema>;

/** What is kept: `on` with arguments, `metadata` without. */
export type CallRecording = 'on' | 'metadata' | 'off';

export interface RecordOptions {
  readonly recording: CallRecording;
  readonly scanner: Pick<SecretScanner, 'hide'>;
  readonly known: Pick<KnownSecrets, 'hide'> | undefined;
}

export interface FinishedCall {
  readonly id: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: CallOutcome | { readonly kind: 'thrown'; readonly error: Error; readonly isCancelled: boolean };
}

const maxArgumentBytes = 64 * 1024;
const maxErrorChars = 500;

export function recordOf(
  call: ServerCall,
  done: FinishedCall,
  { recording, scanner, known }: RecordOptions,
): CallRecord {
  const hide = (text: string): string => scanner.hide(known?.hide(text) ?? text);
  const args = JSON.stringify(call.arguments);
  const { outcome } = done;
  const error = errorOf(outcome);
  return {
    id: done.id,
    time: new Date(done.startedAt).toISOString(),
    session: call.session.id,
    client: { name: call.session.client.name.slice(0, 200), version: call.session.client.version.slice(0, 100) },
    server: call.server,
    kind: call.kind,
    name: hide(call.name.slice(0, 1000)),
    argumentBytes: Buffer.byteLength(args),
    ...(recording === 'on' ? keptArguments(call.arguments, { args, hide }) : {}),
    outcome: kindOf(outcome),
    ...(error === undefined ? {} : { error: hide(error).slice(0, maxErrorChars) }),
    resultBytes: outcome.kind === 'result' ? Buffer.byteLength(JSON.stringify(outcome.result)) : 0,
    durationMs: Math.round(done.durationMs * 100) / 100,
  };
}

function keptArguments(
  value: JsonObject,
  { args, hide }: { args: string; hide: (text: string) => string },
): Pick<CallRecord, 'arguments' | 'isRedacted'> {
  if (Buffer.byteLength(args) > maxArgumentBytes) return { isRedacted: true };
  const hidden = hide(args);
  if (hidden === args) return { arguments: value };
  try {
    return { arguments: JSON.parse(hidden) as JsonObject, isRedacted: true };
  } catch {
    return { isRedacted: true };
  }
}

function kindOf(outcome: FinishedCall['outcome']): CallRecord['outcome'] {
  if (outcome.kind === 'thrown') return outcome.isCancelled ? 'cancelled' : 'error';
  if (outcome.kind === 'error') return 'error';
  return outcome.result['isError'] === true ? 'tool_error' : 'ok';
}

function errorOf(outcome: FinishedCall['outcome']): string | undefined {
  if (outcome.kind === 'thrown') return outcome.error.message;
  if (outcome.kind === 'error') return outcome.error.message;
  if (outcome.result['isError'] !== true) return undefined;
  const { content } = outcome.result;
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  const text = typeof first === 'object' && first !== null && 'text' in first ? first.text : undefined;
  return typeof text === 'string' ? text.slice(0, 10_000) : undefined;
}
