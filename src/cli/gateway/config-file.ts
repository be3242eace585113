import { z } from 'zod';

const limit = z.number().nonnegative().optional();

const deployment = z.strictObject({
  model_name: z.string().min(1),
  params: z.strictObject({
    /** `provider/name`. */
    model: z.string().regex(/^[^/]+\/.+$/, { message: 'expected provider/name' }),
    api_key: z.string().optional(),
    api_base: z.url({ protocol: /^https?$/ }).optional(),
    api_version: z.string().optional(),
    /** Seconds. */
    timeout: z.number().positive().optional(),
    max_retries: z.number().int().min(0).max(20).optional(),
    drop_params: z.boolean().optional(),
  }),
  tpm: limit,
  rpm: limit,
  max_parallel_requests: limit,
});

/** The file of `gateway --config` (contract model-runner §1.3). An unknown key is refused: nothing is ignored silently. */
export const gatewayFile = z.strictObject({
  model_list: z.array(deployment).min(1),
  general_settings: z
    .strictObject({
      master_key: z.string().min(1).optional(),
      num_retries: z.number().int().min(0).max(20).optional(),
      /** Seconds. */
      request_timeout: z.number().positive().optional(),
      fallbacks: z.array(z.record(z.string(), z.array(z.string()))).optional(),
    })
    .optional(),
  gateway_settings: z.record(z.string(), z.unknown()).optional(),
  environment_variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export type GatewayFile = z.infer<typeof gatewayFile>;
