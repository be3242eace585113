import type { AppError, Digest } from '#core';
import type { Cancel } from '#docker';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One message of the Model Context Protocol, as JSON-RPC 2.0 has it; batches do not exist in the versions we speak. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: string | number | undefined;
  readonly method?: string | undefined;
  readonly params?: JsonObject | undefined;
  readonly result?: JsonObject | undefined;
  readonly error?: RpcError | undefined;
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Json | undefined;
}

/** A server of a catalogue (contract mcp-toolkit §2.1), parsed: absent lists are empty, old spellings are gone. */
export interface CatalogServer {
  readonly name: string;
  /** `server` runs in a container, `remote` somewhere else, `poci` is a set of tools of which each is a container. */
  readonly type: 'server' | 'remote' | 'poci';
  readonly image: string | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly icon: string | undefined;
  readonly readme: string | undefined;
  /** One container for a client's session instead of one for each call. */
  readonly longLived: boolean;
  readonly remote: CatalogRemote | undefined;
  readonly oauth: CatalogOAuth | undefined;
  readonly secrets: readonly CatalogSecret[];
  /** Values are templates (contract §3.6). */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly command: readonly string[];
  /** `source:target[:mode]`, templates. */
  readonly volumes: readonly string[];
  readonly user: string | undefined;
  readonly disableNetwork: boolean;
  /** `host:port[/http|https|tcp]` */
  readonly allowHosts: readonly string[];
  readonly extraHosts: readonly string[];
  /** Linux capabilities that this server needs. Ours; catalogues of Docker do not have it. */
  readonly capabilities: readonly string[];
  readonly tools: readonly CatalogTool[];
  /** JSON schemas of the configuration; the value lies below the server's name. */
  readonly config: readonly JsonObject[];
  /** Put before the names of its tools: `prefix__tool`. */
  readonly prefix: string | undefined;
  readonly metadata: JsonObject | undefined;
  /** Keys that we do not know, kept for whoever exports the entry again. */
  readonly extra: JsonObject;
}

export interface CatalogRemote {
  readonly url: string;
  readonly transport: 'streamable-http' | 'sse';
  /** Values may name the server's own secrets: `Bearer ${TOKEN}`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface CatalogOAuth {
  readonly providers: readonly { readonly provider: string; readonly secret: string; readonly env: string }[];
  readonly scopes: readonly string[];
}

export interface CatalogSecret {
  /** `github.personal_access_token` */
  readonly name: string;
  readonly env: string;
  readonly description: string | undefined;
  readonly example: string | undefined;
  readonly required: boolean;
}

export interface CatalogTool {
  readonly name: string;
  readonly description: string | undefined;
  readonly inputSchema: JsonObject | undefined;
  readonly annotations: JsonObject | undefined;
  /** Of a `poci` tool. */
  readonly container:
    | {
        readonly image: string;
        readonly command: readonly string[];
        readonly volumes: readonly string[];
        readonly user: string | undefined;
      }
    | undefined;
}

/** A server that a profile or a command line enables, with what was chosen for it. */
export interface EnabledServer {
  readonly entry: CatalogServer;
  /** Values below its own name. */
  readonly config: JsonObject;
  /** Names of the tools that may be used; undefined for all. */
  readonly tools: readonly string[] | undefined;
  /** Names of tools that may not be used, whatever `tools` says. */
  readonly disabledTools?: readonly string[] | undefined;
  /** Where the entry comes from, for people: `catalog mcp/docker-mcp-catalog:latest`. */
  readonly origin: string;
}

/** Where a gateway takes its servers from. */
export interface ServerSource {
  load(options: Cancel): Promise<readonly EnabledServer[]>;
  /** Calls the listener when `load` may answer something else; the result ends that. */
  watch(listener: () => void): () => void;
}

/** Where the value of an environment variable or header comes from. A secret's value is resolved when something starts, never before. */
export type PlannedValue =
  | { readonly kind: 'text'; readonly text: string }
  /** Text with secrets in it: parts in order. */
  | { readonly kind: 'secret'; readonly parts: readonly (string | { readonly secret: string })[] };

/** What runs for a server: the pure outcome of its entry, configuration, grants and the gateway's options. */
export type LaunchPlan = ContainerLaunch | RemoteLaunch;

export interface ContainerLaunch {
  readonly kind: 'container';
  readonly server: string;
  readonly image: string;
  readonly command: readonly PlannedValue[];
  readonly env: Readonly<Record<string, PlannedValue>>;
  /** As the Engine takes binds: `source:target:ro`. Each was checked against grants. */
  readonly binds: readonly string[];
  readonly user: string | undefined;
  readonly capabilities: readonly string[];
  readonly extraHosts: readonly string[];
  readonly network: PlannedNetwork;
  readonly limits: ContainerLimits;
  /** `auto` starts it read-only and gives it a writable root once it showed that it needs one; that is said in its log. */
  readonly readOnlyRoot: 'auto' | 'on' | 'off';
}

/** Zero means no limit, as for `docker run`. */
export interface ContainerLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly pids: number;
}

/** Why a server cannot start as things are, each with the command that changes it; or what starts, and what people should know of it. */
export type LaunchDecision =
  | { readonly kind: 'plan'; readonly plan: LaunchPlan; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly problems: readonly AppError[] };

export type PlannedNetwork =
  | { readonly kind: 'none' }
  | { readonly kind: 'open' }
  /** Out only through our egress proxy, to these. */
  | { readonly kind: 'egress'; readonly allow: readonly AllowedHost[] };

export interface AllowedHost {
  /** A name, `*.example.com`, or `*`. */
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'https' | 'tcp';
}

export interface RemoteLaunch {
  readonly kind: 'remote';
  readonly server: string;
  readonly url: string;
  readonly transport: 'streamable-http' | 'sse';
  readonly headers: Readonly<Record<string, PlannedValue>>;
  readonly oauth: CatalogOAuth | undefined;
}

/** What a transport tells about its server. None of these may throw. */
export interface ConnectionEvents {
  message(message: RpcMessage): void;
  /** Whoever is told cannot keep up; resolves when they can. Asked by transports that can make their server wait. */
  congestion?(): Promise<void> | undefined;
  /** A line of its standard error, printable and bounded. */
  log(line: string): void;
  /** Once, last; with the reason unless we closed it. */
  closed(error: AppError | undefined): void;
}

/** A running server at the other end of a pipe of messages. Nothing of the protocol is known here. */
export interface ServerConnection {
  /** A server of either era answers whatever comes first: over HTTP each request stands alone. */
  readonly anyFirst?: boolean | undefined;
  send(message: RpcMessage): void;
  /** Ends it; resolves when nothing is left of it. Replies never wait for this. */
  close(): Promise<void>;
}

export interface ServerTransport<Plan extends LaunchPlan = LaunchPlan> {
  /** @throws AppError `mcp.server_failed` whose params name the `phase`: image, secrets, network, create, start, connect. */
  open(plan: Plan, options: OpenOptions): Promise<ServerConnection>;
}

export interface OpenOptions extends Cancel {
  readonly events: ConnectionEvents;
  /** Whose it is, for labels; undefined for one that waits for its first use. */
  readonly session?: string | undefined;
}

/**
 * How instances of a server are kept: `fresh` is one for each use that nobody ever uses again; `session` is one for each client's
 * session, used by as many calls as come.
 */
export interface PoolPolicy {
  /** The server's name for people, where the pool knows it by another. */
  readonly name?: string | undefined;
  readonly mode: 'fresh' | 'session';
  /** Fresh ones that wait ready, once the server is in use and until it was not for `idleMs`. */
  readonly warm: number;
  /** Instances of another revision are not used again; a digest of what starts. */
  readonly revision: string;
  /** Of this server, at once; more wait. */
  readonly maxInstances: number;
  /** Instances that nobody used for so long are ended; undefined keeps them. */
  readonly idleMs: number | undefined;
}

/** Instances of servers, started when they are needed. Generic over what an instance is: an initialised client of a connection. */
export interface Pool<Instance> {
  /** What there is to start; instances of servers that are no longer there or whose policy changed end when their use ends. */
  configure(servers: ReadonlyMap<string, PoolPolicy>): void;
  /**
   * An instance for one use. Starts that fail are repeated with growing pauses; while a pause lasts, this fails at once with what failed.
   * @throws AppError of `start`, or `mcp.server_unavailable`, `mcp.server_not_found`
   */
  acquire(server: string, options: Cancel & { readonly session: string }): Promise<PoolLease<Instance>>;
  /** The session is over: its instances end. */
  endSession(session: string): void;
  /** An instance ended by itself or is of no use any more. */
  lost(instance: Instance, error: AppError | undefined): void;
  status(): readonly PoolStatus[];
  /** Ends all instances and refuses who waits; resolves when nothing is left. */
  close(): Promise<void>;
}

export interface PoolLease<Instance> {
  readonly instance: Instance;
  /** Ends the use; more than once is the same as once. Never waits for the instance's end. */
  release(): void;
}

export interface PoolStatus {
  readonly server: string;
  readonly starting: number;
  /** Ready and in nobody's use. */
  readonly idle: number;
  readonly inUse: number;
  readonly waiting: number;
  /** Starts that failed since the last that succeeded. */
  readonly failures: number;
  readonly lastError: AppError | undefined;
  /** No start before this time, in ms of Unix time. */
  readonly retryAt: number | undefined;
}

/** Values of secrets by name. Fails closed: a secret that is not there is an error that names it, never an empty text. */
export interface SecretResolver {
  resolve(
    names: readonly string[],
    options: Cancel & { readonly server: string },
  ): Promise<ReadonlyMap<string, string>>;
  has(names: readonly string[], options: Cancel): Promise<ReadonlySet<string>>;
}

/** Hands of the user's own on what servers may touch of this machine. */
export interface Grants {
  current(): readonly Grant[];
}

export interface Grant {
  readonly server: string;
  /** Absolute; links resolved when it was given. */
  readonly path: string;
  readonly mode: 'ro' | 'rw';
}

/** Who asks the gateway. */
export interface ClientSession {
  readonly id: string;
  readonly client: { readonly name: string; readonly version: string };
  /** Asks the person at the client; undefined when the client cannot. */
  readonly elicit:
    | ((request: { readonly message: string; readonly schema: JsonObject }, options: Cancel) => Promise<ElicitOutcome>)
    | undefined;
}

export type ElicitOutcome =
  | { readonly action: 'accept'; readonly content: JsonObject }
  | { readonly action: 'decline' | 'cancel' };

/** One use of a server, on its way to it. */
export interface ServerCall {
  readonly kind: 'tool' | 'prompt' | 'resource' | 'completion';
  readonly server: string;
  /** The server's own name of the tool or prompt, or the resource's URI. */
  readonly name: string;
  readonly arguments: JsonObject;
  readonly meta: JsonObject | undefined;
  readonly session: ClientSession;
}

/** What came back, or what was put in its place. */
export type CallOutcome =
  | { readonly kind: 'result'; readonly result: JsonObject }
  | { readonly kind: 'error'; readonly error: RpcError };

/** One of policy, interceptors, secret scanning, call log: from the outermost to the server. */
export interface CallStep {
  readonly name: string;
  handle(call: ServerCall, next: (call: ServerCall) => Promise<CallOutcome>, options: Cancel): Promise<CallOutcome>;
}

/** What identifies a server's tools: the image's digest and everything that decides what it answers. */
export type ManifestKey = Digest;

/** Starts what the gateway talks to. Behind it are plans, secrets, containers and remote servers. */
export interface ServerLauncher {
  /** The digest of the image that would run; undefined where there is none, such as of a remote server. */
  identify(server: EnabledServer, options: Cancel): Promise<string | undefined>;
  /** @throws AppError naming the phase that failed */
  open(server: EnabledServer, options: OpenOptions): Promise<ServerConnection>;
}

/** A tool of the gateway itself, such as one that adds servers to a session. */
export interface GatewayTool {
  /** As `tools/list` shows it. */
  readonly definition: JsonObject;
  call(args: JsonObject, options: Cancel & { readonly session: SessionControl }): Promise<CallOutcome>;
}

/** What a session lets tools of the gateway do to it; no other session sees any of it. */
export interface SessionControl {
  readonly client: ClientSession;
  enabled(): readonly EnabledServer[];
  /** Resolves with the tools that came with it, as the client sees them. @throws AppError why it cannot be used */
  add(server: EnabledServer, options: Cancel): Promise<readonly JsonObject[]>;
  /** Whether there was one. */
  remove(server: string): boolean;
  /** Shows one more tool of the gateway to this session. */
  addTool(tool: GatewayTool): void;
  tools(): readonly JsonObject[];
  /** Whose tool it is, by the name that the client sees; undefined for those of the gateway. */
  serverOf(tool: string): string | undefined;
  /** Configuration that was set in this session, by server; gone with it. */
  readonly configured: Map<string, JsonObject>;
  /** Calls a tool by the name that the client sees, with everything that a call of the client passes through. */
  callTool(name: string, args: JsonObject, options: Cancel): Promise<CallOutcome>;
}

/** Images that are made on this machine instead of being pulled: those of the starter catalogue. */
export interface LocalImages {
  /** Whether an image of this name is made here. */
  makes(image: string): boolean;
  /**
   * Makes it unless it is there as it should be; `isNew` tells. Several processes may ask at once.
   * @throws AppError `source.*`, `docker.*`
   */
  ensure(
    image: string,
    options?: Cancel & {
      /** Makes it also when it is there. */
      readonly again?: boolean | undefined;
      readonly onEvent?: ((event: LocalImageEvent) => void) | undefined;
    },
  ): Promise<{ readonly isNew: boolean }>;
}

export type LocalImageEvent =
  /** `instead` says why a base that is not the public one is used. */
  | { readonly type: 'base'; readonly image: string; readonly instead: string | undefined }
  | { readonly type: 'packages'; readonly done: number; readonly total: number }
  | { readonly type: 'building'; readonly image: string }
  | { readonly type: 'built'; readonly image: string };
