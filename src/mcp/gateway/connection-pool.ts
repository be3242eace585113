import type { AppError } from '#core';
import type { Cancel } from '#docker';

/** What a pool keeps: a connection that is ready for use, its handshake done. The gateway makes it, the pool decides how long it lives. */
export interface Poolable {
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Why it is of no use any more, if so. */
  failure?(): AppError | undefined;
  /** Ends it; resolves when nothing is left of it. */
  close(): Promise<void>;
}

/**
 * `call`: for one use, then ended; others may be made ahead of need. `once`: as that, but nothing follows from it. `session`: shared by
 * all uses of one owner, until it leaves or the server is idle too long.
 */
export type Lifetime = 'call' | 'once' | 'session';

export interface PoolWant<Connection extends Poolable> {
  readonly server: string;
  /** Connections with the same fingerprint can stand in for each other: same launch, same handshake. */
  readonly fingerprint: string;
  readonly lifetime: Lifetime;
  /** The client's session that uses it. */
  readonly owner: string;
  /** Makes one; also called ahead of need, to keep a warm one. */
  open(options: Cancel & { readonly session?: string | undefined }): Promise<Connection>;
}

export interface Lease<Connection> {
  readonly connection: Connection;
  /** Gives it back. What follows, such as the end of a container, is not waited for. */
  release(): void;
}

export interface ConnectionPool<Connection extends Poolable> {
  /** @throws AppError what `open` throws; `mcp.server_unavailable` while the server's circuit is open */
  acquire(want: PoolWant<Connection>, options: Cancel): Promise<Lease<Connection>>;
  endOwner(owner: string): Promise<void>;
  /** After what is decided at each start changed: no connection that is there now is used again once its present uses end. */
  renew(): void;
  /** After its entry or configuration changed. */
  endServer(server: string): Promise<void>;
  close(): Promise<void>;
}
