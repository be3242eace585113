import { z } from 'zod';

const networks = z.union([z.literal('all'), z.array(z.string())]);

/** `GET /gantry/relay`, and the answer of `PUT`. */
export const relayBody = z.object({
  state: z.enum(['off', 'running', 'stopped']),
  /** Where it is wanted. */
  networks,
  /** Where it answers now. */
  joined: z.array(z.string()),
  container: z.string().nullable(),
  /** What containers on those networks use. */
  url: z.string(),
});

/** `PUT /gantry/relay`. `DELETE /gantry/relay`, answered 204, takes everything away. */
export const relayRequest = z.strictObject({
  networks: z.union([z.literal('all'), z.array(z.string().min(1).max(255)).min(1).max(100)]),
});

export type RelayBody = z.infer<typeof relayBody>;
