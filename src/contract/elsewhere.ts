import { z } from 'zod';

/** `GET /gantry/variants?model=NAME`: what there is of a model where it comes from. Nothing is pulled. */
export const variantsBody = z.object({
  variants: z.array(
    z.object({
      /** As `pull` takes it. */
      name: z.string(),
      quantization: z.string().optional(),
      parameters: z.string().optional(),
      size_bytes: z.number().optional(),
      id: z.string().optional(),
      /** Why nothing is known of it. */
      problem: z.string().optional(),
    }),
  ),
  /** There are more than are listed. */
  is_cut: z.boolean(),
});

/** `GET /gantry/card?model=NAME`: what its publisher writes, in Markdown; empty where there is nothing. */
export const cardBody = z.object({ text: z.string(), origin: z.string() });

/** `GET /gantry/removal?model=NAME`: what `DELETE /models/{name}` would do. */
export const removalBody = z.object({
  /** Names that the model keeps: only the one that was named goes. */
  kept_names: z.array(z.string()),
  /** Other models that have files in common with it; those files stay. */
  shared_with: z.array(z.string()),
  freed_bytes: z.number(),
});

export type RemovalBody = z.infer<typeof removalBody>;
export type VariantsBody = z.infer<typeof variantsBody>;
export type CardBody = z.infer<typeof cardBody>;
