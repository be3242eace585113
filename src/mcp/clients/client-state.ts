import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '#core';
import { readConfigFile } from './config-file.ts';
import { withFile } from './client-errors.ts';
import { argvOf, gatewayOf, summaryOf, type ServerSummary } from './entries.ts';
import { candidatePaths, projectPath, type Machine } from './paths.ts';
import { gatewayEntries } from './plan.ts';
import { clients, type ClientId, type ClientSpec } from './table.ts';

export type Scope = 'global' | 'project';

export interface ClientsDeps extends Machine {
  /** Where the command runs; a project is the nearest folder with `.git`, it or one above. */
  readonly cwd: string;
  /** For what was there before: `~/.gantry/mcp/clients`. */
  readonly stateFolder: string;
  readonly now: () => number;
  readonly newId: () => string;
}

export interface ClientState {
  readonly id: ClientId;
  readonly title: string;
  readonly homepage: string;
  readonly file: string;
  /** Whether the client, or for a project its file, seems to be here. */
  readonly isPresent: boolean;
  readonly isSupported: boolean;
  readonly isConnected: boolean;
  /** Whether it can reach a gateway at an address, and refer to a variable for the token then. */
  readonly http: 'no' | 'yes' | 'with_token';
  readonly profile: string | undefined;
  readonly servers: readonly ServerSummary[];
  /** Why its file cannot be read. */
  readonly error: AppError | undefined;
}

/** What a client has in its file now. A file that cannot be read is a fact like others. */
export async function stateOf(
  id: ClientId,
  { scope, root, deps }: { scope: Scope; root: string | undefined; deps: ClientsDeps },
): Promise<ClientState> {
  const spec: ClientSpec = clients[id];
  const project = scope === 'project' && root !== undefined ? spec.project : undefined;
  const isSupported = project !== undefined || candidatePaths(spec.global, deps).length > 0;
  const http = spec.http ? (spec.variable ? 'with_token' : 'yes') : 'no';
  const facts = { id, title: spec.title, homepage: spec.homepage, isSupported, http } as const;
  const nothing = { isConnected: false, profile: undefined, servers: [], error: undefined };
  if (!isSupported) return { ...facts, ...nothing, file: '', isPresent: false };
  const path =
    project && root !== undefined ? projectPath(project.file, root, deps.platform) : await globalPath(spec, deps);
  try {
    const { text } = await readConfigFile(path);
    const isPresent = text !== undefined || (!project && (await isInstalled(spec, deps)));
    if (text === undefined) return { ...facts, ...nothing, file: path, isPresent };
    return { ...facts, file: path, isPresent, error: undefined, ...withFile(path, () => factsOf(text, { id, spec })) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...facts, ...nothing, file: path, isPresent: true, error };
  }
}

function factsOf(
  text: string,
  { id, spec }: { id: ClientId; spec: ClientSpec },
): Pick<ClientState, 'isConnected' | 'profile' | 'servers'> {
  const { servers } = spec.format.read(text);
  const [connected] = gatewayEntries(text, spec);
  const entry = connected === undefined ? undefined : servers.get(connected);
  return {
    isConnected: connected !== undefined,
    profile: id === 'gordon' ? profileOfGordon(entry) : gatewayOf(argvOf(entry))?.profile,
    servers: [...servers].map(([name, one]) => summaryOf(name, one)),
  };
}

function profileOfGordon(entry: unknown): string | undefined {
  const profile = typeof entry === 'object' && entry !== null && 'profile' in entry ? entry.profile : undefined;
  return typeof profile === 'string' ? profile : undefined;
}

/** The first of its files that is there, else the likeliest. */
export async function globalPath(spec: ClientSpec, deps: ClientsDeps): Promise<string> {
  const candidates = candidatePaths(spec.global, deps);
  for (const path of candidates) if (await exists(path)) return path;
  const [first] = candidates;
  if (first === undefined) throw unsupportedHere(spec, deps);
  return first;
}

function unsupportedHere({ title }: ClientSpec, { platform }: ClientsDeps): AppError {
  return new AppError('mcp.client_invalid', `It is not known where ${title} keeps its configuration here.`, {
    hint: 'A variable that names it, such as APPDATA, may be missing from the environment.',
    params: { client: title, platform, reason: 'no_place' },
  });
}

/** A client that was started once has made the folder of its file. */
async function isInstalled(spec: ClientSpec, deps: ClientsDeps): Promise<boolean> {
  const folders = candidatePaths(spec.global, deps).map((path) => dirname(path));
  const found = await Promise.all(folders.map(async (folder) => folder !== deps.home && (await exists(folder))));
  return found.includes(true);
}

/** The nearest folder with `.git`: this one or one above. */
export async function projectRoot(cwd: string): Promise<string | undefined> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
