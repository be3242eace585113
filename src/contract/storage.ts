import { z } from 'zod';

/** What takes space on the disk of the daemon. */
export const storagePartIds = [
  'models',
  'unfinished',
  'runtimes',
  'logs',
  'requests',
  'mcpCalls',
  'mcpState',
  'sessions',
  'indexes',
] as const;

/** Those that are cleared with nothing lost but time, or records that nobody has to keep. */
export const clearableParts = ['unfinished', 'logs', 'requests', 'mcpCalls', 'indexes'] as const;

const storagePart = z.object({
  id: z.enum(storagePartIds),
  bytes: z.number(),
  files: z.number(),
  /** Whether `POST /gantry/storage/clear` takes it. */
  clearable: z.boolean(),
});

/** `GET /gantry/storage`. */
export const storageBody = z.object({ parts: z.array(storagePart) });

/** `POST /gantry/storage/clear`: what is in use stays. */
export const clearStorageRequest = z.strictObject({ parts: z.array(z.enum(clearableParts)).min(1).max(20) });

export const clearedStorageBody = z.object({
  freedBytes: z.number(),
  parts: z.array(z.object({ id: z.enum(clearableParts), freedBytes: z.number() })),
});

export type StoragePartId = (typeof storagePartIds)[number];
export type ClearablePart = (typeof clearableParts)[number];
export type StorageBody = z.infer<typeof storageBody>;
export type ClearedStorageBody = z.infer<typeof clearedStorageBody>;
