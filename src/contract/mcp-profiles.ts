import { z } from 'zod';
import { problemBody } from './mcp-parts.ts';

const profile = z.object({ id: z.string(), name: z.string(), servers: z.array(z.string()) });

/** `GET /gantry/mcp/profiles` */
export const mcpProfilesBody = z.object({
  profiles: z.array(profile.extend({ /** Clients of this user that use it. */ clients: z.array(z.string()) })),
  /** Used when none is named; it need not exist. */
  default: z.string(),
  templates: z.array(z.object({ id: z.string(), title: z.string(), servers: z.array(z.string()) })),
  /** Files that cannot be read; the others can. */
  problems: z.array(z.object({ path: z.string(), error: problemBody })),
});
export type McpProfilesBody = z.infer<typeof mcpProfilesBody>;

/** What creating, renaming, importing and pulling answer with. */
export const mcpProfileBody = profile;
export type McpProfileBody = z.infer<typeof mcpProfileBody>;

const name = z.string().trim().min(1).max(200);

/** `POST /gantry/mcp/profiles` */
export const mcpCreateProfileRequest = z.strictObject({
  name,
  id: z.string().max(64).optional(),
  /** Whose servers it begins with. */
  template: z.string().max(64).optional(),
});
/** `PATCH /gantry/mcp/profiles/ID` */
export const mcpChangeProfileRequest = z.strictObject({ name });
/** `POST /gantry/mcp/profiles/import`: a profile as a file has it, YAML or JSON. */
export const mcpImportProfileRequest = z.strictObject({
  text: z.string().min(1).max(8_000_000),
  /** Puts it in the place of one of the same id. */
  replace: z.boolean().optional(),
});
/** `POST /gantry/mcp/profiles/import-docker`: what Docker's own toolkit keeps on this machine, which is only read. */
export const mcpDockerImportBody = z.object({
  profiles: z.array(z.string()),
  /** Were here already and stay as they are. */
  keptProfiles: z.array(z.string()),
  catalogs: z.array(z.string()),
  keptCatalogs: z.array(z.string()),
  /** What could not be taken over. */
  notes: z.array(z.string()),
});
/** `POST /gantry/mcp/profiles/pull`, `POST /gantry/mcp/profiles/ID/push` */
export const mcpProfileReferenceRequest = z.strictObject({ reference: z.string().min(1).max(1000) });

/** `GET /gantry/mcp/profiles/ID/export?format=yaml|json` */
export const mcpExportedProfileBody = z.object({ id: z.string(), format: z.enum(['yaml', 'json']), text: z.string() });
/** Which clients were disconnected from it. */
export const mcpRemovedProfileBody = z.object({ removed: z.string(), disconnected: z.array(z.string()) });
export const mcpPushedProfileBody = z.object({ id: z.string(), reference: z.string() });
