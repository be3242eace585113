import { z } from 'zod';

/** `GET /engines/ps` (contract model-runner §2.8). The fields after `keep_alive` are ours. */
export const psBody = z.array(
  z.object({
    backend_name: z.string(),
    model_name: z.string(),
    mode: z.string(),
    last_used: z.string().optional(),
    in_use: z.boolean().optional(),
    loading: z.boolean().optional(),
    keep_alive: z.string().optional(),
    model_id: z.string().optional(),
    expires_at: z.string().optional(),
    active_requests: z.number().optional(),
    queued_requests: z.number().optional(),
    pid: z.number().optional(),
    memory_bytes: z.number().optional(),
    context_size: z.number().optional(),
  }),
);

/** `GET /engines/df`. */
export const diskUsageBody = z.object({ models_disk_usage: z.number(), default_backend_disk_usage: z.number() });

/** `POST /engines/unload`. */
export const unloadRequest = z.object({
  all: z.boolean().optional(),
  backend: z.string().optional(),
  models: z.array(z.string()).optional(),
});

export const unloadedBody = z.object({ unloaded_runners: z.number() });

/** `GET /engines/status`: backend → `Running: …`, `Not Installed: …`, `Installing: …`, `Error: …`. */
export const enginesStatusBody = z.record(z.string(), z.string());
