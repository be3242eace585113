import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, errorCodeOf, toAppError, writeFileAtomic, type Clock, type Log } from '#core';
import { readText } from '../state/read-text.ts';
import { watchFolder } from '../state/watch-folder.ts';
import { withLock } from '../state/with-lock.ts';
import { editYaml, parseYaml } from '../state/yaml.ts';
import { badProfileId, noProfile, profileExists } from './problems.ts';
import { fromWire, isProfileId, profileSchema, toWire } from './profile-file.ts';
import type { Profile } from './types.ts';

export interface ProfilesOptions {
  /** `mcp/profiles` of the home: one YAML file for each. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ProfileList {
  readonly profiles: readonly Profile[];
  /** Files that cannot be used; the others can. */
  readonly problems: readonly { readonly path: string; readonly error: AppError }[];
}

export interface Profiles {
  list(): Promise<ProfileList>;
  find(id: string): Promise<Profile | undefined>;
  /** @throws AppError `mcp.profile_not_found`, `settings.invalid` */
  get(id: string): Promise<Profile>;
  /** @throws AppError `mcp.profile_conflict` */
  create(profile: Profile): Promise<void>;
  /** Puts it in place of one with the same id, if there is one. */
  put(profile: Profile): Promise<void>;
  /** Changes it while nobody else can; with `create`, an empty one when there is none. Comments of people are kept. */
  update(id: string, change: (profile: Profile) => Profile, options?: { create?: boolean }): Promise<Profile>;
  remove(id: string): Promise<void>;
  watch(listener: () => void): () => void;
}

/** The one that a gateway serves when it is told no other. */
export const defaultProfile = 'default';

export function emptyProfile(id: string): Profile {
  return { id, name: id === defaultProfile ? 'Default Profile' : id, servers: [], extra: {} };
}

export function createProfiles({ folder, clock, log }: ProfilesOptions): Profiles {
  const lock = join(folder, '.lock');
  const pathOf = (id: string): string => {
    if (!isProfileId(id)) throw badProfileId(id);
    return join(folder, `${id}.yaml`);
  };
  const find = async (id: string): Promise<Profile | undefined> => {
    const path = pathOf(id);
    const text = await readText(path);
    return text === undefined ? undefined : fromWire(parseYaml(text, { schema: profileSchema, path }), id);
  };
  const write = async (profile: Profile): Promise<void> => {
    const path = pathOf(profile.id);
    const text = editYaml(await readText(path), toWire(profile));
    // What we write must be what we read: a profile that only one of the two understands would be lost.
    parseYaml(text, { schema: profileSchema, path });
    await writeFileAtomic(path, text, { mode: 0o600 });
  };
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => withLock(lock, work, { clock });
  const get = async (id: string): Promise<Profile> => {
    const profile = await find(id);
    if (!profile) throw noProfile(id);
    return profile;
  };
  return {
    find,
    get,
    async list() {
      const ids = (await namesIn(folder)).filter((id) => isProfileId(id)).toSorted();
      const read = await Promise.all(
        ids.map((id) => find(id).catch((error: unknown) => ({ path: pathOf(id), error: toAppError(error) }))),
      );
      return {
        profiles: read.filter((one): one is Profile => one !== undefined && 'servers' in one),
        problems: read.filter((one) => one !== undefined && 'error' in one),
      };
    },
    create: (profile) =>
      alone(async () => {
        if ((await readText(pathOf(profile.id))) !== undefined) throw profileExists(profile.id);
        await write(profile);
      }),
    put: (profile) => alone(() => write(profile)),
    update: (id, change, { create = false } = {}) =>
      alone(async () => {
        const before = (await find(id)) ?? (create ? emptyProfile(id) : undefined);
        if (!before) throw noProfile(id);
        const after = change(before);
        await write(after);
        return after;
      }),
    remove: (id) =>
      alone(async () => {
        const path = pathOf(id);
        if ((await readText(path)) === undefined) throw noProfile(id);
        await rm(path);
      }),
    watch: (listener) => watchFolder(folder, listener, { clock, log, matters: (name) => name.endsWith('.yaml') }),
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
