import { AppError } from '#core';
import type { CatalogServer } from '../types.ts';
import { notInProfile } from './problems.ts';
import type { FoundServer, Profile, ProfileServer } from './types.ts';

/** Adds servers; one of the same name is replaced and keeps what was chosen for it. */
export function addServers(
  profile: Profile,
  found: readonly FoundServer[],
): { readonly profile: Profile; readonly added: readonly string[]; readonly replaced: readonly string[] } {
  const servers = new Map(profile.servers.map((one) => [one.name, one]));
  const added: string[] = [];
  const replaced: string[] = [];
  for (const one of found) {
    const { name } = one.server;
    const before = servers.get(name);
    (before ? replaced : added).push(name);
    servers.set(name, fromFound(one, before));
  }
  return { profile: { ...profile, servers: [...servers.values()] }, added, replaced };
}

function fromFound({ server, wire, filed, origin }: FoundServer, before: ProfileServer | undefined): ProfileServer {
  return {
    name: server.name,
    type: filed.type,
    image: filed.image,
    endpoint: filed.endpoint,
    source: filed.source,
    origin,
    config: before?.config ?? {},
    tools: before ? before.tools : filed.tools,
    disabledTools: before?.disabledTools ?? [],
    server: wire,
    extra: before?.extra ?? {},
  };
}

/** @throws AppError `mcp.server_not_found` naming the first that is not there; then nothing changes */
export function removeServers(profile: Profile, names: readonly string[]): Profile {
  for (const name of names) serverOf(profile, name);
  return { ...profile, servers: profile.servers.filter(({ name }) => !names.includes(name)) };
}

export function serverOf(profile: Profile, name: string): ProfileServer {
  const found = profile.servers.find((one) => one.name === name);
  if (!found) throw notInProfile(name, profile.id);
  return found;
}

export function changeServer(
  profile: Profile,
  name: string,
  change: (server: ProfileServer) => ProfileServer,
): Profile {
  serverOf(profile, name);
  return { ...profile, servers: profile.servers.map((one) => (one.name === name ? change(one) : one)) };
}

export interface ToolChanges {
  /** `server.tool` */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly enableAll: readonly string[];
  readonly disableAll: readonly string[];
}

/**
 * Switches tools. Enabling one where all are enabled leaves all enabled, and disabling one leaves the others, also those that the
 * server will have later.
 */
export function switchTools(profile: Profile, changes: ToolChanges): Profile {
  const { enable, disable, enableAll, disableAll } = changes;
  const both = enable.find((one) => disable.includes(one)) ?? enableAll.find((one) => disableAll.includes(one));
  if (both !== undefined) {
    throw new AppError('request.invalid', `${both} cannot be both enabled and disabled.`, {
      params: { reason: 'both_ways', name: both },
    });
  }
  let changed = profile;
  const apply = (name: string, change: (server: ProfileServer) => ProfileServer): void => {
    changed = changeServer(changed, name, change);
  };
  for (const name of disableAll) apply(name, (server) => ({ ...server, tools: [], disabledTools: [] }));
  for (const name of enableAll) apply(name, (server) => ({ ...server, tools: undefined, disabledTools: [] }));
  for (const one of disable) {
    const { server: name, tool } = splitTool(profile, one);
    apply(name, (server) =>
      server.tools
        ? { ...server, tools: server.tools.filter((other) => other !== tool) }
        : { ...server, disabledTools: [...new Set([...server.disabledTools, tool])] },
    );
  }
  for (const one of enable) {
    const { server: name, tool } = splitTool(profile, one);
    apply(name, (server) => ({
      ...server,
      tools: server.tools && [...new Set([...server.tools, tool])],
      disabledTools: server.disabledTools.filter((other) => other !== tool),
    }));
  }
  return changed;
}

/** `server.tool`, where both may have dots: the longest server of the profile that fits. */
export function splitTool(profile: Profile, text: string): { readonly server: string; readonly tool: string } {
  const fitting = profile.servers
    .map(({ name }) => name)
    .filter((name) => text.startsWith(`${name}.`) && text.length > name.length + 1)
    .toSorted((one, other) => other.length - one.length);
  const [server] = fitting;
  if (server !== undefined) return { server, tool: text.slice(server.length + 1) };
  const [first = ''] = text.split('.', 1);
  if (first === text || first === '') {
    throw new AppError('request.invalid', `${text} is not of the form SERVER.NAME.`, {
      params: { reason: 'server_and_name', text },
    });
  }
  throw notInProfile(first, profile.id);
}

/** Whether a tool may be used, as far as the profile says. */
export function isEnabled(
  { tools, disabledTools }: Pick<ProfileServer, 'tools' | 'disabledTools'>,
  tool: string,
): boolean {
  return (tools?.includes(tool) ?? true) && !disabledTools.includes(tool);
}

/** What changed between two states of a source of servers. */
export interface ServerDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export function diffServers<Server extends { readonly entry: CatalogServer }>(
  before: readonly Server[],
  after: readonly Server[],
): ServerDiff {
  const old = new Map(before.map((one) => [one.entry.name, one]));
  const names = new Set(after.map(({ entry }) => entry.name));
  const isOther = (one: Server): boolean => {
    const previous = old.get(one.entry.name);
    return previous !== undefined && JSON.stringify(previous) !== JSON.stringify(one);
  };
  return {
    added: [...names].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !names.has(name)),
    changed: after.filter(isOther).map(({ entry }) => entry.name),
  };
}
