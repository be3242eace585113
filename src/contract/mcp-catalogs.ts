import { z } from 'zod';
import { filePath } from './file-path.ts';
import { jsonObject } from './mcp-parts.ts';

const listing = z.object({
  ref: z.string(),
  title: z.string(),
  /** `oci:…`, `legacy-catalog:…`, `gantry`. */
  source: z.string(),
  digest: z.string(),
  updatedAt: z.string().optional(),
  pulledAt: z.string().optional(),
  /** Comes with Gantry and cannot be changed. */
  builtIn: z.boolean(),
});

/** `GET /gantry/mcp/catalogs` */
export const mcpCatalogsBody = z.object({ catalogs: z.array(listing) });
export type McpCatalogsBody = z.infer<typeof mcpCatalogsBody>;

const entry = z.object({
  name: z.string(),
  /** The catalogue that it is in. */
  ref: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  type: z.enum(['server', 'remote', 'poci']),
  publisher: z.string().optional(),
  /** Its catalogue says that somebody checked it. */
  isVerified: z.boolean().optional(),
  category: z.string().optional(),
  license: z.string().optional(),
  tags: z.array(z.string()),
  tools: z.number(),
  /** `container mcp/time`, `remote https://…`. */
  runs: z.string(),
  network: z.enum(['none', 'open', 'remote']),
  /** What has to be given before it can run. */
  needs: z.object({ secrets: z.array(z.string()), config: z.array(z.string()), oauth: z.array(z.string()) }),
  /** Why it can never run as it is. */
  broken: z.array(z.string()),
});

/** `GET /gantry/mcp/catalog?ref=REF`: all of its servers, in short; those of all catalogues for `*`. */
export const mcpCatalogBody = z.object({
  catalogs: z.array(listing),
  servers: z.array(entry),
  /** Entries that cannot be used. */
  problems: z.array(z.object({ server: z.string(), reason: z.string() })),
});
export type McpCatalogBody = z.infer<typeof mcpCatalogBody>;
export type McpCatalogEntry = z.infer<typeof entry>;

const tool = z.object({
  name: z.string(),
  description: z.string().optional(),
  inputSchema: jsonObject.optional(),
});

/** `GET /gantry/mcp/catalog/server?ref=REF&name=NAME`: everything about one of them. */
export const mcpCatalogServerBody = entry.extend({
  image: z.string().optional(),
  url: z.string().optional(),
  readme: z.string().optional(),
  longLived: z.boolean(),
  toolList: z.array(tool),
  /** JSON schemas of its configuration. */
  config: z.array(jsonObject),
  secrets: z.array(
    z.object({
      name: z.string(),
      env: z.string(),
      description: z.string().optional(),
      example: z.string().optional(),
      required: z.boolean(),
    }),
  ),
  oauth: z.array(z.object({ provider: z.string(), secret: z.string(), env: z.string() })),
  volumes: z.array(z.string()),
  command: z.array(z.string()),
  allowHosts: z.array(z.string()),
  /** The entry as the catalogue has it. */
  entry: jsonObject,
});
export type McpCatalogServerBody = z.infer<typeof mcpCatalogServerBody>;

/** `GET /gantry/mcp/catalog/readme?ref=REF&name=NAME`: fetched where the entry only says where it is. */
export const mcpReadmeBody = z.object({ text: z.string(), chars: z.number() });

/** `POST /gantry/mcp/catalogs/pull` */
export const mcpPullCatalogRequest = z.strictObject({ ref: z.string().min(1).max(1000) });

/** `POST /gantry/mcp/catalogs/import`: a file of this machine, an address, or what the page has read itself. */
export const mcpImportCatalogRequest = z
  .strictObject({
    place: filePath.optional(),
    /** What a catalogue's file says, in place of where it is. */
    text: z.string().min(1).max(8_000_000).optional(),
    /** What it is called here; made from the place when absent. */
    as: z.string().min(1).max(300).optional(),
    /** `registry` for the API of a registry of the community. */
    kind: z.enum(['catalog', 'registry']).optional(),
    /** Only says what would be imported. */
    dryRun: z.boolean().optional(),
  })
  .refine(({ place, text, kind }) => (place === undefined) !== (text === undefined) && !(text && kind === 'registry'), {
    message: 'expected either place or the text of a catalogue',
  });

/** `POST /gantry/mcp/catalogs`: an own catalogue, of servers that URIs name or of a profile's. */
export const mcpCreateCatalogRequest = z
  .strictObject({
    ref: z.string().min(1).max(300),
    title: z.string().trim().min(1).max(200).optional(),
    servers: z.array(z.string().min(1).max(2000)).max(1000).optional(),
    profile: z.string().min(1).max(64).optional(),
  })
  .refine(({ servers, profile }) => servers === undefined || profile === undefined, {
    message: 'expected servers or a profile, not both',
  });

/** `POST /gantry/mcp/catalogs/push`: `as` is where it goes, its own reference when absent. */
export const mcpPushCatalogRequest = z.strictObject({
  ref: z.string().min(1).max(1000),
  as: z.string().min(1).max(1000).optional(),
});
export const mcpPushedCatalogBody = z.object({ reference: z.string() });

/** What pulling and importing stream: `pulling`, `fetched`, and `done` last. */
export const mcpCatalogDone = z.object({
  ref: z.string(),
  title: z.string(),
  servers: z.array(z.string()),
  problems: z.array(z.object({ server: z.string(), reason: z.string() })),
});
export type McpCatalogDone = z.infer<typeof mcpCatalogDone>;
