import { z } from 'zod';

const inBothLanguages = z.object({ en: z.string(), zh: z.string() });

/** Why a container is not well, as far as is known without asking for its whole diagnosis. */
const badge = z.discriminatedUnion('state', [
  /** It is being looked at: ask again in a second. */
  z.object({ state: z.literal('pending') }),
  z.object({ state: z.literal('well') }),
  z.object({ state: z.literal('cause_unknown') }),
  z.object({
    state: z.literal('cause_found'),
    cause: z.string(),
    confidence: z.number(),
    title: inBothLanguages,
  }),
]);

const containerRow = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  imageId: z.string(),
  command: z.string(),
  /** Unix time in ms. */
  createdAt: z.number(),
  state: z.string(),
  /** In the Engine's words: `Exited (137) 2 hours ago`. */
  status: z.string(),
  exitCode: z.number().nullable(),
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  ports: z.array(
    z.object({ address: z.string(), host: z.number().nullable(), container: z.number(), protocol: z.string() }),
  ),
  /** Of Compose. */
  project: z.string().nullable(),
  service: z.string().nullable(),
  /** Services of its project that are to be there before it. */
  dependsOn: z.array(z.string()),
  networks: z.array(z.string()),
  volumes: z.array(z.string()),
  badge: badge.nullable(),
});

/** `GET /gantry/containers`: all, the newest first. */
export const containerListBody = z.object({
  containers: z.array(containerRow),
  /** How many there are besides. */
  left: z.number(),
});

/** `POST /gantry/containers/{id}/rename`. */
export const renameContainerRequest = z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9][\w.-]{1,254}$/) });

/** `GET /gantry/containers/{id}?secrets=true`. Without `secrets`, values of variables that look like secrets are left out. */
export const containerBody = z.object({
  /** The Engine's own words. */
  inspect: z.record(z.string(), z.unknown()),
  secretsHidden: z.number(),
  /** `docker run` as it was made. */
  run: z.string(),
});

/** A line of `GET /gantry/containers/{id}/logs?tail&since&follow`, which answers one JSON object a line. */
export const logLine = z.union([
  z.object({
    stream: z.enum(['stdout', 'stderr']),
    /** As the Engine stamped it. */
    at: z.string(),
    text: z.string(),
    /** How many bytes of the line are left out. */
    cutBytes: z.number().optional(),
  }),
  /** The answer is as long as it may be. */
  z.object({ type: z.literal('limit') }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), hint: z.string().optional() }),
]);

export const usageBody = z.object({
  /** 100 is one processor; null until there are two moments to compare. */
  cpuPercent: z.number().nullable(),
  memoryBytes: z.number(),
  memoryLimitBytes: z.number(),
  pids: z.number(),
  receivedBytes: z.number(),
  sentBytes: z.number(),
  readBytes: z.number(),
  writtenBytes: z.number(),
});

/** Data of the events `usage` of `GET /gantry/docker/usage`, by container id, every few seconds. */
export const usageNews = z.object({
  containers: z.record(z.string(), usageBody),
  /** Running containers that are not read: there are too many. */
  left: z.number(),
});

const evidenceLine = z.object({ source: z.string(), text: z.string(), line: z.number().optional() });

const fix = z.object({
  risk: z.enum(['read', 'reversible', 'host', 'destructive']),
  /** As `gantry ai why` prints them. */
  commands: z.array(z.string()),
  compose: z.string().nullable(),
  /** Why it cannot be applied from here; null when it can. */
  obstacle: z.enum(['read', 'host', 'destructive', 'compose', 'interactive', 'placeholder', 'unsafe_name']).nullable(),
});

const causeText = z.object({ title: z.string(), why: z.string(), advice: z.string() });

/** `GET /gantry/containers/{id}/diagnosis`. */
export const diagnosisBody = z.object({
  target: z.string(),
  state: z.string().nullable(),
  exitCode: z.number().nullable(),
  health: z.string(),
  verdict: z.enum(['well', 'cause_found', 'cause_unknown']),
  causes: z.array(
    z.object({
      id: z.string(),
      confidence: z.number(),
      text: z.object({ en: causeText, zh: causeText }),
      evidence: z.array(evidenceLine),
      fixes: z.array(fix),
      verify: z.array(z.string()),
    }),
  ),
  telling: z.array(evidenceLine),
  unread: z.array(z.object({ part: z.string(), reason: z.string() })),
});

/**
 * `POST /gantry/containers/{id}/fix`: carries out a fix of the diagnosis. `commands` are those that were shown; where the diagnosis
 * has others by now, the answer is 409 and nothing is run.
 */
export const applyFixRequest = z.object({
  cause: z.string().max(20),
  fix: z.number().int().min(0).max(50),
  commands: z.array(z.string().max(65_536)).min(1).max(50),
});

export const fixOutcomeBody = z.object({
  /** `restored`: it failed, and the container is as it was. */
  state: z.enum(['done', 'failed', 'restored']),
  ran: z.array(z.object({ command: z.string(), code: z.number().nullable(), output: z.string() })),
});

export type ContainerListBody = z.infer<typeof containerListBody>;
export type ContainerBody = z.infer<typeof containerBody>;
export type LogLine = z.infer<typeof logLine>;
export type UsageBody = z.infer<typeof usageBody>;
export type UsageNewsBody = z.infer<typeof usageNews>;
export type DiagnosisBody = z.infer<typeof diagnosisBody>;
export type ApplyFixRequest = z.infer<typeof applyFixRequest>;
export type FixOutcomeBody = z.infer<typeof fixOutcomeBody>;
