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
  }),
]);

/** `GET /gantry/volumes`. */
export const volumeListBody = z.object({
  volumes: z.array(
    z.object({
      name: z.string(),
      driver: z.string(),
      mountpoint: z.string(),
      createdAt: z.string(),
      project: z.string().nullable(),
      /** Names of the containers that use it. */
      usedBy: z.array(z.string()),
    }),
  ),
  left: z.number(),
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

export type EngineBody = z.infer<typeof engineBody>;
export type EngineNewsBody = z.infer<typeof engineNews>;
export type VolumeListBody = z.infer<typeof volumeListBody>;
export type NetworkListBody = z.infer<typeof networkListBody>;
export type InspectBody = z.infer<typeof inspectBody>;
