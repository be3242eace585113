import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, digestHex, errorCodeOf, writeFileAtomic, type Clock } from '#core';
import type { CatalogContent } from '../reading/content.ts';
import { readContent } from '../reading/read-content.ts';
import { artifactOf, catalogArtifactType } from './artifact.ts';
import { lockFolder } from './lock.ts';

/** A catalogue as it is kept: its layer is the very text that was pulled, or that would be pushed. */
export interface StoredCatalog {
  readonly ref: string;
  readonly title: string;
  /** sha256 of its manifest, in hex. */
  readonly digest: string;
  /** `oci:REF`, `legacy-catalog:NAME`, `profile:ID`, `registry:HOST`, `user:cli` (contract mcp-toolkit §1.3). */
  readonly source: string;
  readonly updatedAt: string;
  /** When it last came from a registry. */
  readonly pulledAt: string | undefined;
  readonly layer: string;
}

export type CatalogSummary = Omit<StoredCatalog, 'layer'>;

export interface NewCatalog {
  readonly ref: string;
  readonly title: string;
  readonly source: string;
  readonly pulled: boolean;
  readonly layer: string;
}

export interface CatalogStore {
  list(): Promise<readonly CatalogSummary[]>;
  /** Undefined when there is none of this name. @throws AppError `store.corrupt` */
  find(ref: string): Promise<StoredCatalog | undefined>;
  content(catalog: Pick<StoredCatalog, 'ref' | 'layer'>): CatalogContent;
  /** Changes one catalogue while nobody else writes: what `change` makes of what is there is kept, unless it is undefined. */
  update(
    ref: string,
    change: (present: StoredCatalog | undefined) => Promise<NewCatalog | undefined> | NewCatalog | undefined,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<StoredCatalog | undefined>;
  /** False when there was none. */
  remove(ref: string): Promise<boolean>;
  /** Whether it was ever fetched from a registry, also when it was removed since. */
  wasPulled(ref: string): Promise<boolean>;
  /** Calls the listener when catalogues may have changed, whoever changed them; the result ends that. */
  watch(listener: () => void): () => void;
}

const stored = z.object({
  version: z.literal(1),
  ref: z.string().min(1),
  title: z.string(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  source: z.string(),
  updatedAt: z.string(),
  pulledAt: z.string().nullable(),
  layer: z.string(),
});

export function createCatalogStore({
  folder,
  clock,
}: {
  readonly folder: string;
  readonly clock: Clock;
}): CatalogStore {
  const pathOf = (ref: string): string => join(folder, fileName(ref));

  async function find(ref: string): Promise<StoredCatalog | undefined> {
    const path = pathOf(ref);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : parseStored(text, path);
  }

  async function list(): Promise<readonly CatalogSummary[]> {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(folder, name);
        const text = await readFile(path, 'utf8').catch(() => undefined);
        return text === undefined ? undefined : parseStored(text, path);
      }),
    );
    return found
      .flatMap((one) => (one === undefined ? [] : [summaryOf(one)]))
      .toSorted((a, b) => (a.ref < b.ref ? -1 : Number(a.ref > b.ref)));
  }

  const pulledPath = join(folder, '.pulled');
  const pulledRefs = async (): Promise<readonly string[]> =>
    (await readFile(pulledPath, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

  return {
    list,
    find,
    wasPulled: async (ref) => (await pulledRefs()).includes(ref),
    content: ({ ref, layer }) => readContent(layer, { where: ref }),
    async update(ref, change, { signal } = {}) {
      await mkdir(folder, { recursive: true });
      await using _lock = await lockFolder(folder, { clock, signal });
      const present = await find(ref);
      const made = await change(present);
      if (made === undefined) return undefined;
      const now = new Date(clock.now()).toISOString();
      const catalog: StoredCatalog = {
        ref: made.ref,
        title: made.title,
        digest: digestHex(artifactOf(made.layer, catalogArtifactType).digest),
        source: made.source,
        updatedAt: now,
        pulledAt: made.pulled ? now : present?.pulledAt,
        layer: made.layer,
      };
      const file = { version: 1, ...catalog, pulledAt: catalog.pulledAt ?? null };
      await writeFileAtomic(pathOf(made.ref), `${JSON.stringify(file)}\n`);
      if (made.pulled) {
        const refs = new Set([...(await pulledRefs()), made.ref]);
        await writeFileAtomic(pulledPath, `${[...refs].join('\n')}\n`);
      }
      return catalog;
    },
    async remove(ref) {
      if ((await find(ref)) === undefined) return false;
      await using _lock = await lockFolder(folder, { clock });
      await rm(pathOf(ref), { force: true });
      return true;
    },
    watch(listener) {
      const ending = new AbortController();
      mkdir(folder, { recursive: true }).then(
        () => {
          if (ending.signal.aborted) return;
          const watcher = watch(folder, { persistent: false, signal: ending.signal }, (_event, name) => {
            if (name === null || name.endsWith('.json')) listener();
          });
          // A folder that was removed changes no more.
          watcher.on('error', () => undefined);
          listener();
        },
        () => undefined,
      );
      return () => ending.abort();
    },
  };
}

function summaryOf({ layer: _layer, ...summary }: StoredCatalog): CatalogSummary {
  return summary;
}

/** Readable, and never the same for two names. */
function fileName(ref: string): string {
  const readable = ref.replaceAll(/[^A-Za-z0-9.-]/g, '_').slice(0, 80);
  return `${readable}.${createHash('sha256').update(ref).digest('hex').slice(0, 10)}.json`;
}

function parseStored(text: string, path: string): StoredCatalog {
  const damaged = (): AppError =>
    new AppError('store.corrupt', `The stored catalogue ${path} is damaged.`, {
      hint: 'Remove that file, and pull or import the catalogue again.',
      params: { reason: 'catalog', path },
    });
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw damaged();
  }
  const parsed = stored.safeParse(raw);
  if (!parsed.success) throw damaged();
  const { version: _version, pulledAt, ...rest } = parsed.data;
  if (digestHex(artifactOf(rest.layer, catalogArtifactType).digest) !== rest.digest) throw damaged();
  return { ...rest, pulledAt: pulledAt ?? undefined };
}
