import { statSync } from 'node:fs';
import { readdir, readFile, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { createRotatingFile, type Clock, type Env, type Log, type Paths } from '#core';
import {
  backendByRuntime,
  createContainerBackend,
  createInference,
  createLlamaCppBackend,
  createRuntimeImages,
  createRuntimes,
  describeMachine,
  parseMemoryBudget,
  type Inference,
  type InferenceSettings,
  type Runtimes,
} from '#inference';
import { createRelay, type Docker, type Relay } from '#docker';
import {
  createModelLookUp,
  createModels,
  createPullPolicy,
  createSigning,
  type ModelLookUp,
  type Models,
  type Signing,
} from '#models';
import {
  createLogReader,
  createMetrics,
  createRecorder,
  createRequestStore,
  type LogReader,
  type Metrics,
  type Recorder,
} from '#observe';
import {
  createCredentials,
  createHttpClient,
  createHuggingFace,
  createIdentityCheck,
  createDockerHub,
  createModelSearch,
  createNpmRegistry,
  createOciRegistry,
  createPythonIndex,
  createSignatures,
  createTransfer,
  extractAll,
  extractMember,
  readDockerMirrors,
  readDockerProxies,
  type ModelSearch,
} from '#registry';
import type { DockerViews, StorageUse } from '#api';
import type { Settings, SettingsStore } from '#settings';
import { createDockerViews } from './docker-views.ts';
import { createMcpDoor, type ClosableMcpDoor } from './mcp-door.ts';
import { createMcpManagement, type ClosableMcpManagement } from './mcp-management.ts';
import { llamaServerFrom, registriesFrom } from './runner-variables.ts';
import { createStorageParts } from './storage-parts.ts';
import { createUsersDocker } from './users-docker.ts';

export interface ServiceOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: SettingsStore;
}

/** Everything behind the API, wired. */
export interface Services {
  readonly models: Models;
  readonly inference: Inference;
  readonly runtimes: Runtimes;
  readonly search: ModelSearch;
  readonly lookUp: ModelLookUp;
  readonly mcp: ClosableMcpDoor;
  readonly mcpManagement: ClosableMcpManagement;
  readonly signing: Signing;
  /** The Engine, if there is one; looked for when first used. */
  readonly docker: Docker;
  readonly relay: Relay;
  /** The Engine as the pages look at it. */
  readonly views: DockerViews;
  readonly storage: StorageUse;
  readonly recorder: Recorder;
  readonly metrics: Metrics | undefined;
  readonly logs: LogReader;
  /** Changes whenever the index of the store does. */
  storeRevision(): number;
  memory(): { readonly budgetBytes: number; readonly usedBytes: number };
  runtimesDiskUsage(): Promise<number>;
  /** Makes the runners' log fit the settings. */
  followLogLimits(): void;
  /** What is left once inference is closed: connections to the outside, the runners' log. */
  close(): Promise<void>;
}

export async function createServices({ paths, env, clock, log, settings }: ServiceOptions): Promise<Services> {
  const { defaultRegistry, insecure } = registriesFrom(env);
  const [dockerMirrors, dockerProxies, osRelease, llamaServer] = await Promise.all([
    readDockerMirrors(),
    readDockerProxies(paths.dockerConfig),
    readFile('/etc/os-release', 'utf8').catch(() => ''),
    llamaServerFrom(env),
  ]);
  const { userHome } = paths;
  const http = createHttpClient({ env, clock, dockerProxies });
  const credentials = createCredentials({ dockerConfigDir: paths.dockerConfig, env, log });
  const transfer = createTransfer({ clock, log });
  const python = createPythonIndex({ http, env, userHome, log });

  const registry = createOciRegistry({
    http,
    credentials,
    mirrors: () => [...mirrorsOf(env), ...settings.current().models.registryMirrors, ...dockerMirrors],
    insecureRegistries: () => [...settings.current().models.insecureRegistries, ...insecure],
    log,
    clock,
  });
  const readText = async (path: string): Promise<string> => await readFile(path, 'utf8');
  const signatures = createSignatures({
    registry,
    checkIdentity: createIdentityCheck({ rootPath: () => settings.current().models.sigstoreRoot, readText }),
  });

  const huggingFace = createHuggingFace({ http, env, userHome });
  const models = await createModels({
    directory: paths.models,
    downloads: paths.downloads,
    registry,
    policy: createPullPolicy({ signatures, rules: () => settings.current().models.verify, readText }),
    huggingFace,
    python,
    npm: createNpmRegistry({ http, env, userHome }),
    transfer,
    extract: extractMember,
    settings: () => settings.current().models,
    defaultRegistry,
    clock,
    log,
  });

  const docker = createUsersDocker({ paths, env, log: log.child({ component: 'docker' }) });

  const runtimes = createRuntimes({
    directory: paths.runtimes,
    downloads: paths.downloads,
    env,
    osRelease,
    python,
    transfer,
    extractAll,
    clock,
    log,
    preferred(backend) {
      const named = settings.current().inference[runtimeSetting[backend]];
      return (backend === 'llama.cpp' && named === 'auto' && llamaServer) || named;
    },
    remember: async (name, backend) => {
      await settings.set(['inference', runtimeSetting[backend]], name);
      await inference.followSettings();
    },
    images: createRuntimeImages({ docker, home: paths.home, clock, log }),
  });

  const relay = createRelay({
    docker,
    home: paths.home,
    socketFolder: join(paths.run, 'relay'),
    node: process.execPath,
    clock,
    log: log.child({ component: 'relay' }),
  });

  const machine = describeMachine();
  const { maxBytes, maxFiles } = settings.current().log;
  const runnerLog = createRotatingFile({ directory: paths.logs, name: 'runner', maxBytes, maxFiles, clock });
  const revision = storeRevision(join(paths.models, 'models.json'));
  const logSink = (label: string) => ({ write: (line: string) => runnerLog.write(stamped(line, { label, clock })) });
  const containers = createContainerBackend({
    docker,
    home: paths.home,
    runDirectory: paths.run,
    clock,
    log,
    logSink,
  });
  // Where no Engine answers nothing can be left on it; the first runner in a container looks again.
  containers.removeLeftovers().catch((error: unknown) => log.debug('nothing looked for on the Engine', { error }));
  const inference = createInference({
    models,
    runtimes,
    backend: backendByRuntime({
      processes: createLlamaCppBackend({ env, clock, log, osRelease, logSink }),
      containers,
    }),
    settings: inferenceSettings(settings),
    machine,
    runDirectory: paths.run,
    clock,
    log,
    // Whether aliases mean a model is a setting of models.
    revision: () => `${revision()} ${settings.current().models.fallback}`,
  });

  const recorder = createRecorder({
    store: createRequestStore(join(paths.home, 'requests')),
    recording: () => settings.current().requests.record,
    log: log.child({ component: 'recorder' }),
  });

  const mcp = createMcpDoor({ paths, env, clock, log, docker, settings });
  const mcpManagement = createMcpManagement({ paths, env, clock, log, settings, gateways: mcp.gateways });

  return {
    models,
    inference,
    recorder,
    storage: createStorageParts({ paths, clock, recorder }),
    // Docker Model Runner's switch (contract model-runner §2.12).
    metrics: env['DISABLE_METRICS'] === '1' ? undefined : createMetrics(),
    logs: createLogReader({ folder: paths.logs, clock }),
    runtimes,
    signing: createSigning({ models, registry, signatures, defaultRegistry }),
    mcp,
    mcpManagement,
    search: createModelSearch({ http, env, clock, userHome }),
    lookUp: createModelLookUp({
      registry,
      huggingFace,
      dockerHub: createDockerHub({ http, env, clock }),
      defaultRegistry,
    }),
    storeRevision: revision,
    docker,
    relay,
    views: createDockerViews({ docker, http, paths, env, clock }),
    memory: () => ({
      budgetBytes: parseMemoryBudget(settings.current().inference.memory, machine.totalMemoryBytes),
      usedBytes: inference.running().reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0),
    }),
    runtimesDiskUsage: () => folderBytes(paths.runtimes),
    followLogLimits: () => runnerLog.limit(settings.current().log),
    async close() {
      await recorder.settled();
      await relay.close();
      await mcpManagement.close();
      await http.close();
      runnerLog.close();
    },
  };
}

/** Where the settings name what runs the models of a backend. */
const runtimeSetting = { 'llama.cpp': 'runtime', vllm: 'vllm' } as const;

/** MODEL_RUNNER_REGISTRY_MIRRORS, a comma list (contract model-runner §2.12). */
function mirrorsOf(env: Env): readonly string[] {
  return (env['MODEL_RUNNER_REGISTRY_MIRRORS'] ?? '')
    .split(',')
    .map((mirror) => mirror.trim())
    .filter((mirror) => mirror !== '');
}

function stamped(line: string, { label, clock }: { label: string; clock: Clock }): string {
  return `${new Date(clock.now()).toISOString()} ${label}: ${line}`;
}

/** The same object for the same settings, so that comparing costs nothing. */
function inferenceSettings(settings: SettingsStore): () => InferenceSettings {
  let seen: Settings | undefined;
  let made: InferenceSettings | undefined;
  return () => {
    const now = settings.current();
    if (made === undefined || seen !== now) made = { ...now.inference, modelSettings: now.modelSettings };
    seen = now;
    return made;
  };
}

/** A number that changes when the index of the store does, whoever wrote it. */
function storeRevision(index: string): () => number {
  let seen = '';
  let revision = 0;
  return () => {
    const facts = statSync(index, { throwIfNoEntry: false });
    const now = facts ? `${facts.ino} ${facts.size} ${facts.mtimeMs}` : '';
    if (now !== seen) revision += 1;
    seen = now;
    return revision;
  };
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const seen = new Set<number>();
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const facts = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
    if (!facts || seen.has(facts.ino)) continue;
    seen.add(facts.ino);
    bytes += facts.blocks * 512;
  }
  return bytes;
}
