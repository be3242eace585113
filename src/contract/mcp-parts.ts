import { z } from 'zod';

/** Somebody else's JSON, such as a schema of a server. */
export const jsonObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
);

/** An error that is news about something else, not the answer to the request. */
export const problemBody = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type McpProblem = z.infer<typeof problemBody>;
