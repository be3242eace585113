import { z } from 'zod';

/** `GET /gantry/status`. */
export const daemonStatusBody = z.object({
  version: z.string(),
  pid: z.number(),
  home: z.string(),
  startedAt: z.string(),
  /** Where it listens: the unix socket and, unless switched off, `http://127.0.0.1:12434`. */
  addresses: z.array(z.string()),
  backends: z.record(z.string(), z.string()),
  runners: z.number(),
  memory: z.object({ budgetBytes: z.number(), usedBytes: z.number() }),
  /** Absent in the answers of older daemons. */
  access: z
    .object({
      mode: z.enum(['auto', 'keys', 'open']),
      keys: z.number(),
      /** Why the network gets nothing although the settings name it. */
      refused: z.string().optional(),
    })
    .optional(),
  /** Of the web page, as the settings say; absent in the answers of older daemons. */
  language: z.enum(['auto', 'en', 'zh']).optional(),
  /** `unused`: nobody has decided yet; `off`: somebody did, and it leaves no trace. Absent in the answers of older daemons. */
  assistant: z.enum(['on', 'off', 'unused']).optional(),
  /** Absent in the answers of older daemons. */
  machine: z
    .object({
      cpus: z.number(),
      /** Mean number of programs that wanted a processor in the last minute; 0 where the system does not count. */
      load: z.number(),
      memory: z.object({ usedBytes: z.number(), totalBytes: z.number() }),
      /** That holds the home of the daemon. */
      disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
    })
    .optional(),
  state: z.enum(['running', 'stopping']),
});

export const runtimeBody = z.object({
  name: z.string(),
  version: z.string(),
  path: z.string(),
  origin: z.string(),
  selected: z.boolean(),
  /** What an image runs, `llama.cpp` or `vllm`; all others run llama.cpp. */
  backend: z.string().optional(),
});

/** `GET /gantry/runtimes`. */
export const runtimeListBody = z.array(runtimeBody);

/** `POST /gantry/runtimes/install`, answered with progress lines; `POST /gantry/runtimes/use`, answered 204. `DELETE /gantry/runtimes/{name}`, 204. */
export const runtimeRequest = z.object({ name: z.string() });

/** `POST /gantry/stop`, answered 202 before the daemon drains. */
export type DaemonStatusBody = z.infer<typeof daemonStatusBody>;
export type RuntimeBody = z.infer<typeof runtimeBody>;
