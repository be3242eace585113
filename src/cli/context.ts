import type { Clock, Env, Paths } from '#core';
import type { McpToolkit } from '#mcp';
import type { Docker } from '#docker';
import type { GatewayRunOptions } from './commands/mcp/gateway-options.ts';
import type { DaemonClient } from './client/daemon-client.ts';
import type { Interrupts } from './interrupts.ts';
import type { Language, Translate } from './messages/translate.ts';
import type { CalledAs, CliInput, CliOptions, CliOutput, ProgramFiles } from './types.ts';

/** What a command works with. Results go to `print`, everything else to `notice`. */
export interface CliContext {
  readonly env: Env;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly stdin: CliInput;
  readonly stdout: CliOutput;
  readonly stderr: CliOutput;
  readonly calledAs: CalledAs;
  readonly program: ProgramFiles;
  readonly language: Language;
  readonly t: Translate;
  /** Aborted by Ctrl-C and by a closed standard output. */
  readonly signal: AbortSignal;
  readonly interrupts: Interrupts;
  /** A client of the daemon, which is started first when it does not run, unless the environment forbids it. */
  readonly daemon: () => Promise<DaemonClient>;
  /** The same for commands whose purpose is to start it. */
  readonly startedDaemon: () => Promise<DaemonClient>;
  /** A client that starts nothing. */
  readonly runningDaemon: () => DaemonClient;
  /** The Docker Engine itself: for what works without the daemon. */
  readonly docker: () => Promise<Docker>;
  readonly fetchBytes: CliOptions['fetchBytes'];
  readonly assistantPorts?: CliOptions['assistantPorts'];
  /** Catalogues, profiles and images of MCP servers, in this process. */
  readonly toolkit: () => Promise<McpToolkit>;
  /** Runs an MCP gateway in this process until it is stopped; resolves with the exit code. */
  readonly mcpGateway: (options: GatewayRunOptions) => Promise<number>;
  readonly print: (text: string) => void;
  readonly printJson: (value: unknown) => void;
  /** One line for the person, on standard error. */
  readonly notice: (line: string) => void;
  /** A warning or an error that does not end the command, told in the user's language. */
  readonly report: (thrown: unknown) => void;
}
