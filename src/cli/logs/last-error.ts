import { open } from 'node:fs/promises';
import { errorCodeOf, listLogFiles } from '#core';
import { parseLogLine } from './line.ts';

const tailBytes = 64 * 1024;

/** What the daemon's log says last went wrong since a time, as one sentence; undefined when it says nothing. */
export async function lastLoggedError(folder: string, { sinceMs }: { sinceMs: number }): Promise<string | undefined> {
  let found: { timeMs: number; reason: string } | undefined;
  for (const file of await listLogFiles(folder)) {
    if (file.kind !== 'daemon') continue;
    for (const text of (await readTail(file.path)).split('\n')) {
      const line = parseLogLine(text);
      if (line?.level !== 'error' || line.timeMs === undefined || line.timeMs < sinceMs) continue;
      if (!found || line.timeMs >= found.timeMs) {
        found = { timeMs: line.timeMs, reason: reasonOf(line.fields) ?? line.message };
      }
    }
  }
  return found?.reason;
}

/** The error a log line carries: its own sentence, in whatever field it was put. */
export function reasonOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of ['err', 'error', 'reason', 'message']) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') {
      return value.message;
    }
  }
  return undefined;
}

async function readTail(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
