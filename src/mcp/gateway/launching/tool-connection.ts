import { AppError, version, type Clock } from '#core';
import type { CallOutcome, CatalogServer, ConnectionEvents, JsonObject, ServerConnection } from '../../types.ts';
import type { LaunchContext } from '../../launch/plan-launch.ts';
import { planTool } from '../../launch/plan-tool.ts';
import { failed, membersOf, rpcCodes, succeeded, textOf, type RpcRequest } from '../../protocol/messages.ts';
import { createPeer } from '../../protocol/peer.ts';
import type { LauncherOptions } from './launcher.ts';

export interface ToolConnectionOptions {
  readonly context: LaunchContext;
  readonly events: ConnectionEvents;
  readonly session: string | undefined;
  readonly run: LauncherOptions['containers']['runTool'];
  readonly clock: Clock;
}

/** Tools that are containers, as a server that has them: each call runs one to its end. */
export function connectTools(
  entry: CatalogServer,
  { context, events, session, run, clock }: ToolConnectionOptions,
): ServerConnection {
  const tools = entry.tools.filter(({ container }) => container !== undefined);

  async function call({ params = {} }: RpcRequest, signal: AbortSignal): Promise<CallOutcome> {
    const name = textOf(params['name']);
    const tool = tools.find((one) => one.name === name);
    if (!tool) return failed(rpcCodes.invalidParams, `unknown tool ${JSON.stringify(name ?? '')}`);
    const decision = planTool(entry, { tool, args: membersOf(params['arguments']), context });
    if (decision.kind === 'refused') {
      const text = decision.problems.map(({ message, hint = '' }) => `${message} ${hint}`.trim()).join(' ');
      return failed(rpcCodes.invalidParams, text);
    }
    return succeeded(await run(decision.plan, { signal, session, log: (line) => events.log(line) }));
  }

  async function answer(request: RpcRequest, { signal }: { readonly signal: AbortSignal }): Promise<CallOutcome> {
    switch (request.method) {
      case 'initialize':
        return succeeded({
          protocolVersion: textOf(request.params?.['protocolVersion']) ?? '2025-11-25',
          capabilities: { tools: {} },
          serverInfo: { name: entry.name, version },
        });
      case 'tools/list':
        return succeeded({ tools: tools.map(definitionOf) });
      case 'tools/call':
        return await call(request, signal);
      case 'ping':
        return succeeded({});
      default:
        return failed(rpcCodes.methodNotFound, `Method not found: ${request.method}`);
    }
  }

  const peer = createPeer({
    clock,
    send: (message) => queueMicrotask(() => events.message(message)),
    onRequest: answer,
    onNotification: () => undefined,
  });
  return {
    send: (message) => queueMicrotask(() => peer.receive(message)),
    close() {
      peer.end(new AppError('request.aborted', 'The connection was closed.'));
      events.closed(undefined);
      return Promise.resolve();
    },
  };
}

function definitionOf({ name, description, inputSchema, annotations }: CatalogServer['tools'][number]): JsonObject {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    inputSchema: inputSchema ?? { type: 'object' },
    ...(annotations === undefined ? {} : { annotations }),
  };
}
