import { z } from 'zod';
import { toAppError } from '#core';
import type { CallOutcome, CallStep, JsonObject, ServerCall } from '../types.ts';
import { askInterceptor, failed, type AskDeps } from './ask-interceptor.ts';
import type { InterceptorSpec } from './interceptor-spec.ts';
import { refusal } from './refusal.ts';

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const callParams = z.looseObject({ name: z.string().optional(), arguments: jsonObject.nullish() });
const rewritten = z.union([
  z.looseObject({ params: callParams }).transform(({ params }) => params),
  z.looseObject({ Params: callParams }).transform(({ Params: params }) => params),
]);
const toolResult = z
  .looseObject({
    content: z.array(jsonObject).optional(),
    structuredContent: jsonObject.optional(),
    isError: z.boolean().optional(),
  })
  .refine((result) => result.content !== undefined || result.structuredContent !== undefined);

/**
 * A program, container or service of the user's own that hears of calls of tools (contract mcp-toolkit §3.10). One before a call may
 * change its arguments or answer in its place; one after it may change the answer. When it fails, so does the call.
 */
export function createInterceptorStep(spec: InterceptorSpec, deps: AskDeps): CallStep {
  const before = async (call: ServerCall, signal: AbortSignal | undefined): Promise<ServerCall | CallOutcome> => {
    const said = await askInterceptor(spec, { payload: requestPayload(call), facts: factsOf(call), signal }, deps);
    if (said.trim() === '') return call;
    const value = parse(said, spec);
    const changed = rewritten.safeParse(value);
    if (changed.success) return withArguments(call, changed.data, spec);
    return resultOf(value, spec);
  };
  return {
    name: `${spec.when} ${spec.type}`,
    async handle(call, next, { signal }) {
      if (call.kind !== 'tool') return await next(call);
      try {
        if (spec.when === 'before') {
          const answer = await before(call, signal);
          return 'server' in answer ? await next(answer) : answer;
        }
        const outcome = await next(call);
        if (outcome.kind === 'error') return outcome;
        const payload = JSON.stringify(outcome.result);
        const said = await askInterceptor(spec, { payload, facts: factsOf(call), signal }, deps);
        return said.trim() === '' ? outcome : resultOf(parse(said, spec), spec);
      } catch (error) {
        signal?.throwIfAborted();
        const { params, message } = toAppError(error);
        // What is not ours went wrong further in.
        if (params['reason'] !== 'interceptor' && params['reason'] !== 'program') throw error;
        return refusal(call, message);
      }
    },
  };
}

/** As Go writes the request and as everybody else would: whoever reads one spelling finds it. */
function requestPayload({ name, arguments: args, meta, server, session }: ServerCall): string {
  const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) };
  const context = { server, client: session.client };
  return JSON.stringify({ method: 'tools/call', params, context, Session: {}, Params: params, Extra: null });
}

function factsOf({ server, name, session }: ServerCall): Readonly<Record<string, string>> {
  return {
    GANTRY_MCP_SERVER: server,
    GANTRY_MCP_TOOL: name.replaceAll('\0', ''),
    GANTRY_MCP_CLIENT: session.client.name.replaceAll('\0', ''),
  };
}

function parse(text: string, { target }: InterceptorSpec): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failed(target, 'what it said is not JSON');
  }
}

function withArguments(call: ServerCall, params: z.output<typeof callParams>, { target }: InterceptorSpec): ServerCall {
  if (params.name !== undefined && params.name !== call.name) {
    throw failed(target, 'it asked for another tool; only arguments can be changed');
  }
  return { ...call, arguments: params.arguments ?? {} };
}

function resultOf(value: unknown, { target }: InterceptorSpec): CallOutcome {
  const result = toolResult.safeParse(value);
  if (!result.success) throw failed(target, 'what it said is neither a result of a tool nor changed arguments');
  return { kind: 'result', result: result.data as JsonObject };
}
