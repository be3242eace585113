import type { JsonObject } from '../types.ts';
import { notInProfile } from './problems.ts';
import type { Profile } from './types.ts';

/** What `config.yaml` of older toolkits holds: values below the name of each server. */
export function configOfAll(profile: Profile): Readonly<Record<string, JsonObject>> {
  const set = profile.servers.filter(({ config }) => Object.keys(config).length > 0);
  return Object.fromEntries(set.map(({ name, config }) => [name, config]));
}

/** Gives every server the configuration that such a file says, and none to those it does not name. */
export function replaceConfig(profile: Profile, all: Readonly<Record<string, JsonObject>>): Profile {
  const names = new Set(profile.servers.map(({ name }) => name));
  const unknown = Object.keys(all).find((name) => !names.has(name));
  if (unknown !== undefined) throw notInProfile(unknown, profile.id);
  const configOf = (name: string): JsonObject => (Object.hasOwn(all, name) ? (all[name] ?? {}) : {});
  return { ...profile, servers: profile.servers.map((server) => ({ ...server, config: configOf(server.name) })) };
}
