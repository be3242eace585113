import { z } from 'zod';
import { AppError, version, type Clock } from '#core';
import { createPeer, type CallOutcome, type Gateway, type JsonObject, type RpcMessage } from '#mcp';
import type { JsonRecord } from '../define-tool.ts';
import { cut, withoutControls } from '../define-tool.ts';
import type { McpPort, McpTool } from '../types.ts';

/** Messages to and from a server; nothing of the protocol is known here. */
export interface McpPipe {
  send(message: RpcMessage): void;
  /** Called once, before anything is sent. */
  listen(events: { readonly message: (message: RpcMessage) => void; readonly closed: (error: AppError) => void }): void;
  close(): Promise<void>;
}

export interface McpSessionOptions {
  readonly clock: Clock;
  /** For people: `github`. */
  readonly server: string | undefined;
  readonly signal: AbortSignal;
}

const protocolVersion = '2025-11-25';
const handshakeMs = 60_000;
const callMs = 600_000;
const mostTools = 500;
const mostPages = 50;
const longestDescription = 600;

const listed = z.looseObject({
  tools: z.array(
    z.looseObject({
      name: z.string().min(1).max(200),
      description: z.string().optional(),
      inputSchema: z.record(z.string(), z.unknown()).optional(),
      annotations: z
        .looseObject({ readOnlyHint: z.boolean().optional(), destructiveHint: z.boolean().optional() })
        .optional(),
    }),
  ),
  nextCursor: z.string().max(10_000).optional(),
});

const called = z.looseObject({
  content: z
    .array(z.looseObject({ type: z.string(), text: z.string().optional(), resource: z.unknown().optional() }))
    .optional(),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});

/** Opens a session with an MCP server. @throws AppError `mcp.*` when it does not answer as one */
export async function openMcpSession(pipe: McpPipe, { clock, server, signal }: McpSessionOptions): Promise<McpPort> {
  const peer = createPeer({
    clock,
    send: (message) => pipe.send(message),
    // We have nothing to offer to servers: no files, no model, nobody to ask.
    onRequest: async ({ method }) => {
      if (method === 'ping') return { kind: 'result', result: {} };
      return { kind: 'error', error: { code: -32_601, message: `${method} is not offered.` } };
    },
    onNotification: () => undefined,
  });
  pipe.listen({ message: (message) => peer.receive(message), closed: (error) => peer.end(error) });
  const ask = async (method: string, params: JsonObject, options: { signal: AbortSignal; quietMs: number }) =>
    resultOf(await peer.request(method, params, options), server);
  try {
    await ask(
      'initialize',
      { protocolVersion, capabilities: {}, clientInfo: { name: 'gantry-assistant', version } },
      { signal, quietMs: handshakeMs },
    );
    peer.notify('notifications/initialized');
  } catch (error) {
    await pipe.close();
    throw error;
  }
  return {
    async tools(options) {
      const all: McpTool[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const params: JsonObject = cursor === undefined ? {} : { cursor };
        const answer = listed.safeParse(await ask('tools/list', params, { ...options, quietMs: handshakeMs }));
        if (!answer.success) throw odd(server, 'tools/list');
        all.push(...answer.data.tools.map((one) => toolOf(one, server)));
        cursor = answer.data.nextCursor;
        if (cursor === undefined || all.length >= mostTools) break;
      }
      return all.slice(0, mostTools);
    },
    async call(name, args, options) {
      const params: JsonObject = { name, arguments: args };
      const answer = called.safeParse(
        resultOf(
          await peer.request('tools/call', params, {
            signal: options.signal,
            quietMs: callMs,
            onProgress: ({ message }) => {
              if (typeof message === 'string') options.onOutput(`${cut(withoutControls(message), 500)}\n`);
            },
          }),
          server,
        ),
      );
      if (!answer.success) throw odd(server, 'tools/call');
      return { text: textOf(answer.data), isError: answer.data.isError === true };
    },
    async close() {
      peer.end(new AppError('request.aborted', 'The session is over.'));
      await pipe.close();
    },
  };
}

/** A gateway in this process as a server. */
export function gatewayPipe(gateway: Pick<Gateway, 'connect'>): McpPipe {
  let connection: ReturnType<Gateway['connect']> | undefined;
  return {
    send: (message) => connection?.receive(message),
    listen({ message }) {
      connection = gateway.connect({ send: message });
    },
    async close() {
      await connection?.end(new AppError('request.aborted', 'The session is over.'));
    },
  };
}

function resultOf(outcome: CallOutcome, server: string | undefined): JsonObject {
  if (outcome.kind === 'result') return outcome.result;
  const reason = cut(withoutControls(outcome.error.message), 500);
  throw new AppError('mcp.server_failed', `${server ?? 'The MCP server'} refused: ${reason}.`, {
    params: { server: server ?? 'mcp', reason },
  });
}

function odd(server: string | undefined, method: string): AppError {
  return new AppError('mcp.server_failed', `${server ?? 'The MCP server'} answered ${method} with something else.`, {
    params: { server: server ?? 'mcp', reason: method },
  });
}

function toolOf(
  { name, description = '', inputSchema = { type: 'object' }, annotations }: z.output<typeof listed>['tools'][number],
  server: string | undefined,
): McpTool {
  return {
    name,
    server,
    description: cut(withoutControls(description).trim(), longestDescription),
    // It came as JSON.
    inputSchema: inputSchema as JsonRecord,
    annotations: {
      readOnly: annotations?.readOnlyHint === true,
      destructive: annotations?.readOnlyHint !== true && annotations?.destructiveHint === true,
    },
  };
}

function textOf({ content = [], structuredContent }: z.output<typeof called>): string {
  const parts = content.map(({ type, text, resource }) => {
    if (text !== undefined) return text;
    return type === 'resource' && resource !== undefined ? JSON.stringify(resource) : `(${type})`;
  });
  if (parts.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent);
  return parts.join('\n') || '(It said nothing.)';
}
