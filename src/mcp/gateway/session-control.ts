import { AppError } from '#core';
import type { CallOutcome, ClientSession, JsonObject, SessionControl } from '../types.ts';
import type { RequestContext } from './request-context.ts';
import type { Session } from './session.ts';

export interface ControlOptions {
  readonly client: ClientSession;
  readonly context: RequestContext;
  readonly handle: (
    request: { method: string; params: JsonObject },
    session: Session,
    context: RequestContext,
  ) => Promise<CallOutcome>;
}

/** What tools of the gateway may do to the session that calls them. */
export function createSessionControl(session: Session, { client, context, handle }: ControlOptions): SessionControl {
  const namesOf = (tools: readonly JsonObject[]): ReadonlySet<unknown> => new Set(tools.map((tool) => tool['name']));
  return {
    client,
    enabled: () => session.entries().map(({ enabled }) => enabled),
    async add(server) {
      const before = namesOf(session.view().tools);
      const { managed } = await session.add(server);
      await managed.learn(session.asker.abilities);
      if (managed.manifest(session.asker.abilities) === undefined) {
        const { error } = managed.stats.facts();
        session.remove(managed.name);
        throw new AppError('mcp.server_failed', error?.message ?? `The MCP server ${managed.name} cannot be used.`, {
          hint: error?.hint,
          params: { server: managed.name },
        });
      }
      return session.view().tools.filter((tool) => !before.has(tool['name']));
    },
    remove: (server) => session.remove(server),
    configured: session.configured,
    serverOf: (name) => session.view().tool(name)?.server,
    addTool: (tool) => session.addTool(tool),
    tools: () => session.view().tools,
    callTool: (name, args, { signal }) =>
      handle({ method: 'tools/call', params: { name, arguments: args } }, session, {
        ...context,
        signal: signal ? AbortSignal.any([signal, context.signal]) : context.signal,
      }),
  };
}
