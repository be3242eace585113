import type { Json, JsonObject } from '../types.ts';
import type { StdioCommand } from './gateway-command.ts';

/** How a client reaches the gateway. */
export type Connection =
  | { readonly kind: 'stdio'; readonly command: StdioCommand; readonly env: Readonly<Record<string, string>> }
  /** The token stays in a variable of the client's environment; only its name is written. */
  | { readonly kind: 'http'; readonly url: string; readonly tokenEnv: string | undefined };

type Stdio = Extract<Connection, { kind: 'stdio' }>;

/** The entry of a client that starts a command, in the words of most. */
export function stdioEntry({ command: { command, args }, env }: Stdio): JsonObject {
  return { command, args, ...(Object.keys(env).length > 0 ? { env } : {}) };
}

export function typedStdioEntry(connection: Stdio): JsonObject {
  return { type: 'stdio', ...stdioEntry(connection) };
}

/** Reads what a client starts from any of their ways to write it. */
export function argvOf(entry: Json | undefined): readonly string[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
  const { command, cmd, args } = entry as JsonObject;
  const first = command ?? cmd;
  const words = Array.isArray(first) ? first : [first];
  return [...words, ...(Array.isArray(args) ? args : [])].filter((word) => typeof word === 'string');
}

export function urlOf(entry: Json | undefined): string | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
  const { url, httpUrl, serverUrl, uri } = entry as JsonObject;
  return [url, httpUrl, serverUrl, uri].find((one) => typeof one === 'string');
}

/** What a command that starts a gateway says: ours, or the one of Docker's own toolkit; undefined for any other command. */
export function gatewayOf(argv: readonly string[]): { readonly profile: string | undefined } | undefined {
  const at = argv.findIndex((word, index) => word === 'gateway' && argv[index + 1] === 'run');
  if (at < 1) return undefined;
  const before = argv[at - 1] ?? '';
  const isPlugin = at === 1 && /(?:^|[/\\])docker-mcp(?:\.exe)?$/.test(before);
  if (before !== 'mcp' && !isPlugin) return undefined;
  const options = argv.slice(at + 2);
  const inline = options.find((word) => word.startsWith('--profile='))?.slice('--profile='.length);
  const named = options.indexOf('--profile');
  return { profile: inline ?? (named === -1 ? undefined : options[named + 1]) };
}

export interface ServerSummary {
  readonly name: string;
  readonly transport: 'stdio' | 'sse' | 'http';
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly url: string | undefined;
}

/** What a client runs, without environment and headers: secrets may be in them. */
export function summaryOf(name: string, entry: Json): ServerSummary {
  const [command, ...args] = argvOf(entry);
  const url = urlOf(entry);
  const said = typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? entry : {};
  const kind = (said as JsonObject)['type'] ?? (said as JsonObject)['transport'];
  if (command !== undefined || url === undefined) return { name, transport: 'stdio', command, args, url: undefined };
  return { name, transport: kind === 'sse' || url.endsWith('/sse') ? 'sse' : 'http', command, args: [], url };
}
