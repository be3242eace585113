import type { Pool, PoolPolicy } from '../types.ts';
import type { ConnectionPool, Lease, Poolable, PoolWant } from './connection-pool.ts';

export interface PooledConnectionsOptions<Connection extends Poolable> {
  /** Makes the pool around the function that starts an instance by its key. */
  readonly createPool: (
    start: (
      key: string,
      options: { signal?: AbortSignal | undefined; session?: string | undefined },
    ) => Promise<Connection>,
  ) => Pool<Connection>;
  readonly policyFor: (server: string, want: Pick<PoolWant<Connection>, 'lifetime' | 'fingerprint'>) => PoolPolicy;
}

interface Known<Connection extends Poolable> {
  readonly server: string;
  readonly policy: PoolPolicy;
  readonly open: PoolWant<Connection>['open'];
}

/** The pool of instances as the gateway uses it: kinds of clients and ways of use become entries of their own. */
export function createPooledConnections<Connection extends Poolable>({
  createPool,
  policyFor,
}: PooledConnectionsOptions<Connection>): ConnectionPool<Connection> {
  let known = new Map<string, Known<Connection>>();
  let generation = 0;
  const pool = createPool(async (key, options) => {
    const entry = known.get(key);
    if (!entry) throw new Error(`nothing is known of ${key}`);
    const connection = await entry.open(options);
    const gone = (): void => pool.lost(connection, connection.failure?.());
    void connection.ended.then(gone, gone);
    return connection;
  });

  function inForce(policy: PoolPolicy): PoolPolicy {
    return { ...policy, revision: `${policy.revision} ${generation}` };
  }

  function configure(): void {
    pool.configure(new Map([...known].map(([key, { policy }]) => [key, inForce(policy)])));
  }

  return {
    async acquire(want, { signal }): Promise<Lease<Connection>> {
      const key = `${want.server} ${want.lifetime} ${want.fingerprint}`;
      if (!known.has(key)) {
        const policy = policyFor(want.server, want);
        known.set(key, { server: want.server, policy, open: (opening) => want.open(opening) });
        configure();
      }
      const lease = await pool.acquire(key, { signal, session: want.owner });
      return { connection: lease.instance, release: () => lease.release() };
    },
    endOwner(owner) {
      pool.endSession(owner);
      return Promise.resolve();
    },
    renew() {
      generation += 1;
      configure();
    },
    endServer(server) {
      known = new Map([...known].filter(([, entry]) => entry.server !== server));
      configure();
      return Promise.resolve();
    },
    close: () => pool.close(),
  };
}
