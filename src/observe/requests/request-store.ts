import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createMutex, digestFromHex, digestHex, errorCodeOf, writeFileAtomic, type Digest } from '#core';
import { parseRecord } from './to-record.ts';
import type { RequestRecord, RequestStore } from './types.ts';

export interface RequestLimits {
  readonly recordsPerModel: number;
  readonly bytesPerModel: number;
  readonly totalBytes: number;
}

export const defaultLimits: RequestLimits = {
  recordsPerModel: 50,
  bytesPerModel: 4 * 1024 * 1024,
  totalBytes: 32 * 1024 * 1024,
};

interface Held {
  records: number;
  bytes: number;
}

const privately = { mode: 0o600 };

/**
 * Keeps a file of JSON lines for each model. A record is appended by one write, so that a killed process leaves at most one line
 * that is cut off, which the next one takes away. Files that outgrow their limits are written anew with their youngest records.
 */
export function createRequestStore(folder: string, limits: RequestLimits = defaultLimits): RequestStore {
  const mutex = createMutex();
  /** By digest in hex, the one written longest ago first. */
  const held = new Map<string, Held>();
  const pathOf = (hex: string): string => join(folder, `${hex}.jsonl`);

  async function read(hex: string): Promise<readonly RequestRecord[]> {
    const text = await readFile(pathOf(hex), 'utf8').catch(whenAbsent(''));
    const records = text.split('\n').flatMap((line) => parseRecord(line) ?? []);
    return records.slice(-limits.recordsPerModel);
  }

  async function rewrite(hex: string): Promise<void> {
    const records = await read(hex);
    const lines = youngest(records, limits.bytesPerModel / 2);
    const text = lines.join('');
    if (lines.length === 0) await forget(hex);
    else {
      await writeFileAtomic(pathOf(hex), text, privately);
      held.set(hex, { records: lines.length, bytes: Buffer.byteLength(text) });
    }
  }

  async function forget(hex: string): Promise<void> {
    held.delete(hex);
    await rm(pathOf(hex), { force: true });
  }

  async function keepWithinTotal(): Promise<void> {
    const total = (): number => [...held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const hex of held.keys()) {
      if (held.size === 1 || total() <= limits.totalBytes) return;
      await forget(hex);
    }
  }

  async function append(hex: string, record: RequestRecord): Promise<void> {
    const line = `${JSON.stringify(record)}\n`;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await appendFile(pathOf(hex), line, privately);
    const before = held.get(hex) ?? { records: 0, bytes: 0 };
    const now = { records: before.records + 1, bytes: before.bytes + Buffer.byteLength(line) };
    held.delete(hex);
    held.set(hex, now);
    // Twice as many lines as are shown, so that a file is not written anew for each record.
    if (now.records > 2 * limits.recordsPerModel || now.bytes > limits.bytesPerModel) await rewrite(hex);
    await keepWithinTotal();
  }

  async function sweep(): Promise<void> {
    const found: { hex: string; changedMs: number }[] = [];
    for (const name of await readdir(folder).catch(whenAbsent<string[]>([]))) {
      const hex = /^([0-9a-f]{64})\.jsonl$/.exec(name)?.[1];
      if (hex === undefined) await rm(join(folder, name), { recursive: true, force: true });
      else found.push({ hex, changedMs: (await stat(join(folder, name))).mtimeMs });
    }
    for (const { hex } of found.toSorted((a, b) => a.changedMs - b.changedMs)) {
      const text = await readFile(pathOf(hex), 'utf8');
      const lines = text.split('\n').slice(0, -1);
      held.set(hex, { records: lines.length, bytes: Buffer.byteLength(text) });
      if (!text.endsWith('\n') || text.length > limits.bytesPerModel) await rewrite(hex);
    }
    await keepWithinTotal();
  }

  let swept: Promise<void> | undefined;
  /** Looks at what is there when it is first needed, so that no daemon starts later for it. */
  const run = <T>(task: () => Promise<T>): Promise<T> =>
    mutex.run(async () => {
      swept ??= sweep().catch((error: unknown) => {
        swept = undefined;
        throw error;
      });
      await swept;
      return await task();
    });
  const hexesOf = (modelId: Digest | undefined): readonly string[] =>
    modelId === undefined ? [...held.keys()] : [digestHex(modelId)].filter((hex) => held.has(hex));
  return {
    add: (modelId, record) => run(() => append(digestHex(modelId), record)),
    list: (modelId) =>
      run(() =>
        Promise.all(hexesOf(modelId).map(async (hex) => ({ modelId: digestFromHex(hex), records: await read(hex) }))),
      ),
    clear: (modelId) =>
      run(async () => {
        for (const hex of hexesOf(modelId)) await forget(hex);
      }),
  };
}

/** The last lines that fit. */
function youngest(records: readonly RequestRecord[], limitBytes: number): readonly string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const record of records.toReversed()) {
    const line = `${JSON.stringify(record)}\n`;
    bytes += Buffer.byteLength(line);
    if (bytes > limitBytes) break;
    kept.unshift(line);
  }
  return kept;
}

function whenAbsent<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (errorCodeOf(error) === 'ENOENT') return instead;
    throw error;
  };
}
