import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createMutex, writeFileAtomic } from '#core';
import { readContent, type FileContent } from './read-file.ts';
import { deleteContent, writeContent } from './write-file.ts';
import type { Place, WorkingFolder } from './working-folder.ts';

/** What files were before the assistant changed them. */
export interface FileChanges {
  /** What is changed from now on belongs to this turn. */
  startTurn(id: string): void;
  /** Takes back what the last turn that changed files did. Files that somebody changed since stay as they are, and are named. */
  undo(): Promise<Undone>;
  /** The changes that can be taken back, oldest first. */
  list(): Promise<readonly FileChange[]>;
}

export interface FileChange {
  readonly turn: string;
  readonly path: string;
  readonly did: 'created' | 'changed' | 'deleted';
}

export interface Undone {
  /** Undefined when there was nothing to take back. */
  readonly turn: string | undefined;
  readonly files: readonly { readonly path: string; readonly did: 'restored' | 'removed' | 'recreated' }[];
  readonly refused: readonly { readonly path: string; readonly reason: 'changed_since' | 'not_writable' }[];
}

/** How file tools write: never without keeping what was there. */
export interface ChangeRecorder extends FileChanges {
  /** Writes a file, or deletes it with `bytes` undefined. @throws what writing throws; nothing is recorded then */
  change(place: Place, after: FileContent | undefined): Promise<void>;
}

const entry = z.object({
  turn: z.string(),
  path: z.string(),
  /** Digest of the text before; null when there was no file. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  mode: z.int(),
});
type Entry = z.output<typeof entry>;

const mostFileBytes = 16 * 1024 * 1024;
/** Older ones are forgotten. */
const mostEntries = 1000;

/** Keeps old texts in a folder of its own, readable by its owner alone, so that a restart forgets nothing. */
export function createFileChanges(folder: WorkingFolder, store: string): ChangeRecorder {
  const journal = join(store, 'changes.json');
  const lock = createMutex();
  let turn = 'start';
  let known: Entry[] | undefined;

  async function load(): Promise<Entry[]> {
    if (known) return known;
    const text = await readFile(journal, 'utf8').catch(() => undefined);
    const parsed = text === undefined ? undefined : z.array(entry).safeParse(jsonOf(text));
    known = parsed?.success === true ? parsed.data : [];
    return known;
  }

  async function save(entries: readonly Entry[]): Promise<void> {
    known = entries.slice(-mostEntries);
    const dropped = entries.slice(0, -mostEntries);
    await writeFileAtomic(journal, JSON.stringify(known), { mode: 0o600 });
    const wanted = new Set(known.map(({ before }) => before));
    for (const { before } of dropped)
      if (before !== null && !wanted.has(before)) await rm(blob(before), { force: true });
  }

  const blob = (digest: string): string => join(store, digest);

  async function keep(bytes: Buffer): Promise<string> {
    const digest = digestOf(bytes);
    await mkdir(store, { recursive: true, mode: 0o700 });
    await writeFileAtomic(blob(digest), bytes, { mode: 0o600 });
    return digest;
  }

  async function digestNow(path: string): Promise<string | null> {
    const content = await readContent(folder, { path, exists: true }, { maxBytes: mostFileBytes });
    return content ? digestOf(content.bytes) : null;
  }

  async function put(place: Place, content: FileContent | undefined): Promise<void> {
    if (content) await writeContent(folder, place, content);
    else await deleteContent(folder, place);
  }

  async function takeBack({ path, before, after, mode }: Entry): Promise<'refused' | 'same' | 'done'> {
    const now = await digestNow(path);
    if (now === before) return 'same';
    if (now !== after) return 'refused';
    const place = { path, exists: now !== null };
    await put(place, before === null ? undefined : { bytes: await readFile(blob(before)), mode });
    return 'done';
  }

  return {
    startTurn(id) {
      turn = id;
    },
    list: () =>
      lock.run(async () =>
        (await load()).map(({ turn: of, path, before, after }) => ({
          turn: of,
          path,
          did: before === null ? 'created' : after === null ? 'deleted' : 'changed',
        })),
      ),
    change: (place, after) =>
      lock.run(async () => {
        const old = await readContent(folder, place, { maxBytes: mostFileBytes });
        const made: Entry = {
          turn,
          path: place.path,
          before: old ? await keep(old.bytes) : null,
          after: after ? digestOf(after.bytes) : null,
          mode: old?.mode ?? 0o644,
        };
        const entries = [...(await load()), made];
        // First what was, then what is: after a crash in between there is nothing to take back, and that is seen.
        await save(entries);
        try {
          await put(place, after);
        } catch (error) {
          await save(entries.slice(0, -1));
          throw error;
        }
      }),
    undo: () =>
      lock.run(async () => {
        const entries = await load();
        const last = entries.at(-1)?.turn;
        if (last === undefined) return { turn: undefined, files: [], refused: [] };
        const first = entries.findLastIndex(({ turn: of }) => of !== last) + 1;
        const files = new Map<string, Undone['files'][number]>();
        const refused = new Map<string, Undone['refused'][number]>();
        for (const one of entries.slice(first).toReversed()) {
          const { path, before, after } = one;
          if (refused.has(path)) continue;
          const outcome = await takeBack(one).catch(() => 'failed' as const);
          if (outcome === 'refused') refused.set(path, { path, reason: 'changed_since' });
          else if (outcome === 'failed') refused.set(path, { path, reason: 'not_writable' });
          else files.set(path, { path, did: before === null ? 'removed' : after === null ? 'recreated' : 'restored' });
        }
        await save(entries.slice(0, first));
        return {
          turn: last,
          files: [...files.values()].filter(({ path }) => !refused.has(path)).toReversed(),
          refused: [...refused.values()],
        };
      }),
  };
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
