import { AppError, toAppError } from '#core';

import type { ConnectionPool, Lease, Poolable, PoolWant } from './connection-pool.ts';

type Kept<Connection extends Poolable> = {
  readonly server: string;
  readonly owner: string;
  readonly connection: Promise<Connection>;
};

/** The plainest pool: one connection for each use, or one for each owner that keeps it. Nothing is warmed. */
export function createDirectPool<Connection extends Poolable>({
  onCloseFailed,
}: {
  readonly onCloseFailed: (error: AppError) => void;
}): ConnectionPool<Connection> {
  const kept = new Map<string, Kept<Connection>>();
  const open = new Set<Connection>();
  const closing = new Set<Promise<void>>();
  const stopped = new AbortController();

  function end(connection: Connection): Promise<void> {
    open.delete(connection);
    const done = connection
      .close()
      .catch((error: unknown) => onCloseFailed(toAppError(error)))
      .finally(() => closing.delete(done));
    closing.add(done);
    return done;
  }

  async function start(want: PoolWant<Connection>, signal: AbortSignal | undefined): Promise<Connection> {
    stopped.signal.throwIfAborted();
    const signals = signal ? [signal, stopped.signal] : [stopped.signal];
    const connection = await want.open({ signal: AbortSignal.any(signals), session: want.owner });
    open.add(connection);
    void connection.ended.then(() => open.delete(connection));
    if (stopped.signal.aborted) {
      void end(connection);
      throw stopped.signal.reason;
    }
    return connection;
  }

  function keep(want: PoolWant<Connection>): Promise<Connection> {
    const key = `${want.owner}\n${want.server}\n${want.fingerprint}`;
    const found = kept.get(key);
    if (found) return found.connection;
    // Others may wait for it too, so whoever asked first cannot stop it.
    const connection = start(want, undefined);
    const entry = { server: want.server, owner: want.owner, connection };
    kept.set(key, entry);
    const forget = (): void => {
      if (kept.get(key) === entry) kept.delete(key);
    };
    connection.then((made) => made.ended.then(forget), forget).catch(() => undefined);
    return connection;
  }

  async function endWhere(isMeant: (one: Kept<Connection>) => boolean): Promise<void> {
    const meant = [...kept].filter(([, one]) => isMeant(one));
    for (const [key] of meant) kept.delete(key);
    await Promise.all(
      meant.map(async ([, { connection }]) => {
        const made = await connection.catch(() => undefined);
        if (made) await end(made);
      }),
    );
  }

  return {
    renew() {
      void endWhere(() => true);
    },
    async acquire(want, { signal }): Promise<Lease<Connection>> {
      if (want.lifetime === 'session') {
        const connection = await waitFor(keep(want), signal);
        return { connection, release: () => undefined };
      }
      const connection = await start(want, signal);
      let isReleased = false;
      return {
        connection,
        release() {
          if (isReleased) return;
          isReleased = true;
          void end(connection);
        },
      };
    },
    endOwner: (owner) => endWhere((one) => one.owner === owner),
    endServer: (server) => endWhere((one) => one.server === server),
    async close() {
      stopped.abort(new AppError('daemon.stopping', 'The gateway is stopping.'));
      await endWhere(() => true);
      for (const connection of open) void end(connection);
      await Promise.all(closing);
    },
  };
}

/** The promise, unless the signal comes first. */
function waitFor<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
      .catch(() => undefined);
  });
}
