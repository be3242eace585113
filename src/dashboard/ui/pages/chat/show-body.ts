import { z } from 'zod';

/** `POST /api/show`, as far as pages need it. */
export const showBody = z.looseObject({
  /** `vision` where the model takes pictures. */
  capabilities: z.array(z.string()).optional(),
  license: z.string().optional(),
  template: z.string().optional(),
});
