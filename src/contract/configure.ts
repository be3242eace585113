import { z } from 'zod';

const mode = z.enum(['completion', 'embedding', 'reranking']);

/**
 * `POST /engines[/{backend}]/_configure`, answered 202 without a body (contract model-runner §2.8). A field left out stays as it is;
 * `null` takes it back to its default, also inside `speculative`, `vllm` and `llamacpp`. Without `mode` it holds in every mode.
 */
export const configureRequest = z.object({
  model: z.string().min(1),
  mode: mode.nullish(),
  'raw-runtime-flags': z.string().max(65_536).nullish(),
  'runtime-flags': z.array(z.string().max(65_536)).max(1000).nullish(),
  /** -1 is all the model was trained with; 0 is the default, as null. */
  'context-size': z.number().int().min(-1).nullish(),
  /** A duration such as `5m`, `0` or `-1`; a number is seconds. */
  keep_alive: z.union([z.string(), z.number()]).nullish(),
  speculative: z
    .object({
      draft_model: z.string().nullish(),
      num_tokens: z.number().int().min(0).max(1024).nullish(),
      min_acceptance_rate: z.number().min(0).max(1).nullish(),
    })
    .nullish(),
  llamacpp: z.object({ 'reasoning-budget': z.number().int().min(-1).nullish() }).nullish(),
  vllm: z
    .object({
      'hf-overrides': z.record(z.string(), z.unknown()).nullish(),
      'gpu-memory-utilization': z.number().gt(0).max(1).nullish(),
    })
    .nullish(),
});

const configuration = z.object({
  'runtime-flags': z.array(z.string()).optional(),
  'context-size': z.number().optional(),
  keep_alive: z.string().optional(),
  speculative: z
    .object({
      draft_model: z.string(),
      num_tokens: z.number().optional(),
      min_acceptance_rate: z.number().optional(),
    })
    .optional(),
  llamacpp: z.object({ 'reasoning-budget': z.number() }).optional(),
  vllm: z
    .object({
      'hf-overrides': z.record(z.string(), z.unknown()).optional(),
      'gpu-memory-utilization': z.number().optional(),
    })
    .optional(),
});

/** `GET /engines/_configure[?model=M]`: what holds for each model and mode that somebody configured. */
export const configurationsBody = z.array(
  z.object({ Backend: z.string(), Model: z.string(), ModelID: z.string(), Mode: mode, Config: configuration }),
);

/** `POST /engines/install-backend` and `/engines/uninstall-backend`, answered 200 without a body. */
export const backendRequest = z.object({ backend: z.string(), version: z.string().optional() });

export type ConfigureRequest = z.infer<typeof configureRequest>;
export type ConfigurationsBody = z.infer<typeof configurationsBody>;
