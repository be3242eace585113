import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog, type Clock, type Env, type Paths } from '#core';
import {
  createCatalogs,
  createProfileArtifacts,
  createReadmes,
  remoteUrlRules,
  createImageCheck,
  createStarterImages,
  createVerified,
  dockerRule,
  findHostPython,
  starterCatalog,
  type McpToolkit,
} from '#mcp';
import {
  createCredentials,
  createHttpClient,
  createIdentityCheck,
  createNpmRegistry,
  createOciRegistry,
  createPythonIndex,
  readDockerMirrors,
  readDockerProxies,
} from '#registry';
import { openSettings, type SettingsStore } from '#settings';
import { createMcpOAuth } from './mcp-oauth.ts';
import { createMcpState } from './mcp-state.ts';
import { createUsersDocker } from './users-docker.ts';

export interface ToolkitOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  /** Those in force where they may change; without them the file is read once. */
  readonly settings?: Pick<SettingsStore, 'current'> | undefined;
}

/** What `gantry mcp` works with, wired for a command that needs no daemon. */
export async function createToolkit({ paths, env, clock, settings: given }: ToolkitOptions): Promise<McpToolkit> {
  const log = silentLog;
  const { dockerConfig, userHome, home } = paths;
  const [settings, dockerProxies, dockerMirrors] = await Promise.all([
    given ?? openSettings(paths.settings, { adminFile: paths.adminSettings }),
    readDockerProxies(dockerConfig),
    readDockerMirrors(),
  ]);
  const http = createHttpClient({ env, clock, dockerProxies });
  const docker = createUsersDocker({ paths, env, log });
  const registry = createOciRegistry({
    http,
    credentials: createCredentials({ dockerConfigDir: dockerConfig, env, log }),
    mirrors: () => [...settings.current().models.registryMirrors, ...dockerMirrors],
    insecureRegistries: () => settings.current().models.insecureRegistries,
    log,
    clock,
  });
  const catalogs = createCatalogs({
    folder: join(home, 'mcp', 'catalogs'),
    dockerConfig,
    registry,
    http,
    docker,
    architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
    clock,
    builtIn: [starterCatalog()],
  });
  const images = createStarterImages({
    docker,
    npm: createNpmRegistry({ http, env, userHome }),
    pythonIndex: createPythonIndex({ http, env, userHome, log }),
    python: (oldest) => findHostPython(env, oldest),
    folder: join(home, 'mcp', 'images'),
    node: { path: process.execPath, version: process.version, arch: process.arch },
    user: { uid: process.getuid?.() ?? 1000, gid: process.getgid?.() ?? 1000 },
    clock,
    log,
  });
  const readText = (path: string): Promise<string> => readFile(path, 'utf8');
  const imageRules = () => settings.current().mcp.verify;
  const checkImage = createImageCheck({
    registry,
    checkIdentity: createIdentityCheck({ rootPath: () => settings.current().models.sigstoreRoot, readText }),
    rules: () => [...imageRules(), dockerRule],
    readText,
    verified: createVerified(join(home, 'mcp', 'verified.json')),
    isMadeHere: (image) => images.makes(image),
  });
  const state = createMcpState({ paths, env, clock, log });
  return {
    catalogs,
    readme: createReadmes({ http, rules: () => remoteUrlRules(env) }),
    images,
    profileArtifacts: createProfileArtifacts(registry),
    checkImage,
    imageRules,
    oauth: createMcpOAuth({ state, http, catalogs, env, clock }),
    async [Symbol.asyncDispose]() {
      await http.close();
    },
  };
}
