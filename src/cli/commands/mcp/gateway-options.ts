/** What `mcp gateway run` was told; undefined means: not said. */
export interface GatewayRunOptions {
  readonly profile: string | undefined;
  readonly servers: readonly string[] | undefined;
  readonly enableAllServers: boolean;
  readonly catalogs: readonly string[] | undefined;
  readonly additionalCatalogs: readonly string[];
  readonly registries: readonly string[] | undefined;
  readonly additionalRegistries: readonly string[];
  readonly configs: readonly string[] | undefined;
  readonly additionalConfigs: readonly string[];
  readonly toolsConfigs: readonly string[] | undefined;
  readonly additionalToolsConfigs: readonly string[];
  readonly ociRefs: readonly string[];
  readonly mcpRegistries: readonly string[];
  readonly secrets: string | undefined;
  readonly tools: readonly string[] | undefined;
  readonly interceptors: readonly string[];
  readonly transport: 'stdio' | 'sse' | 'streaming';
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly allowUnauthenticated: boolean;
  readonly logCalls: boolean;
  readonly blockSecrets: boolean;
  readonly blockNetwork: boolean;
  readonly verifySignatures: boolean;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly longLived: boolean;
  readonly debugDns: boolean;
  readonly watch: boolean;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly isStatic: boolean;
  readonly logFile: string | undefined;
  /** Names that collide end the gateway instead of being told apart. */
  readonly strictNames: boolean;
  /** How long the first list waits for servers of which nothing is known. */
  readonly listWaitMs: number | undefined;
  /** Which servers wait ready, and how many of each. */
  readonly warm: number;
}
