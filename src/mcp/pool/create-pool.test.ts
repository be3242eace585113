import { AppError, silentLog } from '#core';
import { createManualClock } from '#testing';
import { expect, it } from 'vitest';
import type { PoolPolicy } from '../types.ts';
import { createPool } from './create-pool.ts';

interface Server {
  readonly name: string;
}

const policy: PoolPolicy = { mode: 'fresh', warm: 0, revision: '1', maxInstances: 2, idleMs: 1000 };

function world(given: Partial<PoolPolicy> = {}) {
  const events: string[] = [];
  const starts: { resolve: (server: Server) => void; reject: (error: unknown) => void; signal: AbortSignal }[] = [];
  let ended: (() => void)[] = [];
  const pool = createPool<Server>({
    start: (server, { signal }) => {
      events.push(`start ${server}`);
      return new Promise((resolve, reject) => {
        starts.push({ resolve, reject, signal });
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
    stop: ({ name }) => {
      events.push(`stop ${name}`);
      return new Promise((resolve) => ended.push(resolve));
    },
    clock: createManualClock(),
    log: silentLog,
  });
  pool.configure(new Map([['a', { ...policy, ...given }]]));
  return {
    pool,
    events,
    starts,
    endAll: (): void => {
      for (const end of ended) end();
      ended = [];
    },
  };
}

it('gives an instance, and does not wait for its end', async () => {
  const { pool, events, starts, endAll } = world();
  const wanted = pool.acquire('a', { session: 's' });
  const server = { name: 'one' };
  starts[0]?.resolve(server);
  const lease = await wanted;
  expect(lease.instance).toBe(server);
  lease.release();
  lease.release();
  expect(events).toEqual(['start a', 'stop one']);
  const closing = pool.close();
  endAll();
  await closing;
  expect(pool.status()).toMatchObject([{ starting: 0, idle: 0, inUse: 0 }]);
});

it('lets who waits leave, and cancels the start that nobody wants any more', async () => {
  const { pool, starts } = world();
  const leaving = new AbortController();
  const wanted = pool.acquire('a', { session: 's', signal: leaving.signal });
  leaving.abort(new Error('gone'));
  await expect(wanted).rejects.toThrow('gone');
  expect(starts[0]?.signal.aborted).toBe(true);
  await pool.close();
});

it('ends an instance that came though its start was cancelled', async () => {
  const { pool, events, starts, endAll } = world();
  const leaving = new AbortController();
  const wanted = pool.acquire('a', { session: 's', signal: leaving.signal }).catch(() => undefined);
  starts[0]?.resolve({ name: 'late' });
  leaving.abort();
  await wanted;
  await Promise.resolve();
  expect(events).toEqual(['start a', 'stop late']);
  endAll();
  await pool.close();
});

it('tells a failed start as it is, and then that the server is not available', async () => {
  const { pool, starts } = world();
  const wanted = pool.acquire('a', { session: 's' });
  starts[0]?.reject(new AppError('mcp.server_failed', 'a has no image.'));
  await expect(wanted).rejects.toMatchObject({ code: 'mcp.server_failed' });
  await expect(pool.acquire('a', { session: 's' })).rejects.toMatchObject({
    code: 'mcp.server_unavailable',
    message: 'a cannot be started at present: a has no image.',
  });
  await pool.close();
});

it('calls a server what people call it', async () => {
  const { pool, starts } = world({ name: 'files' });
  const wanted = pool.acquire('a', { session: 's' });
  starts[0]?.reject(new AppError('mcp.server_failed', 'It has no image.'));
  await expect(wanted).rejects.toMatchObject({ code: 'mcp.server_failed' });
  await expect(pool.acquire('a', { session: 's' })).rejects.toMatchObject({
    message: 'files cannot be started at present: It has no image.',
    params: { server: 'files' },
  });
  await pool.close();
});

it('cleans up after an instance that ended by itself, also before anybody heard that it had started', async () => {
  const { pool, events, starts, endAll } = world({ mode: 'session' });
  const wanted = pool.acquire('a', { session: 's' });
  const server = { name: 'one' };
  starts[0]?.resolve(server);
  pool.lost(server, undefined);
  await wanted.catch(() => undefined);
  expect(events).toEqual(['start a', 'stop one']);
  const closing = pool.close();
  endAll();
  await closing;
});
