import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf } from './errors.ts';

export interface LockOwner {
  readonly pid: number;
  /** Tells a process from a later one with the same pid; empty where the system does not say. */
  readonly startedAt: string;
}

export interface ProcessLock extends AsyncDisposable {
  release(): Promise<void>;
}

export type LockAttempt = { acquired: true; lock: ProcessLock } | { acquired: false; owner: LockOwner };

/**
 * Takes `path` as a lock between processes. A lock whose owner is gone (crash, kill -9, reboot) is taken over.
 * The file is made complete before it gets its name, so nobody ever reads half of it.
 */
export async function tryProcessLock(path: string): Promise<LockAttempt> {
  await mkdir(dirname(path), { recursive: true });
  const self = thisProcess();
  const token = randomBytes(6).toString('hex');
  const candidate = `${path}.${process.pid}.${token}`;
  const text = `${JSON.stringify({ ...self, token })}\n`;
  await writeFile(candidate, text, { mode: 0o600 });
  try {
    for (;;) {
      if (await linked(candidate, path)) return { acquired: true, lock: heldLock(path, text) };
      const owner = await readOwner(path);
      if (owner === 'gone') continue;
      if (owner !== 'unreadable' && isAlive(owner)) return { acquired: false, owner };
      await removeStale(path, candidate);
    }
  } finally {
    await rm(candidate, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function heldLock(path: string, text: string): ProcessLock {
  let held = true;
  const release = async (): Promise<void> => {
    if (!held) return;
    held = false;
    const current = await readFile(path, 'utf8').catch(() => '');
    if (current === text) await rm(path, { force: true });
  };
  return { release, [Symbol.asyncDispose]: release };
}

// Only the holder of `<path>.takeover` may remove a stale lock, and it looks again first: otherwise a slow process
// could remove the lock that a faster one has just taken.
async function removeStale(path: string, candidate: string): Promise<void> {
  const takeover = `${path}.takeover`;
  if (!(await linked(candidate, takeover))) {
    const owner = await readOwner(takeover);
    if (owner === 'unreadable' || (owner !== 'gone' && !isAlive(owner))) await rm(takeover, { force: true });
    return;
  }
  try {
    const owner = await readOwner(path);
    if (owner === 'unreadable' || (owner !== 'gone' && !isAlive(owner))) await rm(path, { force: true });
  } finally {
    await rm(takeover, { force: true });
  }
}

async function readOwner(path: string): Promise<LockOwner | 'gone' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return 'gone';
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number') {
      const startedAt = 'startedAt' in value && typeof value.startedAt === 'string' ? value.startedAt : '';
      return { pid: value.pid, startedAt };
    }
  } catch {
    // Falls through: a lock file that is not ours to understand counts as unreadable.
  }
  return 'unreadable';
}

export function thisProcess(): LockOwner {
  return { pid: process.pid, startedAt: processStart(process.pid) };
}

export function isAlive(owner: LockOwner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCodeOf(error) !== 'EPERM') return false;
  }
  const startedAt = processStart(owner.pid);
  return startedAt === '' || owner.startedAt === '' || startedAt === owner.startedAt;
}

/** Start time from /proc (field 22, in clock ticks since boot) with the boot id; empty on systems without /proc. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // A zombie has released everything it held.
    if (fields[0] === 'Z') return 'dead';
    return `${boot}:${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}
