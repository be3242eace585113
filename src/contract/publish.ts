import { z } from 'zod';

/** `POST /models/{name}/push`. The body may be empty. */
export const pushRequest = z.object({ 'bearer-token': z.string().optional() });

/** `POST /models/{name}/repackage` (contract model-runner §2.5). */
export const repackageRequest = z.object({
  target: z.string(),
  context_size: z.number().int().positive().optional(),
});

/**
 * `POST /gantry/package`, answered with progress lines; the success line has `tag` and `id`. Paths are absolute, on the
 * daemon's machine. Exactly one of `gguf`, `safetensorsDir`, `dduf` and `from` is given; the daemon refuses anything else.
 */
export const packageRequest = z.object({
  gguf: z.string().optional(),
  safetensorsDir: z.string().optional(),
  dduf: z.string().optional(),
  /** A model of the store, whose weights the new one shares. */
  from: z.string().optional(),
  mmproj: z.string().optional(),
  chatTemplate: z.string().optional(),
  licenses: z.array(z.string()).optional(),
  contextSize: z.number().int().positive().optional(),
  format: z.enum(['docker', 'cncf']).optional(),
  /** What the model will be called. */
  target: z.string(),
  /** Push it to the registry of its name afterwards. */
  push: z.boolean().optional(),
  'bearer-token': z.string().optional(),
});

export type PackageRequest = z.infer<typeof packageRequest>;
export type RepackageRequest = z.infer<typeof repackageRequest>;
