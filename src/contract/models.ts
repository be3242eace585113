import { z } from 'zod';

const texts = z.record(z.string(), z.string());

/** `GET /models` items and `GET /models/{name}` (contract model-runner §2.5). */
export const modelBody = z.object({
  id: z.string(),
  tags: z.array(z.string()).optional(),
  created: z.number(),
  config: z.object({
    format: z.string().optional(),
    quantization: z.string().optional(),
    parameters: z.string().optional(),
    architecture: z.string().optional(),
    size: z.string().optional(),
    gguf: texts.optional(),
    safetensors: texts.optional(),
    diffusers: texts.optional(),
    context_size: z.number().optional(),
  }),
});

export const modelListBody = z.array(modelBody);

/** `POST /models/create`. `source` and `gguf` are ours; `gguf` registers a file of the daemon's machine under the name `from`. */
export const createModelRequest = z.object({
  from: z.string(),
  'bearer-token': z.string().optional(),
  source: z.enum(['auto', 'registry', 'huggingface', 'packages', 'file']).optional(),
  gguf: z.string().optional(),
});

/** One line of a pull's answer (contract model-runner §2.4). `code`, `params`, `hint` and `tag` are ours. */
export const progressLine = z.object({
  type: z.enum(['progress', 'success', 'warning', 'error']),
  message: z.string(),
  total: z.number().optional(),
  layer: z.object({ id: z.string().optional(), size: z.number(), current: z.number() }).optional(),
  mode: z.enum(['pull', 'push']).optional(),
  code: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  hint: z.string().optional(),
  /** On success: what the model is called in the store. */
  tag: z.string().optional(),
  /** On success of a load or a packaging: the model. */
  id: z.string().optional(),
});

export const removedBody = z.array(z.union([z.object({ Untagged: z.string() }), z.object({ Deleted: z.string() })]));

const valued = <T extends z.ZodType>(value: T) => z.object({ value, origin: z.string() });

/** `GET /gantry/effective?model=…&mode=…`: the configuration a runner of this model gets, and where each value came from. */
export const effectiveBody = z.object({
  model: z.string(),
  mode: z.string(),
  contextSize: valued(z.number()),
  parallel: valued(z.number()),
  threads: valued(z.number()),
  batchThreads: valued(z.number()),
  runtimeFlags: valued(z.array(z.string())),
  /** Left out where there is none. */
  speculative: valued(
    z.object({ draftModel: z.string(), tokens: z.number().optional(), minAcceptanceRate: z.number().optional() }),
  ).optional(),
  reasoningBudget: valued(z.number()).optional(),
  /** Go duration, or `-1` for ever. */
  keepAlive: valued(z.string()),
  pin: valued(z.boolean()),
  estimatedBytes: z.number(),
});

export type ModelBody = z.infer<typeof modelBody>;
export type ProgressLine = z.infer<typeof progressLine>;
export type EffectiveBody = z.infer<typeof effectiveBody>;
