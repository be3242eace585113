import { z } from 'zod';

/**
 * As `schema.safeParse`, for other people's JSON. Zod compares the `length` of whatever has one, text or not, and where that is an
 * object which cannot become a number it throws.
 */
export function parseValue<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const refused = new z.ZodError([{ code: 'custom', path: [], message: 'wrong type', input: value }]);
    return { success: false, error: refused as z.ZodError<z.output<S>> };
  }
}
