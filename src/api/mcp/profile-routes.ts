import { stringify } from 'yaml';
import {
  mcpChangeProfileRequest,
  mcpCreateProfileRequest,
  mcpImportProfileRequest,
  mcpProfileReferenceRequest,
  type McpProfileBody,
  type McpProfilesBody,
} from '#contract';
import { AppError } from '#core';
import {
  addServers,
  defaultProfile,
  profileId,
  profileTemplates,
  profileToWire,
  readProfile,
  takeOverDockerState,
  templateCatalog,
  templateOf,
  type Clients,
  type FoundServer,
  type Profile,
} from '#mcp';
import { sendJson, type Exchange } from '../http/exchange.ts';
import { findServers } from './find-servers.ts';
import type { McpManagement } from './management.ts';
import { problemOf } from './problem.ts';
import { bodyOf, type RouteTable } from './route-table.ts';

type Deps = Pick<McpManagement, 'profiles' | 'toolkit' | 'clients' | 'dockerState'>;

/** Named sets of servers, as `gantry mcp profile` has them. */
export function createProfileRoutes({ profiles, toolkit, clients, dockerState }: Deps): RouteTable {
  const list = async (exchange: Exchange): Promise<void> => {
    const [found, users] = await Promise.all([profiles.list(), clientsByProfile(clients(undefined))]);
    const body: McpProfilesBody = {
      profiles: found.profiles.map((profile) => ({ ...bodyOfProfile(profile), clients: users.get(profile.id) ?? [] })),
      default: defaultProfile,
      templates: profileTemplates.map(({ id, title, servers }) => ({ id, title, servers: [...servers] })),
      problems: found.problems.map(({ path, error }) => ({ path, error: problemOf(error) })),
    };
    sendJson(exchange, 200, body);
  };
  const create = async (exchange: Exchange): Promise<void> => {
    const { name, id = profileId(name), template } = await bodyOf(exchange, mcpCreateProfileRequest);
    const empty: Profile = { id, name, servers: [], extra: {} };
    const wanted = template === undefined ? [] : templateOf(template).servers;
    const found = wanted.length === 0 ? [] : await templateServers(wanted, exchange.gone);
    const { profile } = addServers(empty, found);
    await profiles.create(profile);
    sendJson(exchange, 201, bodyOfProfile(profile));
  };
  /** Docker's templates name servers of its catalogue, which is fetched when no catalogue here has them. */
  const templateServers = async (wanted: readonly string[], signal: AbortSignal): Promise<readonly FoundServer[]> => {
    const { catalogs } = await toolkit();
    const find = (): Promise<readonly FoundServer[]> => findServers(catalogs, wanted, { catalog: undefined, signal });
    return await find().catch(async (error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'mcp.server_not_found') throw error;
      await catalogs.openFresh(templateCatalog, 'missing', { signal });
      return await find();
    });
  };
  const importDocker = async (exchange: Exchange): Promise<void> => {
    const taken = await takeOverDockerState(await dockerState(), {
      profiles,
      catalogs: async () => (await toolkit()).catalogs,
      signal: exchange.gone,
    });
    sendJson(exchange, 200, taken);
  };
  const rename = async (exchange: Exchange, id = ''): Promise<void> => {
    const { name } = await bodyOf(exchange, mcpChangeProfileRequest);
    sendJson(exchange, 200, bodyOfProfile(await profiles.update(id, (profile) => ({ ...profile, name }))));
  };
  const remove = async (exchange: Exchange, id = ''): Promise<void> => {
    await profiles.remove(id);
    sendJson(exchange, 200, { removed: id, disconnected: await disconnectAll(clients(undefined), id) });
  };
  const exportIt = async (exchange: Exchange, id = ''): Promise<void> => {
    const format = new URLSearchParams(exchange.query).get('format') ?? 'yaml';
    if (format !== 'yaml' && format !== 'json') {
      throw new AppError('request.invalid', 'format must be yaml or json.', {
        params: { param: 'format', expected: 'yaml, json' },
      });
    }
    const wire = profileToWire(await profiles.get(id));
    const text =
      format === 'json'
        ? `${JSON.stringify(wire, undefined, 2)}\n`
        : stringify(wire, { lineWidth: 0, aliasDuplicateObjects: false });
    sendJson(exchange, 200, { id, format, text });
  };
  const importIt = async (exchange: Exchange): Promise<void> => {
    const { text, replace = false } = await bodyOf(exchange, mcpImportProfileRequest);
    const profile = fromText(text);
    await (replace ? profiles.put(profile) : profiles.create(profile));
    sendJson(exchange, 201, bodyOfProfile(profile));
  };
  const pull = async (exchange: Exchange): Promise<void> => {
    const { reference } = await bodyOf(exchange, mcpProfileReferenceRequest);
    const { profileArtifacts } = await toolkit();
    const profile = await profileArtifacts.pull(reference, { signal: exchange.gone });
    await profiles.create(profile);
    sendJson(exchange, 201, bodyOfProfile(profile));
  };
  const push = async (exchange: Exchange, id = ''): Promise<void> => {
    const { reference } = await bodyOf(exchange, mcpProfileReferenceRequest);
    const profile = await profiles.get(id);
    const { profileArtifacts } = await toolkit();
    sendJson(exchange, 200, {
      id,
      reference: await profileArtifacts.push(profile, reference, { signal: exchange.gone }),
    });
  };
  return {
    'GET /gantry/mcp/profiles': list,
    'POST /gantry/mcp/profiles': create,
    'POST /gantry/mcp/profiles/import': importIt,
    'POST /gantry/mcp/profiles/import-docker': importDocker,
    'POST /gantry/mcp/profiles/pull': pull,
    'PATCH /gantry/mcp/profiles/:id': rename,
    'DELETE /gantry/mcp/profiles/:id': remove,
    'GET /gantry/mcp/profiles/:id/export': exportIt,
    'POST /gantry/mcp/profiles/:id/push': push,
  };
}

function bodyOfProfile({ id, name, servers }: Profile): McpProfileBody {
  return { id, name, servers: servers.map((server) => server.name) };
}

/** What is wrong with a text that somebody sent is the request's fault, not a file's. */
function fromText(text: string): Profile {
  try {
    return readProfile(text, 'profile');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'settings.invalid') throw error;
    const detail = String(error.params['reason'] ?? error.message);
    throw new AppError('request.invalid', `This is no profile: ${detail}.`, {
      params: { reason: 'profile_text', detail },
      cause: error,
    });
  }
}

/** Titles of the clients of this user that use each profile. */
async function clientsByProfile(clients: Clients): Promise<ReadonlyMap<string, string[]>> {
  const users = new Map<string, string[]>();
  for (const { isConnected, profile, title } of (await clients.list('global')).states) {
    if (!isConnected) continue;
    const id = profile || defaultProfile;
    users.set(id, [...(users.get(id) ?? []), title]);
  }
  return users;
}

async function disconnectAll(clients: Clients, profile: string): Promise<readonly string[]> {
  const { states } = await clients.list('global');
  const connected = states.filter((state) => state.isConnected && (state.profile || defaultProfile) === profile);
  for (const { id } of connected) await clients.disconnect(id, { scope: 'global' });
  return connected.map(({ title }) => title);
}
