import type { CallOutcome, ServerCall } from '../types.ts';

/** JSON-RPC's range for errors of implementations. */
const refusedCode = -32_003;

/** What a client gets instead of an answer. A model reads the result of a tool, so that it can do something else. */
export function refusal({ kind }: ServerCall, message: string): CallOutcome {
  if (kind === 'tool') return { kind: 'result', result: { isError: true, content: [{ type: 'text', text: message }] } };
  return { kind: 'error', error: { code: refusedCode, message } };
}

/** What a call uses, for people: `the tool read_file of files`. */
export function describeCall({ kind, name, server }: Pick<ServerCall, 'kind' | 'name' | 'server'>): string {
  const what = { tool: 'the tool', prompt: 'the prompt', resource: 'the resource', completion: 'completions of' }[kind];
  return `${what} ${name.slice(0, 200)} of ${server}`;
}
