import { z } from 'zod';
import type { Json, JsonObject } from '../../types.ts';
import { isObject } from '../reading/parse-document.ts';
import { json, jsonObject, text } from '../reading/wire.ts';

/** Descriptions of 2025 before September spell their keys with underscores; both spellings are read as one. */
function camelKeys(value: unknown): unknown {
  if (!isObject(value as Json)) return value;
  const renamed = Object.entries(value as JsonObject).map(([key, one]): [string, Json] => [
    key.startsWith('_') ? key : key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    one,
  ]);
  return Object.fromEntries(renamed);
}

const camel = <Shape extends z.ZodType>(shape: Shape) => z.preprocess(camelKeys, shape);
const optional = text.nullish().transform((given) => given || undefined);
const flag = z
  .boolean()
  .nullish()
  .transform((given) => given ?? false);

const input = {
  description: optional,
  value: optional,
  default: text.nullish().transform((given) => given ?? undefined),
  format: optional,
  placeholder: optional,
  choices: z.array(text).max(200).nullish(),
  isRequired: flag,
  isSecret: flag,
};

const variable = camel(z.object(input));
const variables = z.record(z.string().max(200), variable).nullish();
const named = camel(z.object({ ...input, variables, name: z.string().min(1).max(256) }));
const argument = camel(
  z.object({ ...input, variables, type: optional, name: optional, valueHint: optional, isRepeated: flag }),
);
const many = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .max(300)
    .nullish()
    .transform((given) => given ?? []);

const packageShape = camel(
  z.object({
    registryType: optional,
    registryName: optional,
    registryBaseUrl: optional,
    identifier: optional,
    name: optional,
    version: optional,
    runtimeHint: optional,
    transport: z.object({ type: z.string() }).nullish(),
    runtimeArguments: many(argument),
    packageArguments: many(argument),
    environmentVariables: many(named),
  }),
);

const remote = camel(
  z.object({ type: optional, transportType: optional, url: z.string().max(4096), headers: many(named), variables }),
);

/** A server as the community's registry describes it (schema 2025-12-11 and older). */
const serverJson = camel(
  z.object({
    name: z.string().min(1).max(200),
    title: optional,
    description: optional,
    version: optional,
    status: optional,
    repository: z.object({ url: optional, subfolder: optional }).nullish(),
    icons: z.array(z.looseObject({ src: z.string() })).nullish(),
    packages: many(packageShape),
    remotes: many(remote),
    _meta: jsonObject.nullish(),
  }),
);

export type ServerJson = z.output<typeof serverJson>;
export type ServerPackage = ServerJson['packages'][number];
export type ServerRemote = ServerJson['remotes'][number];
export type ServerArgument = ServerPackage['packageArguments'][number];
export type NamedInput = ServerPackage['environmentVariables'][number];
export type ServerInput = z.output<typeof variable>;

/** One answer of a registry: the description, and what the registry says of it. */
const envelope = z.looseObject({ server: jsonObject, _meta: jsonObject.nullish() });

export const listAnswer = z.looseObject({
  servers: z
    .array(json)
    .max(1000)
    .nullish()
    .transform((given) => given ?? []),
  metadata: camel(z.looseObject({ nextCursor: z.string().max(2000).nullish() })).nullish(),
});

const official = 'io.modelcontextprotocol.registry/official';

export interface DescribedServer {
  readonly server: ServerJson;
  readonly isLatest: boolean;
  /** Taken back by its publisher or by the registry. */
  readonly isDeleted: boolean;
}

export type ParsedServer =
  | { readonly success: true; readonly data: DescribedServer }
  | { readonly success: false; readonly error: z.ZodError };

export function parseServerJson(raw: Json): ParsedServer {
  const wrapped = envelope.safeParse(raw).data;
  const parsed = serverJson.safeParse(wrapped?.server ?? raw);
  if (!parsed.success) return parsed;
  const server = parsed.data;
  const meta = official in (wrapped?._meta ?? {}) ? wrapped?._meta?.[official] : server._meta?.[official];
  const said = isObject(meta) ? (camelKeys(meta) as JsonObject) : {};
  const status = said['status'] ?? server.status;
  return { success: true, data: { server, isLatest: said['isLatest'] !== false, isDeleted: status === 'deleted' } };
}

/** Whether an object is a description of this kind rather than an entry of a catalogue. */
export function looksLikeServerJson(raw: JsonObject): boolean {
  if (isObject(raw['server'])) return looksLikeServerJson(raw['server']);
  const schema = raw['$schema'];
  if (typeof schema === 'string' && schema.includes('server.schema.json')) return true;
  return typeof raw['name'] === 'string' && (Array.isArray(raw['packages']) || Array.isArray(raw['remotes']));
}
