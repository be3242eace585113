import { silentLog, systemClock, type AppError } from '#core';
import { createDocker, type Docker } from '#docker';
import type {
  ConnectionEvents,
  ContainerLaunch,
  JsonObject,
  RpcMessage,
  SecretResolver,
  ServerConnection,
  ServerTransport,
} from '#mcp';
import { runCommand } from './harness.ts';

export function testDocker(): Docker {
  return createDocker({
    env: process.env,
    userHome: process.env['HOME'] ?? '',
    dockerConfig: '/nonexistent',
    ownSocket: '/nonexistent',
    log: silentLog,
  });
}

export function secretsOf(values: Readonly<Record<string, string>>): SecretResolver {
  return {
    resolve: async (names) => new Map(names.map((name) => [name, values[name] ?? ''])),
    has: async (names) => new Set(names.filter((name) => name in values)),
  };
}

export function launchOf(image: string, fields: Partial<ContainerLaunch> = {}): ContainerLaunch {
  return {
    kind: 'container',
    server: 'script',
    image,
    command: [],
    env: {},
    binds: [],
    user: undefined,
    capabilities: [],
    extraHosts: [],
    network: { kind: 'none' },
    limits: { cpus: 1, memoryBytes: 256 * 1024 ** 2, pids: 64 },
    readOnlyRoot: 'auto',
    ...fields,
  };
}

export interface Talk {
  readonly connection: ServerConnection;
  readonly logs: readonly string[];
  readonly closed: Promise<AppError | undefined>;
  /** Resolves with the answer. Fails with what ended the server when that comes first. */
  readonly ask: (method: string, params: JsonObject) => Promise<RpcMessage>;
  /** The text that a tool answers with. */
  readonly call: (tool: string, args?: JsonObject) => Promise<string>;
}

/** A client of the simplest kind: it asks and waits for the answer. */
export async function talkTo(
  transport: ServerTransport<ContainerLaunch>,
  plan: ContainerLaunch,
  options: { readonly signal?: AbortSignal; readonly session?: string } = {},
): Promise<Talk> {
  const logs: string[] = [];
  const waiting = new Map<unknown, { resolve: (message: RpcMessage) => void; reject: (error: unknown) => void }>();
  let end: (error: AppError | undefined) => void = () => undefined;
  const closed = new Promise<AppError | undefined>((resolve) => {
    end = resolve;
  });
  const events: ConnectionEvents = {
    message(message) {
      waiting.get(message.id)?.resolve(message);
      waiting.delete(message.id);
    },
    log: (line) => logs.push(line),
    closed(error) {
      for (const { reject } of waiting.values()) reject(error ?? new Error('closed'));
      end(error);
    },
  };
  const connection = await transport.open(plan, { ...options, events });
  let last = 0;
  const ask = async (method: string, params: JsonObject): Promise<RpcMessage> => {
    last += 1;
    const id = last;
    const answer = new Promise<RpcMessage>((resolve, reject) => waiting.set(id, { resolve, reject }));
    connection.send({ jsonrpc: '2.0', id, method, params });
    return await answer;
  };
  const clientInfo = { name: 'test', version: '1' };
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  connection.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return {
    connection,
    logs,
    closed,
    ask,
    call: async (tool, args = {}) => {
      const { result, error } = await ask('tools/call', { name: tool, arguments: args });
      if (error) throw new Error(error.message);
      const content = result?.['content'];
      return (content as readonly { readonly text: string }[] | undefined)?.[0]?.text ?? '';
    },
  };
}

export const testClock = systemClock;
export const testLog = silentLog;

/** Ids of containers and networks with a home's label. */
export async function partsOf(home: string): Promise<readonly string[]> {
  const filter = `label=gantry.mcp.home=${home}`;
  const containers = await runCommand(['docker', 'ps', '-aq', '--filter', filter]);
  const networks = await runCommand(['docker', 'network', 'ls', '-q', '--filter', filter]);
  return [...containers.stdout.split('\n'), ...networks.stdout.split('\n')].filter((id) => id !== '');
}
