import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, createMutex, errorCodeOf, type Clock, type Log, type Mutex } from '#core';
import { applyChange, closeInterrupted, newRecord } from './apply-change.ts';
import { firstLine, linesOf, readLines } from './session-lines.ts';
import type { SessionRecord, SessionStore } from './types.ts';

export interface SessionStoreDeps {
  /** Of the assistant alone; made when it is needed. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Sessions that are kept; one with a star always is. */
  readonly keep: () => number;
  /** What belongs to a session besides its transcript goes with it. */
  readonly onRemoved: (id: string) => Promise<void>;
}

const maxSessionBytes = 16 * 1024 * 1024;
const sessionId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface Kept {
  record: SessionRecord;
  bytes: number;
}

/**
 * Sessions as one append-only file each, readable by their owner alone. A change is written with one call and is there, or not at
 * all, after the daemon was killed. The daemon's lock holds that nobody else writes.
 */
export function createSessionStore({ folder, clock, log, keep, onRemoved }: SessionStoreDeps): SessionStore {
  const mutex: Mutex = createMutex();
  let loaded: Promise<Map<string, Kept>> | undefined;
  const fileOf = (id: string): string => join(folder, `${id}.jsonl`);

  async function load(): Promise<Map<string, Kept>> {
    const names = await readdir(folder).catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return [];
      throw error;
    });
    const sessions = new Map<string, Kept>();
    for (const name of names) {
      const id = name.replace(/\.jsonl$/, '');
      if (!sessionId.test(id) || id === name) continue;
      const kept = await loadOne(id);
      if (kept) sessions.set(id, kept);
    }
    return sessions;
  }

  async function loadOne(id: string): Promise<Kept | undefined> {
    const bytes = await readFile(fileOf(id));
    const read = bytes.length > maxSessionBytes * 2 ? undefined : readLines(bytes);
    if (read?.record.meta.id !== id) {
      log.warn('a session cannot be read and is left as it is', { session: id });
      return undefined;
    }
    const kept: Kept = { record: read.record, bytes: read.wholeBytes };
    if (read.wholeBytes < bytes.length) {
      await using file = await open(fileOf(id), 'r+');
      await file.truncate(read.wholeBytes);
    }
    const changes = closeInterrupted(kept.record, new Date(clock.now()).toISOString());
    if (changes.length > 0) await write(id, kept, linesOf(changes));
    for (const change of changes) kept.record = applyChange(kept.record, change);
    return kept;
  }

  const sessions = (): Promise<Map<string, Kept>> => {
    loaded ??= load();
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded;
  };

  async function write(id: string, kept: Kept, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await using file = await open(fileOf(id), 'a', 0o600);
    try {
      await file.writeFile(bytes);
    } catch (error) {
      // A part of a line would spoil the next one.
      await file.truncate(kept.bytes).catch(() => undefined);
      throw error;
    }
    kept.bytes += bytes.length;
  }

  async function removeOne(id: string): Promise<boolean> {
    const known = await sessions();
    if (!known.delete(id)) return false;
    await rm(fileOf(id), { force: true });
    await onRemoved(id);
    return true;
  }

  async function makeRoom(): Promise<void> {
    const known = [...(await sessions()).values()].map(({ record }) => record.meta);
    const spare = known.filter(({ starred }) => !starred).toSorted((a, b) => a.updatedAtMs - b.updatedAtMs);
    for (const { id } of spare.slice(0, Math.max(0, known.length - keep() + 1))) {
      log.info('an old session is removed for a new one', { session: id });
      await removeOne(id);
    }
  }

  return {
    list: async () =>
      [...(await sessions()).values()]
        .map(({ record }) => record)
        .toSorted((a, b) => b.meta.updatedAtMs - a.meta.updatedAtMs || (a.meta.id < b.meta.id ? -1 : 1)),
    get: async (id) => (await sessions()).get(id)?.record,
    create: (meta) =>
      mutex.run(async () => {
        const known = await sessions();
        await makeRoom();
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const kept: Kept = { record: newRecord(meta), bytes: 0 };
        await write(meta.id, kept, firstLine + linesOf([{ kind: 'meta', meta }]));
        known.set(meta.id, kept);
        return kept.record;
      }),
    append: (id, changes) =>
      mutex.run(async () => {
        const kept = (await sessions()).get(id);
        if (!kept)
          throw new AppError('request.not_found', 'There is no such session.', { params: { reason: 'session' } });
        const text = linesOf(changes);
        if (kept.bytes + text.length > maxSessionBytes && changes.some(({ kind }) => kind === 'messages')) {
          throw new AppError('request.too_large', 'This session has become too long.', {
            hint: 'Start a new one.',
            params: { reason: 'session' },
          });
        }
        await write(id, kept, text);
        for (const change of changes) kept.record = applyChange(kept.record, change);
        return kept.record;
      }),
    remove: (id) => mutex.run(() => removeOne(id)),
    removeAll: () =>
      mutex.run(async () => {
        for (const id of (await sessions()).keys()) await removeOne(id);
      }),
  };
}
