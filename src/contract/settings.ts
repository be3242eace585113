import { z } from 'zod';

const settingEntry = z.object({
  /** `server.port`, as `PATCH` and the command line take it. */
  key: z.string(),
  /** The same in its parts: names of models and folders hold dots. */
  path: z.array(z.string()),
  /** Null where nobody set it and there is no fixed default. */
  value: z.unknown(),
  /** `locked`: set by an administrator, not to be changed. */
  origin: z.enum(['default', 'file', 'locked']),
  /** What holds where the settings file says nothing: what an administrator gave, or our own default. */
  default: z.unknown(),
  /** The administrator's file that locks it. */
  lockedBy: z.string().optional(),
});

/** `GET /gantry/settings`, and the answer of `PATCH /gantry/settings`. */
export const settingListBody = z.array(settingEntry);

/** `PATCH /gantry/settings`: all or none; null goes back to the default. */
export const changeSettingsRequest = z.array(
  z.strictObject({ path: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]), value: z.unknown() }),
);

export type SettingEntryBody = z.infer<typeof settingEntry>;
export type ChangeSettingsRequest = z.infer<typeof changeSettingsRequest>;
