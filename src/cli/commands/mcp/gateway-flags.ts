import type { Translate } from '../../messages/translate.ts';
import { usageError } from '../../usage-error.ts';
import type { GatewayRunOptions } from './gateway-options.ts';

/** As commander reads them. */
export interface GatewayFlags {
  readonly profile?: string;
  readonly servers?: readonly string[];
  readonly enableAllServers?: boolean;
  readonly catalog?: readonly string[];
  readonly additionalCatalog?: readonly string[];
  readonly registry?: readonly string[];
  readonly additionalRegistry?: readonly string[];
  readonly config?: readonly string[];
  readonly additionalConfig?: readonly string[];
  readonly toolsConfig?: readonly string[];
  readonly additionalToolsConfig?: readonly string[];
  readonly ociRef?: readonly string[];
  readonly mcpRegistry?: readonly string[];
  readonly secrets?: string;
  readonly watch?: boolean;
  readonly tools?: readonly string[];
  readonly longLived?: boolean;
  readonly static?: boolean;
  readonly cpus?: number;
  readonly memory?: number;
  readonly warm?: number;
  readonly listWait?: number;
  readonly strictNames?: boolean;
  readonly transport?: 'stdio' | 'sse' | 'streaming';
  readonly host?: string;
  readonly port?: number;
  readonly allowUnauthenticated?: boolean;
  readonly interceptor?: readonly string[];
  readonly logCalls?: boolean;
  readonly blockSecrets?: boolean;
  readonly blockNetwork?: boolean;
  readonly verifySignatures?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
  readonly debugDns?: boolean;
  readonly log?: string;
}

const usualMemoryBytes = 2 * 2 ** 30;

/** With the defaults of Docker's gateway (contract mcp-toolkit §3.1). @throws AppError `request.invalid` for what does not go together */
export function gatewayOptionsOf(flags: GatewayFlags, t: Translate): GatewayRunOptions {
  const transport = flags.transport ?? 'stdio';
  const hasPlace = (flags.port !== undefined && flags.port !== 0) || (flags.host ?? '') !== '';
  if (transport === 'stdio' && hasPlace) throw usageError(t('mcp.gateway.portWithStdio'));
  return {
    profile: flags.profile,
    servers: flags.servers,
    enableAllServers: flags.enableAllServers ?? false,
    catalogs: flags.catalog,
    additionalCatalogs: flags.additionalCatalog ?? [],
    registries: flags.registry,
    additionalRegistries: flags.additionalRegistry ?? [],
    configs: flags.config,
    additionalConfigs: flags.additionalConfig ?? [],
    toolsConfigs: flags.toolsConfig,
    additionalToolsConfigs: flags.additionalToolsConfig ?? [],
    ociRefs: flags.ociRef ?? [],
    mcpRegistries: flags.mcpRegistry ?? [],
    secrets: flags.secrets,
    tools: flags.tools,
    interceptors: flags.interceptor ?? [],
    transport,
    host: flags.host === '' ? undefined : flags.host,
    port: flags.port,
    allowUnauthenticated: flags.allowUnauthenticated ?? false,
    logCalls: flags.logCalls ?? true,
    blockSecrets: flags.blockSecrets ?? true,
    blockNetwork: flags.blockNetwork ?? false,
    verifySignatures: flags.verifySignatures ?? true,
    dryRun: flags.dryRun ?? false,
    verbose: flags.verbose ?? false,
    longLived: flags.longLived ?? false,
    debugDns: flags.debugDns ?? false,
    watch: flags.watch ?? true,
    cpus: flags.cpus ?? 1,
    memoryBytes: flags.memory ?? usualMemoryBytes,
    isStatic: flags.static ?? false,
    logFile: flags.log,
    strictNames: flags.strictNames ?? false,
    listWaitMs: flags.listWait,
    warm: flags.warm ?? 1,
  };
}
