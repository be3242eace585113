import type { DocsPort, FetchPage, ScanPort } from '#assistant';
import type { Clock, Env, Paths } from '#core';
import type { McpToolkit } from '#mcp';
import type { Docker } from '#docker';
import type { GatewayRunOptions } from './commands/mcp/gateway-options.ts';

/** Standard input: a terminal, a pipe or a file. */
export type CliInput = NodeJS.ReadableStream & {
  readonly isTTY?: boolean | undefined;
  setRawMode?: ((on: boolean) => unknown) | undefined;
};

/** Standard output or error: a terminal, a pipe or a file. */
export type CliOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** What `gantry serve` was told on its command line; undefined means: as the settings say. */
export interface ServeOptions {
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Started by another command: nothing goes to the terminal, everything to the log file. */
  readonly background: boolean;
}

/** The name people typed, and whose output they expect. */
export interface CalledAs {
  readonly name: string;
  /** `docker`: tables and sentences that scripts around `docker model` read are as that prints them. */
  readonly style: 'gantry' | 'docker';
  /** A plugin that was started without docker in front, as Compose does. */
  readonly standalone?: boolean | undefined;
}

/** Absolute paths of what runs now, links resolved. */
export interface ProgramFiles {
  readonly node: string;
  readonly script: string;
  /** The program of a clone; there is none when Gantry was installed as a package. */
  readonly clone: string;
}

export interface AssistantPorts extends AsyncDisposable {
  readonly docs: DocsPort;
  readonly fetchPage: FetchPage;
  readonly scan: ScanPort;
}

export interface CliOptions {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly env: Env;
  readonly stdin: CliInput;
  readonly stdout: CliOutput;
  readonly stderr: CliOutput;
  readonly paths: Paths;
  readonly clock: Clock;
  /** Runs the daemon in the foreground until it is stopped (it handles signals itself); resolves with the exit code. */
  readonly serve: (options: ServeOptions) => Promise<number>;
  /**
   * Spawns the daemon detached (`gantry serve --background`). May resolve as soon as it is spawned; whether it serves is
   * found out by asking its socket. Rejects when it cannot be spawned, or, where that is known, ends before it serves.
   */
  readonly startDaemon: () => Promise<void>;
  /** Runs an MCP gateway in this process until it is stopped; resolves with the exit code. */
  readonly mcpGateway: (options: GatewayRunOptions, run: { readonly signal: AbortSignal }) => Promise<number>;
  /** The Docker Engine of this user, for commands that need no daemon. */
  readonly docker: (env: Env) => Promise<Docker>;
  /** What `gantry mcp` works with; made when a command first asks for it, and disposed when that ends. */
  readonly toolkit: () => Promise<McpToolkit>;
  /** Fetches a whole file over HTTP, through the user's proxy, bounded. @throws AppError `source.*` */
  readonly fetchBytes: (
    url: string,
    options: { readonly mostBytes: number; readonly signal: AbortSignal },
  ) => Promise<Uint8Array>;
  /** What the assistant's tools reach outside, for `ai mcpserver`: documentation, pages of the web, indexes of packages. */
  readonly assistantPorts?: (() => Promise<AssistantPorts>) | undefined;
  /** For `install`, which makes programs that start it. */
  readonly program: ProgramFiles;
  /** Default: as `gantry`. */
  readonly calledAs?: CalledAs | undefined;
  /** Calls the listener on Ctrl-C; the result ends that. Default: SIGINT of this process. */
  readonly onInterrupt?: ((listener: () => void) => () => void) | undefined;
}
