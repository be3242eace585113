import { z } from 'zod';
import { jsonObject, problemBody } from './mcp-parts.ts';

const readiness = z.enum(['none', 'required', 'partial', 'done']);

/** `unusable` is an entry that can never run as it is. */
const state = z.enum([
  'ready',
  'needs_config',
  'needs_secret',
  'needs_sign_in',
  'needs_grant',
  'starting',
  'failed',
  'unusable',
]);
export type McpServerState = z.infer<typeof state>;

const row = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  type: z.enum(['server', 'remote', 'poci']),
  image: z.string().optional(),
  url: z.string().optional(),
  /** Where its entry was taken from. */
  origin: z.string(),
  state,
  /** Why it cannot start as things are, or what failed last. */
  problems: z.array(problemBody),
  readiness: z.object({ secrets: readiness, config: readiness, oauth: readiness }),
  /** Absent while it is not known. */
  tools: z.object({ total: z.number(), enabled: z.number() }).optional(),
  calls: z.number(),
  failures: z.number(),
  latencyMs: z.object({ last: z.number(), mean: z.number() }).optional(),
  /** Unix time in ms. */
  lastCallAt: z.number().optional(),
});
export type McpServerRow = z.infer<typeof row>;

/** `GET /gantry/mcp/profiles/ID/servers` */
export const mcpServersBody = z.object({
  profile: z.object({ id: z.string(), name: z.string() }),
  servers: z.array(row),
  /** Servers of the profile whose entry cannot be read. */
  problems: z.array(z.object({ server: z.string(), error: problemBody })),
});
export type McpServersBody = z.infer<typeof mcpServersBody>;

const tool = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: jsonObject,
  annotations: jsonObject.optional(),
  enabled: z.boolean(),
});
export type McpServerTool = z.infer<typeof tool>;

const prompt = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  arguments: z.array(
    z.object({ name: z.string(), description: z.string().optional(), required: z.boolean().optional() }),
  ),
});
export type McpServerPrompt = z.infer<typeof prompt>;

const resource = z.object({
  /** Of a template it has places in braces. */
  uri: z.string(),
  isTemplate: z.boolean(),
  name: z.string().optional(),
  description: z.string().optional(),
  mimeType: z.string().optional(),
});
export type McpServerResource = z.infer<typeof resource>;

/** `GET /gantry/mcp/profiles/ID/servers/NAME` */
export const mcpServerBody = row.extend({
  profile: z.string(),
  readme: z.string().optional(),
  config: z.object({
    /** JSON schemas; all of them hold. */
    schemas: z.array(jsonObject),
    /** What was set. */
    values: jsonObject,
    /** What is wrong with it, a sentence each. */
    problems: z.array(z.string()),
  }),
  secrets: z.array(
    z.object({
      name: z.string(),
      env: z.string(),
      description: z.string().optional(),
      example: z.string().optional(),
      required: z.boolean(),
      isSet: z.boolean(),
      /** Where it is kept: `keychain`, `file`, `env NAME`. */
      provider: z.string().optional(),
    }),
  ),
  oauth: z.array(z.object({ provider: z.string(), isSignedIn: z.boolean() })),
  grants: z.array(z.object({ path: z.string(), mode: z.enum(['ro', 'rw']) })),
  toolList: z.array(tool),
  /** `asked` when the server said so itself, `catalog` when its entry does. */
  toolsFrom: z.enum(['asked', 'catalog', 'nobody']),
  /** As far as the server was asked. */
  prompts: z.array(prompt),
  resources: z.array(resource),
  /** What it may use and reach. */
  limits: z.object({
    cpus: z.number(),
    memoryBytes: z.number(),
    network: z.enum(['none', 'open', 'remote']),
    allowHosts: z.array(z.string()),
  }),
});
export type McpServerBody = z.infer<typeof mcpServerBody>;

/** `POST /gantry/mcp/profiles/ID/servers`: what catalogues have under these names, or what a URI names. */
export const mcpAddServersRequest = z.strictObject({
  servers: z.array(z.string().min(1).max(2000)).min(1).max(100),
  /** The catalogue that they are taken from; the first that has them when absent. */
  catalog: z.string().min(1).max(1000).optional(),
});

/** What adding streams last; before it come `image` events of what is made. */
export const mcpServersAdded = z.object({
  profile: z.string(),
  added: z.array(z.string()),
  replaced: z.array(z.string()),
  /** Images that were made. */
  images: z.array(z.string()),
  /** Images that could not be made; they are tried again when a server starts. */
  problems: z.array(problemBody),
});
export type McpServersAdded = z.infer<typeof mcpServersAdded>;

/** An `image` event: `base`, `packages`, `building`, `built`. */
export const mcpImageEvent = z.object({
  type: z.enum(['base', 'packages', 'building', 'built']),
  image: z.string(),
  /** Why a base that is not the public one is used. */
  instead: z.string().optional(),
  done: z.number().optional(),
  total: z.number().optional(),
});
export type McpImageEvent = z.infer<typeof mcpImageEvent>;

/** `PUT /gantry/mcp/profiles/ID/servers/NAME/config`: all of it, in the place of what was there. */
export const mcpConfigRequest = z.strictObject({ values: jsonObject });

const names = z.array(z.string().min(1).max(256)).max(5000);
/** `PATCH /gantry/mcp/profiles/ID/servers/NAME/tools` */
export const mcpSwitchToolsRequest = z.strictObject({
  enable: names.optional(),
  disable: names.optional(),
  /** All of them, also those that it will have later. */
  all: z.enum(['enable', 'disable']).optional(),
});

/** A line of what a server prints, as `GET …/servers/NAME/logs` streams it. */
export const mcpLogLine = z.object({ at: z.number(), line: z.string() });
export type McpLogLine = z.infer<typeof mcpLogLine>;
