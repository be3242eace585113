import { z } from 'zod';

const requestRecord = z.object({
  id: z.string(),
  model: z.string(),
  method: z.string(),
  url: z.string(),
  request: z.string().optional(),
  response: z.string().optional(),
  error: z.string().optional(),
  /** Unix seconds. */
  timestamp: z.number(),
  status_code: z.number(),
  user_agent: z.string().optional(),
  origin: z.string().optional(),
  /** Only ours. */
  duration_ms: z.number().optional(),
});

/** `GET /engines/requests[?model=M]`, and the data of each event of its stream (contract model-runner §2.8). */
export const requestsBody = z.array(
  z.object({
    count: z.number(),
    model: z.string(),
    config: z.unknown().optional(),
    records: z.array(requestRecord),
  }),
);

export type RequestsBody = z.infer<typeof requestsBody>;
