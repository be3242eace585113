import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCodeOf, writeFileAtomic, type Log } from '#core';
import type { EnabledServer } from '../types.ts';
import { manifestSchema, type Manifest } from './manifest.ts';

/** What is remembered of a server with one configuration. */
export interface RememberedServer {
  /** What its image was then; undefined where there is none. */
  readonly imageDigest: string | undefined;
  /** By the signature of what the client could be asked. */
  readonly manifests: Readonly<Record<string, Manifest>>;
}

export interface ManifestStore {
  /** Undefined when nothing is remembered, or nothing that can be read. */
  load(fingerprint: string): Promise<RememberedServer | undefined>;
  save(fingerprint: string, server: RememberedServer): Promise<void>;
}

/** Everything about an enabled server that decides what it answers, but its image's content. */
export function fingerprintOf({ entry, config }: Pick<EnabledServer, 'entry' | 'config'>): string {
  return createHash('sha256').update(canonical({ entry, config })).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const maxFileBytes = 32 * 1_048_576;

const rememberedSchema = z.object({
  version: z.literal(1),
  imageDigest: z
    .string()
    .optional()
    .transform((digest) => digest),
  manifests: z.record(z.string(), manifestSchema),
});

export function createManifestStore(folder: string, { log }: { readonly log: Log }): ManifestStore {
  const fileOf = (fingerprint: string): string => join(folder, `${fingerprint}.json`);
  return {
    async load(fingerprint) {
      try {
        const { size } = await stat(fileOf(fingerprint));
        if (size > maxFileBytes) return undefined;
        const { imageDigest, manifests } = rememberedSchema.parse(
          JSON.parse(await readFile(fileOf(fingerprint), 'utf8')),
        );
        return { imageDigest, manifests };
      } catch (error) {
        // It is asked again: what is remembered only saves time.
        if (errorCodeOf(error) !== 'ENOENT') log.warn('a remembered MCP server cannot be read', { fingerprint, error });
        return undefined;
      }
    },
    async save(fingerprint, server) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFileAtomic(fileOf(fingerprint), JSON.stringify({ version: 1, ...server }));
    },
  };
}
