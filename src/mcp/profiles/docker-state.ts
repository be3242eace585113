import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { toAppError } from '#core';
import type { Json, JsonObject } from '../types.ts';
import { readText } from '../state/read-text.ts';
import { legacyCatalogs } from '../catalog/legacy-places.ts';
import type { CatalogContent } from '../catalog/reading/content.ts';
import { contentOf } from '../catalog/reading/read-content.ts';
import { readCatalogFile } from '../catalog/sources/read-file.ts';
import { catalogName } from '../catalog/store/reference.ts';
import { readDockerDatabase, type DockerDatabase } from './docker-database.ts';
import { isObject } from './json-schema.ts';
import { fromWire, profileSchema } from './profile-file.ts';
import type { Profile, ProfileServer } from './types.ts';

/** A catalogue that Docker's toolkit keeps. */
export interface DockerCatalog {
  readonly ref: string;
  readonly title: string;
  readonly source: string;
  readonly content: CatalogContent;
}

/** What Docker's toolkit keeps for a user; nothing of it is changed. */
export interface DockerState {
  readonly profiles: readonly Profile[];
  readonly catalogs: readonly DockerCatalog[];
  /** What could not be taken over, for people. */
  readonly notes: readonly string[];
}

/** Its database, and where that has no default profile, the files of older versions (contract mcp-toolkit §1.3, §1.4). */
export async function readDockerState({ dockerConfig }: { readonly dockerConfig: string }): Promise<DockerState> {
  const folder = join(dockerConfig, 'mcp');
  const notes: string[] = [];
  const profiles: Profile[] = [];
  const database = await readDockerDatabase(join(folder, 'mcp-toolkit.db')).catch((error: unknown) => {
    notes.push(toAppError(error).message);
    return undefined;
  });
  for (const row of database?.profiles ?? []) {
    const wire = profileSchema.safeParse({ version: 1, ...row });
    if (wire.success) profiles.push(fromWire(wire.data, row.id));
    else notes.push(`The profile ${row.id} cannot be understood: ${wire.error.issues[0]?.message ?? 'unknown form'}`);
  }
  if (!profiles.some(({ id }) => id === 'default')) {
    const legacy = await legacyProfile(folder, notes);
    if (legacy) profiles.push(legacy);
  }
  const secrets = [...new Set(profiles.flatMap(({ servers }) => servers.flatMap(secretsOf)))];
  if (secrets.length > 0) notes.push(`Secrets were not taken over; set them again: ${secrets.join(', ')}`);
  return { profiles, catalogs: await catalogsOf(dockerConfig, { database, notes }), notes };
}

/** Those of the database, and the files of older versions whose names the database does not have. */
async function catalogsOf(
  dockerConfig: string,
  { database, notes }: { database: DockerDatabase | undefined; notes: string[] },
): Promise<readonly DockerCatalog[]> {
  const found = new Map<string, DockerCatalog>();
  const take = async (
    ref: string,
    read: () => Promise<Omit<DockerCatalog, 'ref'>> | Omit<DockerCatalog, 'ref'>,
  ): Promise<void> => {
    try {
      const name = catalogName(ref);
      if (found.has(name)) return;
      const catalog = await read();
      for (const { server, reason } of catalog.content.problems)
        notes.push(`${ref}: ${server} was left out: ${reason}`);
      found.set(name, { ref: name, ...catalog });
    } catch (error) {
      notes.push(`The catalogue ${ref} was left out: ${toAppError(error).message}`);
    }
  };
  for (const { ref, title, source, servers } of database?.catalogs ?? []) {
    await take(ref, () => {
      const content = contentOf({ title, servers }, { where: ref });
      return { title, source: source === '' ? 'user:cli' : source, content };
    });
  }
  for (const { name, displayName, path } of await legacyCatalogs(dockerConfig)) {
    await take(name, async () => {
      const content = await readCatalogFile(path);
      return { title: displayName ?? content.title ?? name, source: `legacy-catalog:${name}`, content };
    });
  }
  return [...found.values()];
}

async function legacyProfile(folder: string, notes: string[]): Promise<Profile | undefined> {
  const read = async (name: string): Promise<JsonObject> => {
    try {
      const value = parseDocument((await readText(join(folder, name))) ?? '').toJS({ maxAliasCount: 100 }) as Json;
      return isObject(value) ? value : {};
    } catch (error) {
      notes.push(toAppError(error).message);
      return {};
    }
  };
  const [registry, config, tools, catalog] = await Promise.all(
    ['registry.yaml', 'config.yaml', 'tools.yaml', 'catalogs/docker-mcp.yaml'].map(read),
  );
  const enabled = Object.keys(objectAt(registry, 'registry'));
  if (enabled.length === 0) return undefined;
  const entries = objectAt(catalog, 'registry');
  const servers = enabled.flatMap((name): readonly ProfileServer[] => {
    const entry = entries[name];
    if (!isObject(entry)) {
      notes.push(`The server ${name} was left out: no catalogue of Docker's describes it`);
      return [];
    }
    return [legacyServer(name, entry, { config: objectAt(config, name), tools: tools?.[name] })];
  });
  return { id: 'default', name: 'Default Profile', servers, extra: {} };
}

function legacyServer(
  name: string,
  entry: JsonObject,
  { config, tools }: { config: JsonObject; tools: Json | undefined },
): ProfileServer {
  const { image, remote } = entry;
  const url = isObject(remote) ? remote['url'] : undefined;
  return {
    name,
    type: typeof url === 'string' ? 'remote' : 'image',
    image: typeof image === 'string' ? image : undefined,
    endpoint: typeof url === 'string' ? url : undefined,
    source: undefined,
    origin: 'catalog docker-mcp',
    config,
    tools: Array.isArray(tools) ? (tools as readonly Json[]).filter((one) => typeof one === 'string') : undefined,
    disabledTools: [],
    server: { ...entry, name },
    extra: {},
  };
}

function secretsOf({ server }: ProfileServer): readonly string[] {
  const secrets = server?.['secrets'];
  if (!Array.isArray(secrets)) return [];
  return (secrets as readonly Json[]).flatMap((one) =>
    isObject(one) && typeof one['name'] === 'string' ? [one['name']] : [],
  );
}

function objectAt(from: JsonObject | undefined, key: string): JsonObject {
  const value = from?.[key];
  return isObject(value) ? value : {};
}
