import { toAppError, type AppError } from '#core';
import type { EnabledServer, JsonObject, ServerSource } from '../types.ts';
import { noProfile } from './problems.ts';
import { defaultProfile, type Profiles } from './store.ts';
import type { Profile, ProfileServer, ReadServer } from './types.ts';

export interface ProfileSourceOptions {
  readonly profiles: Profiles;
  readonly id: string;
  readonly readServer: ReadServer;
  /** Hears of a server of the profile that cannot be used; the others can. */
  readonly onProblem: (server: string, error: AppError) => void;
}

/** The servers of a profile. The default one need not exist. */
export function createProfileSource({ profiles, id, readServer, onProblem }: ProfileSourceOptions): ServerSource {
  return {
    async load({ signal }) {
      signal?.throwIfAborted();
      const profile = await profiles.find(id);
      if (profile) return enabledServers(profile, { readServer, onProblem });
      if (id === defaultProfile) return [];
      throw noProfile(id);
    },
    watch: (listener) => profiles.watch(listener),
  };
}

export function enabledServers(
  profile: Profile,
  { readServer, onProblem }: Pick<ProfileSourceOptions, 'readServer' | 'onProblem'>,
): readonly EnabledServer[] {
  return profile.servers.flatMap((server) => {
    try {
      return [enabledServer(server, { profile: profile.id, readServer })];
    } catch (error) {
      onProblem(server.name, toAppError(error));
      return [];
    }
  });
}

/** @throws AppError `mcp.catalog_invalid` */
export function enabledServer(
  { name, image, endpoint, server, config, tools, disabledTools, origin }: ProfileServer,
  { profile, readServer }: { readonly profile: string; readonly readServer: ReadServer },
): EnabledServer {
  const where = `profile ${profile}`;
  return {
    entry: readServer(describe({ image, endpoint, server }), { where, name }),
    config,
    tools,
    disabledTools: disabledTools.length > 0 ? disabledTools : undefined,
    origin: origin ?? where,
  };
}

/** A profile may name an image or an address and nothing else; one with a snapshot may name the image beside it. */
function describe({ image, endpoint, server }: Pick<ProfileServer, 'image' | 'endpoint' | 'server'>): JsonObject {
  if (server !== undefined)
    return image === undefined || typeof server['image'] === 'string' ? server : { ...server, image };
  if (endpoint !== undefined) return { remote: { url: endpoint, transport_type: 'http' } };
  return image === undefined ? {} : { image };
}
