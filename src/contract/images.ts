import { z } from 'zod';

/** `GET /gantry/images`. */
export const imageListBody = z.object({
  images: z.array(
    z.object({
      id: z.string(),
      tags: z.array(z.string()),
      digests: z.array(z.string()),
      createdAt: z.number(),
      sizeBytes: z.number(),
      /** Names of the containers made from it. */
      usedBy: z.array(z.string()),
    }),
  ),
  left: z.number(),
});

/** `GET /gantry/images/{name}`. */
export const imageBody = z.object({
  inspect: z.record(z.string(), z.unknown()),
  history: z.array(
    z.object({ createdAt: z.number(), createdBy: z.string(), sizeBytes: z.number(), comment: z.string() }),
  ),
});

const audit = z.object({
  id: z.string(),
  severity: z.enum(['high', 'medium', 'low']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** What `gantry ai scan IMAGE --json` prints, bounded. */
export const scanReportBody = z.object({
  image: z.string(),
  digest: z.string(),
  scannedAt: z.number(),
  os: z.string().nullable(),
  sizeBytes: z.number(),
  wastedBytes: z.number(),
  layers: z.array(
    z.object({
      index: z.number(),
      createdBy: z.string(),
      sizeBytes: z.number(),
      files: z.number(),
      wastedBytes: z.number(),
    }),
  ),
  wasted: z.array(
    z.object({
      path: z.string(),
      bytes: z.number(),
      why: z.enum(['deleted', 'replaced']),
      layer: z.number(),
      by: z.number(),
    }),
  ),
  packages: z.array(
    z.object({ kind: z.string(), name: z.string(), version: z.string(), licence: z.string(), path: z.string() }),
  ),
  /** How many packages there are besides. */
  packagesLeft: z.number(),
  secrets: z.array(
    z.object({
      rule: z.string(),
      path: z.string(),
      hint: z.string(),
      layer: z.number(),
      deletedLater: z.boolean(),
    }),
  ),
  audit: z.array(audit),
  gaps: z.array(z.object({ what: z.string(), path: z.string() })),
  updates: z.discriminatedUnion('state', [
    z.object({
      state: z.literal('known'),
      index: z.string(),
      fetchedAt: z.number(),
      updates: z.array(z.object({ name: z.string(), source: z.string(), installed: z.string(), fixed: z.string() })),
    }),
    z.object({ state: z.literal('unknown'), reason: z.string(), detail: z.string() }),
  ]),
  vulnerabilities: z.discriminatedUnion('state', [
    z.object({
      state: z.literal('known'),
      by: z.string(),
      vulnerabilities: z.array(
        z.object({
          id: z.string(),
          package: z.string(),
          installed: z.string(),
          fixed: z.string().nullable(),
          severity: z.enum(['critical', 'high', 'medium', 'low', 'unknown']),
        }),
      ),
    }),
    /** There is no scanner on the daemon's machine. */
    z.object({ state: z.literal('none') }),
    z.object({ state: z.literal('failed'), by: z.string(), detail: z.string() }),
  ]),
});

const failed = z.object({
  type: z.literal('error'),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** A line of `POST /gantry/images/{name}/scan?fresh=true`, which answers one JSON object a line. */
export const scanLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reading'), readBytes: z.number(), totalBytes: z.number() }),
  /** Comparing with the distribution's index; asking a scanner. */
  z.object({ type: z.literal('updates') }),
  z.object({ type: z.literal('vulnerabilities') }),
  z.object({ type: z.literal('done'), report: scanReportBody }),
  failed,
]);

/** A line of `POST /gantry/images/pull` and of `POST /gantry/images/{name}/push`. Layers say how far they are. */
export const pullImageLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    layer: z.string().nullable(),
    status: z.string(),
    currentBytes: z.number().nullable(),
    totalBytes: z.number().nullable(),
  }),
  /** `digest`: that of the registry, after a push. */
  z.object({ type: z.literal('done'), name: z.string(), digest: z.string().optional() }),
  failed,
]);

/** `GET /gantry/hub/images?term&limit`: what the Engine finds at Docker Hub. */
export const hubImagesBody = z.object({
  images: z.array(
    z.object({
      /** As a pull takes it. */
      name: z.string(),
      description: z.string(),
      stars: z.number(),
      isOfficial: z.boolean(),
    }),
  ),
});

/** The name of an image as Docker writes it. */
const imageName = z
  .string()
  .max(512)
  .regex(/^[a-z0-9][\w./:@-]*$/i, 'not the name of an image');

export const pullImageRequest = z.object({ name: imageName });
/** `POST /gantry/images/{name}/tag`. */
export const tagImageRequest = z.object({ target: imageName });

/**
 * `POST /gantry/images/remove`: those that were shown, with all their names. Where one has other names, is used or gone by now, the answer
 * is 409 and nothing is removed.
 */
export const removeImagesRequest = z.object({
  images: z
    .array(
      z.object({
        id: z.string().regex(/^sha256:[a-f0-9]{64}$/, 'not the id of an image'),
        tags: z.array(imageName).max(1000),
      }),
    )
    .min(1)
    .max(5000),
});

/** What the user wants otherwise than the recipe says. */
export const recipeWishes = z.object({
  name: z
    .string()
    .regex(/^[a-zA-Z0-9][\w.-]{0,127}$/, 'not the name of a container')
    .optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][\w.]*$/), z.string().max(32_768)).optional(),
  /** Host port by container port. */
  ports: z.record(z.string().regex(/^\d{1,5}$/), z.number().int().min(1).max(65_535)).optional(),
  memory: z
    .string()
    .regex(/^\d{1,15}(?:\.\d{1,3})?[bkmgBKMG]?[bB]?$/, 'not a size such as 512m')
    .optional(),
  isPublic: z.boolean().optional(),
});

/** `POST /gantry/images/{name}/recipe` takes `recipeWishes`. */
export const recipeBody = z.object({
  image: z.string(),
  name: z.string(),
  env: z.record(z.string(), z.string()),
  /** Variables whose value is made when it runs. */
  secrets: z.array(z.string()),
  ports: z.array(z.object({ container: z.number(), protocol: z.string(), host: z.number(), address: z.string() })),
  volumes: z.array(z.object({ name: z.string(), target: z.string() })),
  memory: z.string().nullable(),
  interactive: z.boolean(),
  connect: z.string().nullable(),
  smoke: z.array(z.string()),
  cleanUp: z.array(z.string()),
  notes: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  /** The same as a command line and as a compose file. */
  command: z.string(),
  compose: z.string(),
});

/** `POST /gantry/images/{name}/run`: `command` is the one that was shown; 409 when the recipe has another by now. */
export const runImageRequest = z.object({ wishes: recipeWishes, command: z.string().max(262_144) });

/** A line of its answer. */
export const runImageLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('starting'), name: z.string() }),
  z.object({ type: z.literal('done'), state: z.enum(['healthy', 'running', 'failed']), id: z.string() }),
  failed,
]);

export type ImageListBody = z.infer<typeof imageListBody>;
export type ImageBody = z.infer<typeof imageBody>;
export type ScanReportBody = z.infer<typeof scanReportBody>;
export type ScanLine = z.infer<typeof scanLine>;
export type PullImageLine = z.infer<typeof pullImageLine>;
export type RecipeWishesBody = z.infer<typeof recipeWishes>;
export type RecipeBody = z.infer<typeof recipeBody>;
export type RunImageLine = z.infer<typeof runImageLine>;
export type RemoveImagesRequest = z.infer<typeof removeImagesRequest>;
export type HubImagesBody = z.infer<typeof hubImagesBody>;
