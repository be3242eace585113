import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { AppError, createLogger, toAppError, type Clock, type Env, type Log, type Paths } from '#core';
import type { GatewayRunOptions } from '#cli';
import type { Docker } from '#docker';
import {
  createGateway,
  createFeatures,
  createKnownSecrets,
  createManifestStore,
  defaultProfile,
  dynamicToolNames,
  parseSecretsOption,
  prefixedSource,
  randomToken,
  readSecretFiles,
  serveStdio,
  startHttpServer,
  type CallStep,
  type Gateway,
  type GatewayEvents,
  type NameLookup,
  type ServerStatus,
} from '#mcp';
import { openSettings } from '#settings';
import { createGatewaySource } from './mcp-gateway-source.ts';
import { thisProgram } from './code-sandbox.ts';
import { createMcpDynamic } from './mcp-dynamic.ts';
import { createMcpGuards } from './mcp-guards.ts';
import { createMcpServers } from './mcp-servers.ts';
import { createMcpState } from './mcp-state.ts';

export interface GatewayRunDeps {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: { write(text: string): unknown };
  readonly docker: (log: Log) => Docker;
  /** Ends the gateway. */
  readonly signal: AbortSignal;
}

const maxMessageBytes = 16 * 1_048_576;
const defaultPort = 8811;

/** `mcp gateway run`: a gateway in a process of its own, which needs no daemon. Resolves with the exit code. */
export async function runMcpGateway(options: GatewayRunOptions, deps: GatewayRunDeps): Promise<number> {
  const startedAt = deps.clock.monotonic();
  const say = sayOn(options, deps);
  const log = createLogger({
    directory: deps.paths.logs,
    name: 'mcp-gateway',
    level: options.verbose ? 'debug' : 'info',
    maxBytes: 8 * 1_048_576,
    maxFiles: 3,
    clock: deps.clock,
  });
  try {
    return await serve(options, deps, { say, log, startedAt });
  } finally {
    log.close();
  }
}

interface Around {
  readonly say: (line: string) => void;
  readonly log: Log;
  readonly startedAt: number;
}

async function serve(options: GatewayRunOptions, deps: GatewayRunDeps, around: Around): Promise<number> {
  const { paths, env, clock } = deps;
  const { say, log, startedAt } = around;
  say('- Reading configuration...');
  const docker = deps.docker(log);
  const state = createMcpState({ paths, env, clock, log });
  const secretSources = await readSecretFiles(parseSecretsOption(options.secrets ?? 'docker-desktop'));
  const { source, isLegacy } = createGatewaySource(options, { ...deps, log, state, say });
  const [settings, features] = await Promise.all([
    openSettings(paths.settings, { adminFile: paths.adminSettings }),
    createFeatures(paths).read(),
  ]);
  const known = createKnownSecrets();
  const guards = await createMcpGuards({
    paths,
    env,
    clock,
    log,
    state,
    interceptors: options.interceptors,
    blockSecrets: () => options.blockSecrets,
    record: () => (options.logCalls ? settings.current().mcp.record : 'off'),
    known,
  });
  const servers = createMcpServers({
    paths,
    env,
    clock,
    log,
    docker,
    settings,
    state,
    secretSources,
    blockNetwork: () => options.blockNetwork,
    limits: { cpus: options.cpus, memoryBytes: options.memoryBytes, pids: 512 },
    isStatic: options.isStatic,
    warm: options.warm,
    grants: () => guards.grants(),
    known,
    verifySignatures: options.verifySignatures,
    onLookup: options.debugDns ? (lookup) => say(lookupLine(lookup)) : undefined,
  });
  const dynamic = createMcpDynamic({
    paths,
    env,
    clock,
    settings,
    state,
    profile: options.profile ?? defaultProfile,
    check: (server, cancel) => servers.check(server, cancel),
    program: thisProgram(),
  });
  const ending = new AbortController();
  const gateway = createGateway({
    source: features['tool-name-prefix'] ? prefixedSource(source) : source,
    launcher: servers.launcher,
    pool: servers.createPool(),
    manifests: createManifestStore(join(state.folder, 'manifests'), { log }),
    steps: options.logCalls ? [callTeller(say, clock), ...guards.steps] : guards.steps,
    // Who names the servers wants those and no others (contract mcp-toolkit §3.1).
    tools: features['dynamic-tools'] && options.servers === undefined ? dynamic.tools : [],
    reservedTools: dynamicToolNames,
    toolPatterns: options.tools,
    longLived: options.longLived,
    watch: options.watch,
    times: options.listWaitMs === undefined ? undefined : { listWaitMs: options.listWaitMs },
    clock,
    log,
    events: eventsFor(options, { say, gateway: () => gateway, ending }),
  });
  const stop = endOnSignals(deps.signal, ending);
  try {
    await gateway.start();
    sayWhatIsEnabled(gateway, { say, isLegacy });
    if (options.dryRun) return await dryRun(gateway, { say, options, sinceMs: () => clock.monotonic() - startedAt });
    const sinceMs = (): number => clock.monotonic() - startedAt;
    const initialized = (): void => {
      say('- Listing MCP tools...');
      // Of servers of which nothing is known yet there is no number; each is named when it is known.
      if (gateway.status().servers.every(({ state }) => state === 'known')) say(listedLine(gateway, sinceMs()));
      say(`> Initialized in ${seconds(sinceMs())}`);
    };
    return options.transport === 'stdio'
      ? await onStdio(gateway, { deps, say, log, initialized, ending: ending.signal })
      : await onHttp(gateway, { options, deps, say, log, initialized, ending: ending.signal });
  } finally {
    stop();
    await gateway.close();
    await dynamic.close();
    await servers.close();
    await guards.close();
  }
}

interface Serving extends Pick<Around, 'say' | 'log'> {
  readonly deps: GatewayRunDeps;
  readonly initialized: () => void;
  readonly ending: AbortSignal;
}

async function onStdio(gateway: Gateway, { deps, say, log, initialized, ending }: Serving): Promise<number> {
  initialized();
  say('> Start stdio server');
  const serving = serveStdio(gateway, { input: deps.stdin, output: deps.stdout, log, maxMessageBytes });
  await Promise.race([serving, aborted(ending)]);
  return exitCodeOf(ending);
}

async function onHttp(
  gateway: Gateway,
  { options, deps, say, log, initialized, ending }: Serving & { readonly options: GatewayRunOptions },
): Promise<number> {
  const { env, clock } = deps;
  const given = env['MCP_GATEWAY_AUTH_TOKEN'];
  const token = options.allowUnauthenticated ? undefined : given || randomToken();
  const kind = options.transport === 'sse' ? 'sse' : 'streaming';
  // In a container of its own the gateway has no other clients than those of its networks.
  const host = options.host ?? (env['DOCKER_MCP_IN_CONTAINER'] === '1' ? undefined : '127.0.0.1');
  const http = await startHttpServer({
    gateway,
    kind,
    host,
    port: options.port ?? defaultPort,
    access: { token, allowedHosts: options.host === undefined ? [] : [options.host] },
    clock,
    log,
    maxMessageBytes,
  });
  try {
    // What nothing is remembered of is asked now, so that the first client need not wait for it.
    const learning = gateway.learnAll();
    http.setHealthy();
    initialized();
    say(`> Start ${kind} server on port ${http.port}`);
    say(`> Gateway URL: http://localhost:${http.port}${http.endpoint}`);
    if (token === undefined) say('> Anybody who reaches this port can use the gateway (--allow-unauthenticated)');
    else if (given) say('> Use Bearer token: the one in MCP_GATEWAY_AUTH_TOKEN');
    else say(`> Use Bearer token: Authorization: Bearer ${token}`);
    await aborted(ending);
    void learning;
    return exitCodeOf(ending);
  } finally {
    await http.close();
  }
}

/** Starts every server once, says what each has, and fails when there is nothing to serve. */
async function dryRun(
  gateway: Gateway,
  { say, options, sinceMs }: { say: (line: string) => void; options: GatewayRunOptions; sinceMs: () => number },
): Promise<number> {
  say('- Listing MCP tools...');
  await gateway.learnAll();
  const { servers, warnings } = gateway.status();
  say(listedLine(gateway, sinceMs()));
  for (const warning of warnings) say(`- ${warning}`);
  if (options.strictNames && warnings.length > 0) throw namesCollide(warnings);
  const failed = servers.filter(({ state }) => state !== 'known');
  say(`> Initialized in ${seconds(sinceMs())}`);
  say('Dry run mode enabled, not starting the server.');
  return servers.length > 0 && failed.length === servers.length ? 1 : 0;
}

function listedLine(gateway: Gateway, ms: number): string {
  const tools = gateway.status().servers.reduce((sum, server) => sum + server.tools, 0);
  return `> ${tools} tools listed in ${seconds(ms)}`;
}

function eventsFor(
  { verbose, strictNames }: GatewayRunOptions,
  { say, gateway, ending }: { say: (line: string) => void; gateway: () => Gateway; ending: AbortController },
): GatewayEvents {
  const said = new Set<string>();
  return {
    learned(name, { tools, prompts, resources, templates }) {
      say(
        offerLine({
          name,
          tools: tools.length,
          prompts: prompts.length,
          resources: resources.length,
          templates: templates.length,
        }),
      );
      const { warnings } = gateway().status();
      for (const warning of warnings) {
        if (!said.has(warning)) say(`  - ${warning}`);
        said.add(warning);
      }
      if (strictNames && warnings.length > 0) ending.abort(namesCollide(warnings));
    },
    failed(server, error) {
      const hint = error.hint === undefined ? '' : ` ${error.hint}`;
      say(`  > Can't start ${server}: ${error.message}${hint}`);
    },
    ...(verbose ? { serverLog: (server: string, line: string) => say(`  - ${server}: ${line}`) } : {}),
    connected: ({ client }) => say(`- Client initialized ${client.name}@${client.version}`),
  };
}

/** `  > fetch: (1 tools) (1 prompts)`: scripts look for it. */
function offerLine(server: Pick<ServerStatus, 'name' | 'tools' | 'prompts' | 'resources' | 'templates'>): string {
  const parts = [
    count(server.tools, 'tools'),
    count(server.prompts, 'prompts'),
    count(server.resources, 'resources'),
    count(server.templates, 'resourceTemplates'),
  ];
  return `  > ${server.name}:${parts.join('')}`;
}

function count(n: number, what: string): string {
  return n === 0 ? '' : ` (${n} ${what})`;
}

function sayWhatIsEnabled(
  gateway: Gateway,
  { say, isLegacy }: { say: (line: string) => void; isLegacy: boolean },
): void {
  const servers = gateway.servers();
  const images = servers.flatMap(({ entry }) => (entry.image === undefined ? [] : [entry.image]));
  if (images.length > 0) say('- Using images:');
  for (const image of images) say(`  - ${image}`);
  if (servers.length > 0) say(`- Those servers are enabled: ${servers.map(({ entry }) => entry.name).join(', ')}`);
  for (const server of gateway.status().servers) if (server.state === 'known') say(offerLine(server));
  if (servers.length === 0)
    say(`- No server is enabled${isLegacy ? '' : '; enable one with: gantry mcp server enable NAME'}`);
}

/** That a tool is called, and how long it took: never with what (contract mcp-toolkit §3.9). */
function callTeller(say: (line: string) => void, clock: Clock): CallStep {
  return {
    name: 'tell',
    async handle(call, next) {
      if (call.kind !== 'tool') return await next(call);
      const name = call.name.replaceAll(/\p{Cc}/gu, '?').slice(0, 200);
      const startedAt = clock.monotonic();
      say(`  - Calling tool ${name} with arguments: object with ${Object.keys(call.arguments).length} field(s)`);
      try {
        return await next(call);
      } finally {
        say(`  > Calling tool ${name} took: ${seconds(clock.monotonic() - startedAt)}`);
      }
    },
  };
}

/** Names are the server's own words: what does not belong in one is not passed on to a terminal. */
function lookupLine({ server, name, isAllowed }: NameLookup): string {
  return `  - ${server} looks up ${name.replace(/[^a-z0-9._-]/g, '?')}: ${isAllowed ? 'answered' : 'refused'}`;
}

function namesCollide(warnings: readonly string[]): AppError {
  return new AppError('mcp.server_failed', `Names collide, and --strict-names is set: ${warnings.join(' ')}`, {
    hint: 'Give a server a prefix in its catalog entry, switch one of the tools off, or leave --strict-names out.',
    params: { server: 'gateway' },
  });
}

function sayOn({ logFile }: GatewayRunOptions, { stderr }: GatewayRunDeps): (line: string) => void {
  const file = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  file?.on('error', (error) => stderr.write(`- The log file cannot be written: ${error.message}\n`));
  return (line) => {
    stderr.write(`${line}\n`);
    file?.write(`${line}\n`);
  };
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms * 10) / 10}ms` : `${Math.round(ms) / 1000}s`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A reason that is not a signal is why the gateway could not go on. */
function exitCodeOf(ending: AbortSignal): number {
  if (!ending.aborted) return 0;
  const error = toAppError(ending.reason);
  if (error.code !== 'request.aborted') throw error;
  return 0;
}

function endOnSignals(signal: AbortSignal, ending: AbortController): () => void {
  const end = (): void => ending.abort(new AppError('request.aborted', 'The gateway was stopped.'));
  signal.addEventListener('abort', end, { once: true });
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
  return () => {
    signal.removeEventListener('abort', end);
    process.off('SIGTERM', end);
    process.off('SIGHUP', end);
  };
}
