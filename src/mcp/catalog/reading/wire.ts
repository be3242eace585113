import { z } from 'zod';
import type { Json, JsonObject } from '../../types.ts';

// YAML makes numbers and booleans of unquoted scalars; where a text belongs, that is what was meant.
export const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);
const list = <Item extends z.ZodType>(item: Item, most = 500) =>
  z
    .array(item)
    .max(most)
    .nullish()
    .transform((given) => given ?? []);
const optional = text.nullish().transform((given) => given || undefined);
const flag = z
  .boolean()
  .nullish()
  .transform((given) => given ?? false);
export const json = z.custom<Json>((value) => value !== undefined);
export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected a mapping',
);

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/, 'is not the name of an environment variable');

const container = z.object({
  image: optional,
  command: list(text),
  volumes: list(text, 100),
  user: optional,
});

const argument = z.object({
  name: z.string().min(1),
  type: optional,
  items: jsonObject.nullish(),
  desc: optional,
  description: optional,
  optional: flag,
});

const parameters = z.object({
  type: optional,
  properties: z.record(z.string(), jsonObject).nullish(),
  required: list(z.string()),
});

const tool = z.object({
  name: z.string().min(1).max(256),
  description: optional,
  arguments: z.array(argument).max(500).nullish(),
  annotations: jsonObject.nullish(),
  container: container.nullish(),
  parameters: parameters.nullish(),
  inputSchema: jsonObject.nullish(),
});

const secret = z.object({
  name: text.pipe(z.string().min(1).max(256)),
  env: optional.pipe(variable.optional()),
  description: optional,
  example: optional,
  required: z.boolean().nullish(),
});

const provider = z.object({
  provider: text.pipe(z.string().min(1)),
  secret: optional.transform((given) => given ?? ''),
  env: optional.transform((given) => given ?? ''),
});

// mcp-registry writes the providers without a mapping around them.
const oauth = z.preprocess(
  (given) => (Array.isArray(given) ? { providers: given } : given),
  z.object({ providers: list(provider, 20), scopes: list(text, 200) }),
);

/** A server as catalogues write it (contract mcp-toolkit §2.1). What it does not name is kept by whoever reads it. */
export const wireServer = z.object({
  name: z.string().nullish(),
  type: optional,
  image: optional,
  title: optional,
  description: optional,
  icon: optional,
  readme: optional,
  longLived: flag,
  remote: z
    .object({ url: optional, transport_type: optional, headers: z.record(z.string(), text).nullish() })
    .nullish(),
  sseEndpoint: optional,
  oauth: oauth.nullish(),
  secrets: list(secret, 200),
  env: list(z.object({ name: variable, value: text.nullish().transform((given) => given ?? '') }), 500),
  command: list(text, 1000),
  volumes: list(text, 200),
  user: optional,
  disableNetwork: flag,
  allowHosts: list(text, 500),
  extraHosts: list(text, 200),
  capabilities: list(z.string().regex(/^(?:CAP_)?[A-Z_]{2,40}$/, 'is not the name of a Linux capability'), 50),
  tools: list(tool, 2000),
  // Some files have the one schema without a list around it.
  config: z
    .union([z.array(jsonObject).max(100), jsonObject.transform((one) => [one])])
    .nullish()
    .transform((given) => given ?? []),
  prefix: optional,
  metadata: jsonObject.nullish(),
});

export type WireServer = z.output<typeof wireServer>;
export type WireTool = z.output<typeof tool>;

/** What goes into an answer but is nothing of the entry's own (contract mcp-toolkit §2.1). */
const outputOnly = ['policy'];
const known = new Set([...Object.keys(wireServer.shape), ...outputOnly]);

export function unknownKeys(raw: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !known.has(key)));
}
