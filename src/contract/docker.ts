import { z } from 'zod';

/** `GET /gantry/docker/engine`. */
export const engineBody = z.object({
  url: z.string(),
  origin: z.string(),
  version: z.string(),
  apiVersion: z.string(),
  os: z.string(),
  arch: z.string(),
  name: z.string(),
  operatingSystem: z.string(),
  cpus: z.number(),
  memoryBytes: z.number(),
  storageDriver: z.string(),
  rootFolder: z.string(),
  /** Where the Engine keeps its data; null when that is another machine. */
  disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
  containers: z.object({ running: z.number(), paused: z.number(), stopped: z.number() }),
  images: z.number(),
  runtimes: z.array(z.string()),
  registryMirrors: z.object({
    /** As the Engine uses them. */
    engine: z.array(z.string()),
    /** Of `/etc/docker/daemon.json` on the daemon's machine; null when it cannot be read. */
    file: z.array(z.string()).nullable(),
    /** Of our settings, tried before those. */
    ours: z.array(z.string()),
  }),
  warnings: z.array(z.string()),
});

/** Data of the events of `GET /gantry/docker/events`: `up` and `down` say whether the Engine answers, `event` what happened on it. */
export const engineNews = z.discriminatedUnion('type', [
  z.object({ type: z.literal('up') }),
  z.object({ type: z.literal('down') }),
  z.object({
    type: z.literal('event'),
    /** `container`, `image`, `volume`, `network`. */
    kind: z.string(),
    action: z.string(),
    id: z.string(),
    name: z.string(),
    /** Of what was renamed: its name before. */
    from: z.string().optional(),
  }),
]);

const diskShare = z.object({
  count: z.number(),
  /** Of these, that containers use. */
  inUse: z.number(),
  sizeBytes: z.number(),
  /** What taking away the rest would free. */
  reclaimableBytes: z.number(),
});

const oneError = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** `GET /gantry/docker/disk`: the last count of what is on the Engine's disk. `POST` to it starts one, and answers before it is over. */
export const diskBody = z.object({
  isCounting: z.boolean(),
  known: z
    .object({
      /** Unix time in ms. */
      countedAt: z.number(),
      images: diskShare,
      volumes: diskShare,
      buildCacheBytes: z.number(),
      /** By the volume's name, where its driver says. */
      volumeBytes: z.record(z.string(), z.number()),
    })
    .nullable(),
  /** Why the last count came to nothing. */
  error: oneError.nullable(),
});

/** The answer to a removal of several: what went, and what the Engine refused. */
export const removedManyBody = z.object({
  removed: z.array(z.string()),
  failed: z.array(oneError.extend({ name: z.string() })),
});

/** `GET /gantry/volumes`. */
export const volumeListBody = z.object({
  volumes: z.array(
    z.object({
      name: z.string(),
      driver: z.string(),
      mountpoint: z.string(),
      createdAt: z.string(),
      /** Made for a container that asked for one without a name. */
      isAnonymous: z.boolean(),
      project: z.string().nullable(),
      /** Names of the containers that use it. */
      usedBy: z.array(z.string()),
    }),
  ),
  left: z.number(),
});

const pairs = z
  .record(z.string().min(1).max(1024), z.string().max(65_536))
  .refine((all) => Object.keys(all).length <= 100, 'more than 100');

/** `POST /gantry/volumes`; 409 when there is one of this name. */
export const createVolumeRequest = z.object({
  name: z
    .string()
    .max(255)
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, 'not the name of a volume: letters, digits, _ . -, at least two'),
  driver: z
    .string()
    .max(255)
    .regex(/^[a-zA-Z0-9][\w./:-]*$/, 'not the name of a driver')
    .optional(),
  options: pairs.optional(),
  labels: pairs.optional(),
});

/**
 * `POST /gantry/volumes/remove`: those that were shown. Where one is used, gone or made anew by now, the answer is 409 and nothing is
 * removed.
 */
export const removeVolumesRequest = z.object({
  volumes: z
    .array(z.object({ name: z.string().min(1).max(512), createdAt: z.string().max(100) }))
    .min(1)
    .max(2000),
});

/** `GET /gantry/networks`. */
export const networkListBody = z.object({
  networks: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      driver: z.string(),
      scope: z.string(),
      project: z.string().nullable(),
      subnets: z.array(z.string()),
      usedBy: z.array(z.string()),
      /** Made by the Engine itself; cannot be removed. */
      builtIn: z.boolean(),
    }),
  ),
  left: z.number(),
});

/** `GET /gantry/volumes/{name}`, `GET /gantry/networks/{id}`: the Engine's own words. */
export const inspectBody = z.object({ inspect: z.record(z.string(), z.unknown()) });

export type DiskBody = z.infer<typeof diskBody>;
export type RemovedManyBody = z.infer<typeof removedManyBody>;
export type CreateVolumeRequest = z.infer<typeof createVolumeRequest>;
export type RemoveVolumesRequest = z.infer<typeof removeVolumesRequest>;
export type EngineBody = z.infer<typeof engineBody>;
export type EngineNewsBody = z.infer<typeof engineNews>;
export type VolumeListBody = z.infer<typeof volumeListBody>;
export type NetworkListBody = z.infer<typeof networkListBody>;
export type InspectBody = z.infer<typeof inspectBody>;
