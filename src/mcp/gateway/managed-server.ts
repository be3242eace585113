import { AppError, toAppError, type Clock, type Log } from '#core';
import type { EnabledServer, ServerLauncher } from '../types.ts';
import type { ConnectionPool, Lease, Lifetime } from './connection-pool.ts';
import { signatureOf, type ClientAbilities } from '../protocol/capabilities.ts';
import { countOf, type Manifest } from './manifest.ts';
import { fingerprintOf, type ManifestStore } from './manifest-store.ts';
import { readManifest } from './read-manifest.ts';
import { createServerStats, type ServerStats } from './server-stats.ts';
import type { Slots } from './slots.ts';
import { openUpstream, type Asker, type Upstream } from './upstream.ts';

export interface GatewayTimes {
  /** For `initialize`, and for each page of a list. */
  readonly handshakeMs: number;
  /** A call may be silent for so long. */
  readonly callQuietMs: number;
  /** How long the first list waits for servers that nothing is remembered of. */
  readonly listWaitMs: number;
}

export interface ManagedServerDeps {
  readonly launcher: ServerLauncher;
  readonly pool: ConnectionPool<Upstream>;
  readonly manifests: ManifestStore;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly log: Log;
  readonly times: GatewayTimes;
  /** All servers, not only those that say so, are kept for a client's session. */
  readonly longLived: boolean;
  readonly onLog: (server: string, line: string) => void;
  readonly onManifest: (server: ManagedServer, manifest: Manifest) => void;
  readonly onFailure: (server: ManagedServer, error: AppError) => void;
}

/** An enabled server: what is known of it, and connections to it. It belongs to no client. */
export interface ManagedServer {
  readonly name: string;
  readonly enabled: EnabledServer;
  readonly fingerprint: string;
  readonly stats: ServerStats;
  readonly lifetime: 'call' | 'session';
  /** What it offers to clients of that kind, if known. */
  manifest(abilities: ClientAbilities): Manifest | undefined;
  /** Makes sure that it becomes known; resolves when it is, or has failed. Never rejects. */
  learn(abilities: ClientAbilities): Promise<void>;
  /** Reads what is remembered on disk. Never rejects. */
  recall(): Promise<void>;
  lease(options: LeaseOptions): Promise<Lease<Upstream>>;
  /** Gives up what is under way; resolves when nothing is any more. */
  stop(): Promise<void>;
}

export interface LeaseOptions {
  readonly owner: string;
  readonly abilities: ClientAbilities;
  readonly lifetime: Lifetime;
  readonly signal?: AbortSignal | undefined;
}

/** Who asks when no client does. */
const gatewayOwner = 'gateway';
const firstRetryMs = 10_000;
const lastRetryMs = 300_000;
const gatewayClient = { name: 'gantry', version: '1' };

export function createManagedServer(enabled: EnabledServer, deps: ManagedServerDeps): ManagedServer {
  const { launcher, pool, manifests: store, slots, clock, log, times } = deps;
  const { name } = enabled.entry;
  const fingerprint = fingerprintOf(enabled);
  const stats = createServerStats(clock);
  const known = new Map<string, Manifest>();
  const learning = new Map<string, Promise<void>>();
  /** What nobody waits for but the end. */
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  let imageDigest: string | undefined;
  let recalled: Promise<void> | undefined;
  let isChecked = false;
  let failedInRow = 0;
  let retryAt = Number.NEGATIVE_INFINITY;

  const lifetime = deps.longLived || enabled.entry.longLived || enabled.entry.type === 'remote' ? 'session' : 'call';

  function lease({ owner, abilities, lifetime: wanted, signal }: LeaseOptions): Promise<Lease<Upstream>> {
    return pool.acquire(
      {
        server: name,
        fingerprint: `${fingerprint}-${signatureOf(abilities)}`,
        lifetime: wanted,
        owner,
        open: ({ signal: opening, session }) =>
          openUpstream({
            server: name,
            connect: (events) => launcher.open(enabled, { signal: opening, events, session }),
            abilities,
            clock,
            handshakeMs: times.handshakeMs,
            onLog: (line) => deps.onLog(name, line),
            signal: opening,
          }),
      },
      { signal },
    );
  }

  /** Starts the server once to ask what it has. */
  async function ask(abilities: ClientAbilities): Promise<Manifest> {
    const leased = await lease({ owner: gatewayOwner, abilities, lifetime: 'once', signal: stopped.signal });
    const asker: Asker = { client: gatewayClient, abilities };
    try {
      const manifest = await readManifest(leased.connection, {
        asker,
        quietMs: times.handshakeMs,
        signal: stopped.signal,
      });
      if (countOf(manifest) === 0) throw nothingOffered(name);
      return manifest;
    } finally {
      leased.release();
    }
  }

  async function identify(): Promise<void> {
    imageDigest = await launcher.identify(enabled, { signal: stopped.signal });
  }

  async function learnNow(signature: string, abilities: ClientAbilities): Promise<void> {
    stats.starting();
    try {
      const manifest = await slots.run(() => ask(abilities), stopped.signal);
      await identify().catch((error: unknown) => log.debug('an image is not known', { server: name, error }));
      isChecked = true;
      known.set(signature, manifest);
      stats.learned();
      failedInRow = 0;
      deps.onManifest(server, manifest);
      await remember();
    } catch (thrown) {
      if (stopped.signal.aborted) return;
      const error = toAppError(thrown);
      retryAt = clock.monotonic() + Math.min(firstRetryMs * 2 ** failedInRow, lastRetryMs);
      failedInRow += 1;
      stats.failed(error);
      deps.onFailure(server, error);
    }
  }

  async function remember(): Promise<void> {
    try {
      await store.save(fingerprint, { imageDigest, manifests: Object.fromEntries(known) });
    } catch (error) {
      log.warn('an MCP server is not remembered', { server: name, error });
    }
  }

  async function recallNow(): Promise<void> {
    const remembered = await store.load(fingerprint);
    if (!remembered) return;
    imageDigest = remembered.imageDigest;
    for (const [signature, manifest] of Object.entries(remembered.manifests)) {
      if (!known.has(signature)) known.set(signature, manifest);
    }
    if (known.size > 0) stats.learned();
  }

  /** Whether the image is still the one whose answers are remembered. Where no Engine answers, they stay. */
  async function check(signature: string, abilities: ClientAbilities): Promise<void> {
    if (isChecked) return;
    isChecked = true;
    const before = imageDigest;
    try {
      await identify();
    } catch (error) {
      imageDigest = before;
      log.debug('an image is not known', { server: name, error });
      return;
    }
    if (imageDigest === before) return;
    await learnNow(signature, abilities);
  }

  function follow(task: Promise<void>): void {
    underWay.add(task);
    const done = (): void => void underWay.delete(task);
    task.then(done, done);
  }

  const server: ManagedServer = {
    name,
    enabled,
    fingerprint,
    stats,
    lifetime,
    manifest: (abilities) => known.get(signatureOf(abilities)),
    recall: () => (recalled ??= recallNow()),
    learn(abilities) {
      const signature = signatureOf(abilities);
      const found = learning.get(signature);
      if (found) return found;
      const learnt = (async () => {
        await server.recall();
        if (known.has(signature)) {
          // Its answer is there; whether it still holds is nothing to wait for.
          follow(check(signature, abilities));
        } else if (clock.monotonic() >= retryAt) await learnNow(signature, abilities);
      })().finally(() => learning.delete(signature));
      learning.set(signature, learnt);
      return learnt;
    },
    lease,
    async stop() {
      stopped.abort(new AppError('request.aborted', `The MCP server ${name} is not wanted any more.`));
      await Promise.all([...learning.values(), ...underWay]);
    },
  };
  return server;
}

function nothingOffered(server: string): AppError {
  return new AppError('mcp.server_failed', `MCP server ${server} answers, but has no tools, prompts or resources.`, {
    hint: `Its configuration or a secret may be missing; see what it prints with: gantry mcp logs ${server}`,
    params: { server, reason: 'empty' },
  });
}
