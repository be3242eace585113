import { AppError, type Clock, type Log } from '#core';
import { createDirectPool, createGateway, type Gateway, type ServerLauncher, type Upstream } from '#mcp';
import type { GroupedTool } from '../tools/define-tool.ts';
import { servedTool, type ServedToolOptions } from './gateway-tool.ts';

export interface ToolGatewayOptions extends ServedToolOptions {
  readonly tools: readonly GroupedTool[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Tools of the assistant behind MCP, for both eras of clients; there are no servers behind it. */
export function createToolGateway({ tools, clock, log, ...options }: ToolGatewayOptions): Gateway {
  return createGateway({
    source: { load: async () => [], watch: () => () => undefined },
    launcher: noServers,
    pool: createDirectPool<Upstream>({ onCloseFailed: (error) => log.warn('a server did not end', { error }) }),
    manifests: { load: async () => undefined, save: async () => undefined },
    steps: [],
    tools: tools.map((tool) => servedTool(tool, options)),
    isPlain: true,
    reservedTools: [],
    toolPatterns: undefined,
    longLived: false,
    watch: false,
    clock,
    log,
  });
}

const noServers: ServerLauncher = {
  identify: async () => undefined,
  open: async () => {
    throw new AppError('mcp.server_not_found', 'There are no servers behind this one.');
  },
};
