import { z } from 'zod';
import { problemBody } from './mcp-parts.ts';

/** `GET /gantry/mcp/clients`: of the user; with `?folder=` of the project that the folder is in. */
export const mcpClientsBody = z.object({
  /** Of the project. */
  root: z.string().optional(),
  clients: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      homepage: z.string(),
      file: z.string(),
      isInstalled: z.boolean(),
      isSupported: z.boolean(),
      isConnected: z.boolean(),
      /** Whether it can reach a gateway at an address, and keep the token in a variable then. */
      http: z.enum(['no', 'yes', 'with_token']),
      profile: z.string().optional(),
      /** Why its file cannot be read. */
      error: problemBody.optional(),
    }),
  ),
});
export type McpClientsBody = z.infer<typeof mcpClientsBody>;

const change = {
  /** Of a project instead of the user. */
  folder: z.string().startsWith('/').max(4096).optional(),
  /** Only says what would change. */
  dryRun: z.boolean().optional(),
  /** The digest of the file that a diff was shown for: another one is left as it is. */
  expects: z.string().max(64).optional(),
};

/** `POST /gantry/mcp/clients/ID/connect` */
export const mcpConnectRequest = z.strictObject({
  ...change,
  profile: z.string().min(1).max(64).optional(),
  /** Where the gateway is; without it the client starts one itself. */
  url: z
    .string()
    .max(2000)
    .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), { message: 'expected http(s)://…' })
    .optional(),
  /** The variable of the client's environment that holds the token. */
  tokenEnv: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable')
    .max(200)
    .optional(),
});
/** `POST /gantry/mcp/clients/ID/disconnect`, `POST /gantry/mcp/clients/ID/undo` */
export const mcpDisconnectRequest = z.strictObject(change);

export const mcpClientChangeBody = z.object({
  client: z.string(),
  title: z.string(),
  file: z.string(),
  isChanged: z.boolean(),
  dryRun: z.boolean(),
  /** As `diff -u`; empty when nothing changes. */
  diff: z.string(),
  /** Of the file before the change. */
  digest: z.string(),
  backup: z.string().optional(),
});
export type McpClientChangeBody = z.infer<typeof mcpClientChangeBody>;

/** `GET /gantry/mcp/manual?profile=ID`: for clients that are not in the list. */
export const mcpManualBody = z.object({
  command: z.string(),
  args: z.array(z.string()),
  /** As most clients want it in their file. */
  json: z.string(),
});
export type McpManualBody = z.infer<typeof mcpManualBody>;
