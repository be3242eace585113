import { z } from 'zod';

/** `GET /gantry/containers/{id}/files?path`: one folder of the container, which need not run. */
export const containerFilesBody = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  entries: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['folder', 'file', 'link', 'other']),
      sizeBytes: z.number().nullable(),
      /** Where a link leads. */
      target: z.string().nullable(),
      /** What became of it since the container was made. */
      change: z.enum(['added', 'modified', 'deleted']).nullable(),
    }),
  ),
  /** There is more in it than was read. */
  isCut: z.boolean(),
});

/** `GET /gantry/containers/{id}/file?path`: the beginning of a file as text. `…/download?path` is all of it, or a tar of a folder. */
export const containerFileBody = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  text: z.string(),
  /** It is no text; `text` is empty. */
  isBinary: z.boolean(),
  isCut: z.boolean(),
});

export type ContainerFilesBody = z.infer<typeof containerFilesBody>;
export type ContainerFileBody = z.infer<typeof containerFileBody>;
