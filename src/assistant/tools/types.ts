import type { Clock, Env } from '#core';
import type { Docker } from '#docker';
import type { ChangeRecorder } from './files/changes.ts';
import type { GroupedTool, JsonRecord, ToolGroup } from './define-tool.ts';
import type { RunProcess } from './shell/run-process.ts';
import type { Language } from './titles.ts';

/** What the tools of one session work with. */
export interface AssistantToolDeps {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly env: Env;
  /** The project: files are read and written below it only, and programs start in it. */
  readonly workingDirectory: string;
  /** A folder of this session alone, for the old texts of files that were changed; kept for `undo`. */
  readonly changesFolder: string;
  /** Of titles that people read; results for models are English. */
  readonly language: () => Language;
  readonly runProcess: RunProcess;
  /** Hides secrets by their form: that of the scanner in `core`. */
  readonly hideSecrets: (text: string) => string;
  /** Values of secrets that are kept on this machine, to be known wherever they turn up. */
  readonly storedSecrets?: ((options: { readonly signal: AbortSignal }) => Promise<readonly string[]>) | undefined;
  /** Undefined where there is none; then there are no such tools. */
  readonly models?: ModelsPort | undefined;
  readonly mcp?: McpPort | undefined;
  readonly docs?: DocsPort | undefined;
  readonly fetchPage?: FetchPage | undefined;
  readonly scan?: ScanPort | undefined;
}

export interface AssistantToolSet {
  /** All there are now, in the order in which they matter. Grows and shrinks with `refresh` and with servers of the project. */
  readonly tools: readonly GroupedTool[];
  readonly groups: readonly { readonly group: ToolGroup; readonly tools: readonly string[] }[];
  /** Hides secrets by their form, and by value those of the environment, of `.env` files, of containers and of the store. For everything that a model gets. */
  readonly hideSecrets: (text: string) => string;
  /** What was written, so that it can be taken back. */
  readonly changes: ChangeRecorder;
  /** Before each turn: asks again which tools MCP servers have, and which secrets the project has. What fails is told by name and leaves their tools out. */
  refresh(options: { readonly signal: AbortSignal }): Promise<readonly { readonly server: string; reason: string }[]>;
  /** Ends the servers of the project and whatever else still runs. */
  close(): Promise<void>;
}

/** The model runner. */
export interface ModelsPort {
  list(options: { readonly signal: AbortSignal }): Promise<readonly ModelFacts[]>;
  pull(
    model: string,
    options: { readonly signal: AbortSignal; readonly onProgress: (line: string) => void },
  ): Promise<void>;
  unload(model: string, options: { readonly signal: AbortSignal }): Promise<void>;
  remove(model: string, options: { readonly signal: AbortSignal }): Promise<void>;
  ask(model: string, prompt: string, options: { readonly signal: AbortSignal }): Promise<string>;
}

export interface ModelFacts {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly isLoaded: boolean;
}

/** Tools of MCP servers, by the names that a client of the gateway sees. */
export interface McpPort {
  tools(options: { readonly signal: AbortSignal }): Promise<readonly McpTool[]>;
  call(name: string, args: JsonRecord, options: McpCallOptions): Promise<McpResult>;
  close(): Promise<void>;
}

export interface McpCallOptions {
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

export interface McpTool {
  readonly name: string;
  readonly server: string | undefined;
  readonly description: string;
  readonly inputSchema: JsonRecord;
  /** What the server says of its tool. Nobody vouches for it. */
  readonly annotations: { readonly readOnly: boolean; readonly destructive: boolean };
}

export interface McpResult {
  readonly text: string;
  readonly isError: boolean;
}

/** Our own documentation. */
export interface DocsPort {
  pages(): Promise<readonly { readonly path: string; readonly text: string }[]>;
}

/** One page of the web. Answers with what it is, cut where it is too long. @throws AppError `source.*` */
export type FetchPage = (
  url: string,
  options: { readonly signal: AbortSignal; readonly maxBytes: number },
) => Promise<FetchedPage>;

export interface FetchedPage {
  /** Where it was in the end. */
  readonly url: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

/** What scanning an image needs of the world besides the Engine. */
export interface ScanPort {
  readonly fetchIndex: import('#images').FetchIndex;
  readonly runScanner: import('#images').RunProgram;
}
