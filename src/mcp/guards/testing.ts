import type { CallOutcome, ClientSession, JsonObject, ServerCall } from '../types.ts';

export function session(changes: Partial<ClientSession> = {}): ClientSession {
  return { id: 's1', client: { name: 'cursor', version: '1' }, elicit: undefined, ...changes };
}

export function toolCall(args: JsonObject = {}, changes: Partial<ServerCall> = {}): ServerCall {
  return {
    kind: 'tool',
    server: 'files',
    name: 'read',
    arguments: args,
    meta: undefined,
    session: session(),
    ...changes,
  };
}

export function textResult(text: string): CallOutcome {
  return { kind: 'result', result: { content: [{ type: 'text', text }] } };
}

/** Everything that a client would see of it. */
export function seen(outcome: CallOutcome): string {
  return JSON.stringify(outcome);
}

export function isRefused(outcome: CallOutcome): boolean {
  return outcome.kind === 'error' || outcome.result['isError'] === true;
}
