import { z } from 'zod';

const serverStatus = z.object({
  name: z.string(),
  type: z.string(),
  /** The catalogue or file that described it. */
  origin: z.string(),
  image: z.string().optional(),
  state: z.enum(['unknown', 'starting', 'known', 'failed']),
  /** The last one, while nothing has gone well since. */
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    })
    .optional(),
  tools: z.number(),
  prompts: z.number(),
  resources: z.number(),
  templates: z.number(),
  calls: z.number(),
  /** Calls that got no answer; what a tool itself says went wrong is an answer. */
  failures: z.number(),
  latencyMs: z.object({ last: z.number(), mean: z.number() }).optional(),
  /** Unix time in ms. */
  lastCallAt: z.number().optional(),
});

/** `GET /gantry/mcp/status`: the gateways that run in the daemon, one for each profile that somebody uses. */
export const mcpStatusBody = z.object({
  gateways: z.array(
    z.object({
      profile: z.string(),
      servers: z.array(serverStatus),
      /** Things that were renamed or are not shown. */
      warnings: z.array(z.string()),
    }),
  ),
});

export type McpStatusBody = z.infer<typeof mcpStatusBody>;
