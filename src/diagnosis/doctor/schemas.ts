import { z } from 'zod';

const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const dfAnswer = z.object({
  Images: z
    .array(
      z.object({
        Id: text,
        Size: count,
        SharedSize: count,
        Containers: count,
        RepoTags: z.array(z.string()).nullish(),
      }),
    )
    .nullish()
    .transform((value) => value ?? []),
  Containers: z
    .array(z.object({ Id: text, SizeRw: count, State: text }))
    .nullish()
    .transform((value) => value ?? []),
  Volumes: z
    .array(z.object({ Name: text, UsageData: z.object({ Size: count, RefCount: count }).nullish() }))
    .nullish()
    .transform((value) => value ?? []),
  BuildCache: z
    .array(z.object({ Size: count, InUse: z.boolean().nullish() }))
    .nullish()
    .transform((value) => value ?? []),
});

export type DiskUse = z.output<typeof dfAnswer>;

export const versionAnswer = z.object({ Version: text, ApiVersion: text, Os: text, Arch: text });
export type VersionFacts = z.output<typeof versionAnswer>;
