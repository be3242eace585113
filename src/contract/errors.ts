import { z } from 'zod';

/**
 * A client that sends this in `Accept` gets errors as `errorBody` and progress lines unescaped. Without it, `/models` and
 * `/engines` answer as docker/model-runner does (contract model-runner §2.1, §2.4).
 */
export const gantryMediaType = 'application/vnd.gantry+json';

/** Our own errors. OpenAI routes use OpenAI's envelope, with `code` in the same place. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
});

export type ErrorBody = z.infer<typeof errorBody>;
