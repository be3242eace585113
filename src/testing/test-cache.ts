import { mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { AppError, delay, silentLog, systemClock, tryProcessLock, type ErrorCode } from '#core';
import { createHttpClient, createPythonIndex, createTransfer, type PythonIndex, type Transfer } from '#registry';

/** Why a test that needs something from outside cannot run here. */
export interface Skip {
  readonly skip: string;
}

/** Real weights and runtimes that test runs share: GANTRY_TEST_CACHE, or a folder in the temporary directory. */
export function testCache(): string {
  return process.env['GANTRY_TEST_CACHE'] || join(tmpdir(), `gantry-test-cache-${userInfo().uid}`);
}

export interface PackageAccess extends AsyncDisposable {
  readonly index: PythonIndex;
  readonly transfer: Transfer;
}

/** The Python index that pip on this machine is configured for. */
export function packageAccess(): PackageAccess {
  const http = createHttpClient({ env: process.env, clock: systemClock });
  const userHome = process.env['HOME'] ?? '';
  return {
    index: createPythonIndex({ http, env: process.env, userHome, log: silentLog }),
    transfer: createTransfer({ clock: systemClock, log: silentLog }),
    [Symbol.asyncDispose]: () => http.close(),
  };
}

/** Runs `task` while no other test process does. */
export async function exclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
  await mkdir(testCache(), { recursive: true });
  for (;;) {
    const attempt = await tryProcessLock(join(testCache(), `${name}.lock`));
    if (attempt.acquired) {
      try {
        return await task();
      } finally {
        await attempt.lock.release();
      }
    }
    await delay(100, { clock: systemClock });
  }
}

const absent: readonly ErrorCode[] = [
  'source.unreachable',
  'source.stalled',
  'runtime.not_installed',
  'runtime.not_found',
  'runtime.unsupported_platform',
];

/** A machine without network, Python or the program counts as a reason to skip; every other failure is a failure. */
export async function orSkip<T extends object>(task: () => Promise<T>): Promise<T | Skip> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof AppError && absent.includes(error.code)) return { skip: error.message };
    throw error;
  }
}
