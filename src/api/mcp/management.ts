import type { AppError } from '#core';
import type { Cancel } from '#docker';
import type {
  CallRecording,
  Clients,
  ContainerLimits,
  DockerState,
  EnabledServer,
  GrantStore,
  InsideClient,
  Manifest,
  McpToolkit,
  Profiles,
  Secrets,
  ServerStatus,
  StdioCommand,
} from '#mcp';

/** What people keep for MCP servers, and the gateways that serve it, for the routes that manage both. */
export interface McpManagement {
  /** `mcp` of the home. */
  readonly folder: string;
  readonly profiles: Profiles;
  readonly secrets: Secrets;
  /** Catalogues, images, sign-in: opened when somebody needs it first. */
  toolkit(): Promise<McpToolkit>;
  /** To be disposed of after use. */
  grants(): Promise<GrantStore>;
  /** Of the user, or, with a folder, of the project that it is in. */
  clients(folder: string | undefined): Clients;
  /** How a client of this machine starts a gateway. */
  gatewayCommand(profile: string | undefined): Promise<StdioCommand>;
  recording(): CallRecording;
  /** What Docker's own toolkit keeps for this user. */
  dockerState(): Promise<DockerState>;
  readonly gateways: McpGateways;
}

/** The gateways inside the daemon, and what is known of the servers behind them. */
export interface McpGateways {
  /** What a server in a container may use. */
  readonly limits: Pick<ContainerLimits, 'cpus' | 'memoryBytes'>;
  /** Of the servers of a profile, while a gateway runs for it. */
  status(profile: string): Promise<readonly ServerStatus[]>;
  /** What keeps a server from being started, each with what to do about it. */
  check(server: EnabledServer, options: Cancel): Promise<readonly AppError[]>;
  /** What a server offers, as far as it is known; nothing is started. */
  manifest(profile: string, server: EnabledServer): Promise<Manifest | undefined>;
  /** Starts a server to ask what it offers; what failed is in its status. */
  learn(profile: string, server: string): Promise<void>;
  /** A client for one who tries tools. */
  client(profile: string): Promise<InsideClient>;
  /** What a server printed lately, the newest last. */
  logs(profile: string, server: string): readonly ServerLine[];
  /** Hears every line of every server. The result ends that. */
  onLine(listener: (profile: string, server: string, line: ServerLine) => void): () => void;
  /** Hears when what is known of a server may have changed. */
  onChange(listener: () => void): () => void;
}

export interface ServerLine {
  /** Unix time in ms. */
  readonly at: number;
  readonly line: string;
}
