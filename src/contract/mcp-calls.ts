import { z } from 'zod';
import { jsonObject, problemBody } from './mcp-parts.ts';

const record = z.object({
  id: z.string(),
  /** ISO 8601. */
  time: z.string(),
  client: z.object({ name: z.string(), version: z.string() }),
  server: z.string(),
  kind: z.enum(['tool', 'prompt', 'resource', 'completion']),
  name: z.string(),
  argumentBytes: z.number(),
  /** Only where the settings keep them; without secrets. */
  arguments: jsonObject.optional(),
  isRedacted: z.boolean().optional(),
  outcome: z.enum(['ok', 'tool_error', 'error', 'cancelled']),
  error: z.string().optional(),
  resultBytes: z.number(),
  durationMs: z.number(),
});
export type McpCallRecord = z.infer<typeof record>;
/** One `call` event of the stream that `GET /gantry/mcp/calls?follow=true` is. */
export const mcpCallRecord = record;

/** `GET /gantry/mcp/calls?last=N&server=NAME`, the newest last. */
export const mcpCallsBody = z.object({
  calls: z.array(record),
  /** `off` keeps none, `metadata` leaves the arguments out. */
  recording: z.enum(['on', 'metadata', 'off']),
});
export type McpCallsBody = z.infer<typeof mcpCallsBody>;

/** `POST /gantry/mcp/calls`: tries a tool, with everything that stands between clients and servers. Streams what happens. */
export const mcpCallRequest = z.strictObject({
  profile: z.string().min(1).max(64).optional(),
  server: z.string().min(1).max(256),
  /** `tool` when absent. */
  kind: z.enum(['tool', 'prompt', 'resource']).optional(),
  /** As the server calls it; of a resource its address. */
  tool: z.string().min(1).max(4096),
  arguments: jsonObject.optional(),
});

/** The events of a call, by name; `result` or `error` is the last. */
export const mcpCallEvents = {
  started: z.object({ call: z.string() }),
  progress: z.object({ progress: z.number(), total: z.number().optional(), message: z.string().optional() }),
  log: z.object({ level: z.string(), data: z.unknown() }),
  /** The server, or the policy, asks the person; `POST /gantry/mcp/calls/CALL/answer` answers. */
  question: z.object({ question: z.string(), message: z.string(), schema: jsonObject }),
  result: z.object({ result: jsonObject, tookMs: z.number() }),
  error: problemBody,
} as const;

/** `POST /gantry/mcp/calls/CALL/answer` */
export const mcpAnswerRequest = z.discriminatedUnion('action', [
  z.strictObject({ question: z.string().max(64), action: z.literal('accept'), content: jsonObject }),
  z.strictObject({ question: z.string().max(64), action: z.enum(['decline', 'cancel']) }),
]);

/** What `GET /gantry/mcp/events` says has changed, whoever changed it; its event is `changed`. */
export const mcpChange = z.object({
  what: z.enum(['profiles', 'catalogs', 'secrets', 'grants', 'policy', 'servers', 'clients']),
});
export type McpChange = z.infer<typeof mcpChange>;
