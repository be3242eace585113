import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCodeOf, writeFileAtomic } from '#core';
import type { PastChange } from './plan.ts';

const recordSchema = z.object({
  id: z.string(),
  at: z.string(),
  action: z.enum(['connect', 'disconnect', 'undo']),
  client: z.string(),
  /** Where the bytes are. */
  target: z.string(),
  /** Digest of the text that we wrote; absent: we removed the file. */
  after: z.string().optional(),
  /** Whether there was a file before; its bytes are kept under the record's id. */
  existed: z.boolean(),
  /** The outermost folder that we made for it. */
  madeFolder: z.string().optional(),
});
const historySchema = z.object({ version: z.literal(1), records: z.array(recordSchema) });

export type ChangeRecord = z.infer<typeof recordSchema>;
export type NewRecord = Omit<ChangeRecord, 'id' | 'after' | 'existed'> & PastChange;

/** How many changes can be undone, over all clients. */
const kept = 200;

/** What we did to clients' files, with what was in them before, so that it can be undone to the byte. */
export interface History {
  of(target: string): Promise<readonly ChangeRecord[]>;
  /** The texts before and after, of records whose texts are still known. */
  texts(records: readonly ChangeRecord[]): Promise<readonly PastChange[]>;
  before(record: ChangeRecord): Promise<string | undefined>;
  /** Written before the file is: a record too many does no harm, a missing one loses what was there. The result is the backup. */
  add(record: NewRecord): Promise<string | undefined>;
  drop(record: ChangeRecord): Promise<void>;
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function createHistory(folder: string, { newId }: { newId: () => string }): History {
  const index = join(folder, 'history.json');
  const backupOf = (id: string, side: 'before' | 'after'): string => join(folder, 'backup', `${id}.${side}`);

  const read = async (): Promise<readonly ChangeRecord[]> => {
    const text = await readFile(index, 'utf8').catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return [];
    return historySchema.parse(JSON.parse(text)).records;
  };
  const forget = async ({ id }: ChangeRecord): Promise<void> => {
    await rm(backupOf(id, 'before'), { force: true });
    await rm(backupOf(id, 'after'), { force: true });
  };
  const write = async (records: readonly ChangeRecord[]): Promise<void> => {
    const old = records.slice(0, Math.max(0, records.length - kept));
    const text = JSON.stringify({ version: 1, records: records.slice(old.length) }, undefined, 2);
    await writeFileAtomic(index, `${text}\n`, { mode: 0o600 });
    for (const record of old) await forget(record);
  };
  const textAt = async (path: string): Promise<string | undefined> =>
    await readFile(path, 'utf8').catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return undefined;
      throw error;
    });

  return {
    of: async (target) => (await read()).filter((record) => record.target === target),
    async texts(records) {
      const changes = await Promise.all(
        records.map(async (record) => {
          const before = record.existed ? await textAt(backupOf(record.id, 'before')) : undefined;
          const after = record.after === undefined ? undefined : await textAt(backupOf(record.id, 'after'));
          const isKnown =
            record.existed === (before !== undefined) && (record.after === undefined) === (after === undefined);
          return isKnown ? [{ before, after }] : [];
        }),
      );
      return changes.flat();
    },
    before: async (record) => (record.existed ? await textAt(backupOf(record.id, 'before')) : undefined),
    async add({ before, after, ...facts }) {
      const id = newId();
      await mkdir(join(folder, 'backup'), { recursive: true, mode: 0o700 });
      // Clients keep tokens in their files.
      if (before !== undefined) await writeFileAtomic(backupOf(id, 'before'), before, { mode: 0o600 });
      if (after !== undefined) await writeFileAtomic(backupOf(id, 'after'), after, { mode: 0o600 });
      const record = {
        id,
        ...facts,
        ...(after === undefined ? {} : { after: digestOf(after) }),
        existed: before !== undefined,
      };
      await write([...(await read()), record]);
      return before === undefined ? undefined : backupOf(id, 'before');
    },
    async drop(record) {
      await write((await read()).filter(({ id }) => id !== record.id));
      await forget(record);
    },
  };
}
