import { AppError } from '#core';
import type { CatalogEntry } from '../catalog/reading/content.ts';
import { addServers } from '../profiles/change-profile.ts';
import { profileId } from '../profiles/profile-file.ts';
import { enabledServers } from '../profiles/profile-source.ts';
import { emptyProfile, type Profiles } from '../profiles/store.ts';
import type { FoundServer, ProfileServer, ReadServer } from '../profiles/types.ts';
import type { EnabledServer } from '../types.ts';
import type { SessionProfiles } from './types.ts';

export interface SessionProfilesDeps {
  readonly profiles: Profiles;
  /** The profile that the gateway serves; its servers are described there. */
  readonly own: string;
  readonly readServer: ReadServer;
  readonly entry: (name: string) => Promise<CatalogEntry | undefined>;
}

/** Keeps what a session has put together as a profile, and gives profiles to sessions. */
export function createSessionProfiles({ profiles, own, readServer, entry }: SessionProfilesDeps): SessionProfiles {
  return {
    async save(name, servers) {
      const known = new Map((await profiles.find(own))?.servers.map((one) => [one.name, one]));
      const found = await Promise.all(servers.map(async (server) => describe(server, { known, entry })));
      const id = profileId(name);
      await profiles.put({
        ...addServers(
          { ...emptyProfile(id), name },
          found.map((one) => one.found),
        ).profile,
        servers: found.map(toProfile),
      });
      return { id };
    },
    async load(name) {
      const profile = await profiles.get(profileId(name));
      const failed: string[] = [];
      const servers = enabledServers(profile, {
        readServer,
        onProblem: (server, error) => void failed.push(`${server}: ${error.message}`),
      });
      if (servers.length === 0 && failed.length > 0) {
        throw new AppError(
          'mcp.not_configured',
          `No server of the profile ${profile.id} can be used. ${failed.join(' ')}`,
          {
            params: { server: profile.id, detail: failed.join(' ') },
          },
        );
      }
      return servers;
    },
  };
}

interface Described {
  readonly server: EnabledServer;
  readonly found: FoundServer;
  readonly before: ProfileServer | undefined;
}

async function describe(
  server: EnabledServer,
  {
    known,
    entry,
  }: { readonly known: ReadonlyMap<string, ProfileServer>; readonly entry: SessionProfilesDeps['entry'] },
): Promise<Described> {
  const { name } = server.entry;
  const before = known.get(name);
  if (before?.server) {
    const { type, tools, source, image, endpoint } = before;
    return {
      server,
      before,
      found: {
        server: { name },
        wire: before.server,
        filed: { type, tools, source, image, endpoint },
        origin: server.origin,
      },
    };
  }
  const listed = await entry(name);
  if (!listed) {
    throw new AppError(
      'mcp.server_not_found',
      `The MCP server ${name} is in no catalogue, so no profile can describe it.`,
      {
        params: { server: name },
      },
    );
  }
  return { server, before, found: { server: { name }, wire: listed.wire, filed: listed.filed, origin: server.origin } };
}

function toProfile({ server, found, before }: Described): ProfileServer {
  return {
    name: server.entry.name,
    ...found.filed,
    origin: found.origin,
    config: server.config,
    tools: server.tools,
    disabledTools: before?.disabledTools ?? [],
    server: found.wire,
    extra: before?.extra ?? {},
  };
}
