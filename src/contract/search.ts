import { z } from 'zod';

/** `GET /gantry/search?term&limit&source`. The names of fields in `results` are those `docker model search --json` prints. */
export const searchBody = z.object({
  results: z.array(
    z.object({
      Name: z.string(),
      Description: z.string(),
      Downloads: z.number(),
      Stars: z.number(),
      Source: z.string(),
      Official: z.boolean(),
      UpdatedAt: z.string(),
      /** As the source names it; empty where it does not say. Not among the fields of `docker model search`. */
      License: z.string().default(''),
      Backend: z.string(),
      /** As people read it, or `n/a`. */
      Size: z.string(),
    }),
  ),
  /** Sources that could not be asked. */
  warnings: z.array(
    z.object({
      source: z.string(),
      code: z.string(),
      message: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    }),
  ),
});

export type SearchBody = z.infer<typeof searchBody>;
