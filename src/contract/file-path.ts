import { z } from 'zod';

/** Of this machine. What no file system takes is refused here: it would fail in the middle of something. */
export const filePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), { message: 'no path holds a zero byte' });
