import { stringify } from 'yaml';
import { z } from 'zod';
import { catalogAsLegacy } from '../catalog/export.ts';
import type { Catalog } from '../catalog/types.ts';
import type { Json, JsonObject } from '../types.ts';
import { invalidFile } from '../state/read-text.ts';
import { parseYaml } from '../state/yaml.ts';
import { isObject } from './json-schema.ts';
import { toWire } from './profile-file.ts';
import { readProfile } from './read-profile.ts';
import { configOfAll } from './replace-config.ts';
import type { Profile } from './types.ts';

/** What `config dump` writes: the texts of the files that older toolkits keep (contract mcp-toolkit §1.2, §1.3), and the profile itself. */
export interface Backup {
  readonly config: Readonly<Record<string, JsonObject>>;
  /** Names of the enabled servers. */
  readonly enabled: readonly string[];
  /** The only tools that may be used, by server. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
  /** Titles of catalogues by name. */
  readonly titles: Readonly<Record<string, string>>;
  /** Texts of catalogue files by name. */
  readonly catalogFiles: Readonly<Record<string, string>>;
  /** As Gantry keeps it; other toolkits leave it out. */
  readonly profile: Profile | undefined;
}

const yamlOf = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

export function backupOf(profile: Profile, catalogs: readonly Catalog[]): JsonObject {
  const named = catalogs.map((catalog) => ({ catalog, name: catalog.ref.replace(/:latest$/, '') }));
  const limited = profile.servers.flatMap(({ name, tools }) => (tools === undefined ? [] : [[name, tools] as const]));
  return {
    config: yamlOf(configOfAll(profile)),
    registry: yamlOf({ registry: Object.fromEntries(profile.servers.map(({ name }) => [name, { ref: '' }])) }),
    catalog: JSON.stringify({
      catalogs: Object.fromEntries(named.map(({ catalog, name }) => [name, { displayName: catalog.title }])),
    }),
    catalogFiles: Object.fromEntries(named.map(({ catalog, name }) => [name, yamlOf(catalogAsLegacy(catalog))])),
    tools: yamlOf(Object.fromEntries(limited)),
    profile: toWire(profile),
  };
}

const text = z.string().nullish();
const object = z.custom<JsonObject>((value) => isObject(value as Json), 'expected a mapping');
const shape = z.looseObject({
  config: text,
  registry: text,
  catalog: text,
  catalogFiles: z.record(z.string().min(1).max(255), z.string()).nullish(),
  tools: text,
  profile: object.nullish(),
});
const configFile = z.record(z.string(), object);
const registryFile = z.looseObject({ registry: z.record(z.string(), z.unknown()).nullish() });
const toolsFile = z.record(z.string(), z.array(z.string()).nullish());
const catalogIndex = z.looseObject({
  catalogs: z.record(z.string(), z.looseObject({ displayName: text })).nullish(),
});

/** @throws AppError `settings.invalid` */
export function readBackup(json: string, path: string): Backup {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (cause) {
    throw invalidFile(path, 'it is not JSON', cause);
  }
  const { data } = shape.safeParse(raw);
  if (!data) throw invalidFile(path, 'it has not the form that config dump writes');
  const part = <Schema extends z.ZodType>(name: 'config' | 'registry' | 'tools' | 'catalog', schema: Schema) =>
    parseYaml(data[name] ?? '', { schema, path: `${path}: ${name}` });
  const titles = Object.entries(part('catalog', catalogIndex).catalogs ?? {});
  return {
    config: part('config', configFile),
    enabled: Object.keys(part('registry', registryFile).registry ?? {}),
    tools: Object.fromEntries(
      Object.entries(part('tools', toolsFile)).flatMap(([name, list]) => (list ? [[name, list]] : [])),
    ),
    titles: Object.fromEntries(titles.flatMap(([name, { displayName }]) => (displayName ? [[name, displayName]] : []))),
    catalogFiles: data.catalogFiles ?? {},
    profile: data.profile ? readProfile(JSON.stringify(data.profile), path) : undefined,
  };
}
