import type { McpStatusBody } from '#contract';
import type { CallRecord } from '#mcp';

type Told = McpStatusBody['gateways'][number]['servers'][number];

/** What is known of a server's calls, in the words that a gateway has for them. */
export interface ServerCalls extends Pick<Told, 'calls' | 'failures' | 'latencyMs' | 'lastCallAt'> {
  readonly error?:
    | {
        readonly code?: string;
        readonly message: string;
        readonly hint?: string | undefined;
        readonly params?: NonNullable<Told['error']>['params'];
      }
    | undefined;
}

/** Of each server that was called. Who cancels a call does not make it a failure, and an error counts until a call goes well. */
export async function summarizeCalls(records: AsyncIterable<CallRecord>): Promise<ReadonlyMap<string, ServerCalls>> {
  const servers = new Map<string, ServerCalls>();
  for await (const record of records) servers.set(record.server, withCall(servers.get(record.server), record));
  return servers;
}

function withCall(before: ServerCalls | undefined, { outcome, error, durationMs, time }: CallRecord): ServerCalls {
  const { calls, failures } = before ?? { calls: 0, failures: 0 };
  const sumMs = (before?.latencyMs?.mean ?? 0) * calls + durationMs;
  const hasFailed = outcome === 'error';
  return {
    calls: calls + 1,
    failures: failures + (hasFailed ? 1 : 0),
    latencyMs: { last: durationMs, mean: Math.round((sumMs / (calls + 1)) * 100) / 100 },
    lastCallAt: Date.parse(time),
    ...(hasFailed ? { error: { message: error ?? outcome } } : {}),
  };
}
