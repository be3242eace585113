import { AppError, type Clock, type Log } from '#core';
import type { CallOutcome, ClientSession, EnabledServer, GatewayTool, JsonObject } from '../types.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { signatureOf, type ClientAbilities } from '../protocol/capabilities.ts';
import { textOf, type RpcNotification } from '../protocol/messages.ts';
import type { Era } from '../protocol/versions.ts';
import { listMethods, listNames, type ListName, type Manifest } from './manifest.ts';
import type { GatewayTimes } from './managed-server.ts';
import { isLoud, logsOff } from './log-levels.ts';
import { readList } from './read-manifest.ts';
import type { AskOptions, ClientQuestion } from './request-context.ts';
import type { ServerSet, SetEntry } from './server-set.ts';
import { createSessionUpstreams, type SessionUpstreams } from './session-upstreams.ts';
import type { Asker, Upstream } from './upstream.ts';
import type { View } from './view.ts';

export interface SessionDeps {
  readonly servers: ServerSet;
  readonly pool: ConnectionPool<Upstream>;
  readonly builtinTools: readonly GatewayTool[];
  readonly times: GatewayTimes;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SessionOptions {
  readonly id: string;
  readonly era: Era;
  readonly client: ClientSession['client'];
  readonly abilities: ClientAbilities;
  /** Several clients may be behind it. */
  readonly isShared: boolean;
  /** Tells the client outside of any request. */
  readonly notify: (notification: RpcNotification) => void;
  /** The client cannot keep up with that; resolves when it can. */
  readonly congestion?: (() => Promise<void> | undefined) | undefined;
  readonly ask: ((question: ClientQuestion, options: AskOptions) => Promise<CallOutcome>) | undefined;
}

/** One client and what belongs to it alone. */
export interface Session {
  readonly id: string;
  readonly era: Era;
  readonly client: ClientSession['client'];
  readonly asker: Asker;
  readonly upstreams: SessionUpstreams;
  view(): View;
  /** The view that the client is about to see: changes are told against it. */
  show(): View;
  entries(): readonly SetEntry[];
  entry(server: string): SetEntry | undefined;
  tool(name: string): GatewayTool | undefined;
  /** Waits until it is known what all servers offer, or long enough. */
  known(options: KnownOptions): Promise<void>;
  setLogLevel(level: string): void;
  subscriptions(): ReadonlySet<string>;
  subscribe(uri: string): void;
  unsubscribe(uri: string): void;
  /** Which server a URI came from that no list has. */
  ownerOf(uri: string): string | undefined;
  remember(uri: string, server: string): void;
  /** What is remembered of the server is there when this resolves. */
  add(enabled: EnabledServer): Promise<SetEntry>;
  remove(server: string): boolean;
  addTool(tool: GatewayTool): void;
  /** What tools of the gateway configured for this session, by server. */
  readonly configured: Map<string, JsonObject>;
  rootsChanged(): void;
  /** Its client may hear of changes from now on. */
  ready(): void;
  end(): Promise<void>;
}

export interface KnownOptions {
  readonly signal: AbortSignal;
  readonly waitMs?: number | undefined;
  /** Also for a server that was waited for in vain before. */
  readonly again?: boolean;
}

const maxRememberedUris = 2000;
const relistMs = 50;

export function createSession(options: SessionOptions, deps: SessionDeps): Session {
  const { id, era, client, abilities, notify } = options;
  const { servers, pool, times, clock, log } = deps;
  const asker: Asker = { client, abilities };
  const own = new Map<string, Manifest>();
  const added = new Map<string, SetEntry>();
  const removed = new Set<string>();
  const addedTools = new Map<string, GatewayTool>();
  const subscribed = new Set<string>();
  const uriOwners = new Map<string, string>();
  const relisting = new Map<string, { kinds: Set<string>; cancel: () => void }>();
  const toldFailures = new Map<string, string>();
  const waitedFor = new Set<string>();
  let logLevel: string | undefined = era === 'modern' ? logsOff : undefined;
  let ownView: View | undefined;
  let shown: View | undefined;
  let isReady = false;
  let isEnded = false;

  const isLikeOthers = (): boolean => own.size === 0 && added.size === 0 && removed.size === 0 && addedTools.size === 0;

  function entries(): readonly SetEntry[] {
    if (added.size === 0 && removed.size === 0) return servers.list();
    const base = servers.list().filter(({ managed }) => !removed.has(managed.name) && !added.has(managed.name));
    return [...base, ...added.values()];
  }

  function view(): View {
    if (isLikeOthers()) return servers.view(abilities);
    ownView ??= servers.viewOf(entries(), { abilities, own, tools: [...deps.builtinTools, ...addedTools.values()] });
    return ownView;
  }

  /** Compares with what the client was last shown, and tells it what is different. */
  function viewChanged(): void {
    ownView = undefined;
    if (!isReady || isEnded || shown === undefined) return;
    const before = shown;
    const now = view();
    shown = now;
    const isDifferent = (list: ListName): boolean => JSON.stringify(before[list]) !== JSON.stringify(now[list]);
    if (before === now) return;
    if (isDifferent('tools')) notify(changeOf('tools'));
    if (isDifferent('prompts')) notify(changeOf('prompts'));
    if (isDifferent('resources') || isDifferent('templates')) notify(changeOf('resources'));
  }

  function tellFailure(server: string, error: AppError): void {
    const isMine = entries().some(({ managed }) => managed.name === server);
    if (!isReady || isEnded || !isMine || toldFailures.get(server) === error.message) return;
    toldFailures.set(server, error.message);
    if (!isLoud('error', { least: logLevel })) return;
    const data = { server, code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
    notify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'error', logger: 'gateway', data } });
  }

  async function relist(server: string, upstream: Upstream, kinds: ReadonlySet<string>): Promise<void> {
    const current =
      own.get(server) ??
      servers
        .list()
        .find(({ managed }) => managed.name === server)
        ?.managed.manifest(abilities);
    if (!current) return;
    const wanted = listNames.filter((name) => kinds.has(listMethods[name].capability));
    const lists = await Promise.all(
      wanted.map(
        async (name) => [name, await readList(upstream, name, { asker, quietMs: times.handshakeMs })] as const,
      ),
    );
    if (isEnded) return;
    own.set(server, { ...current, ...Object.fromEntries(lists) });
    viewChanged();
  }

  function listChanged(server: string, upstream: Upstream, kind: string): void {
    const waiting = relisting.get(server);
    if (waiting) {
      waiting.kinds.add(kind);
      return;
    }
    const kinds = new Set([kind]);
    const cancel = clock.schedule(relistMs, () => {
      relisting.delete(server);
      relist(server, upstream, kinds).catch((error: unknown) => {
        if (!isEnded) log.warn('a list of an MCP server cannot be read again', { server, error });
      });
    });
    relisting.set(server, { kinds, cancel });
  }

  const stopListening = servers.listen({
    changed() {
      // Whoever is gone from the set takes along what this session knew of it.
      const names = new Set(entries().map(({ managed }) => managed.name));
      for (const server of own.keys()) if (!names.has(server)) own.delete(server);
      upstreams.letGoBut(new Set(entries().map(({ managed }) => managed)));
      viewChanged();
    },
    failed: tellFailure,
    learned: (server) => void toldFailures.delete(server),
    renewed: () => upstreams.letGo(),
  });

  const upstreams = createSessionUpstreams({
    owner: id,
    asker,
    isShared: options.isShared,
    log,
    ask: options.ask,
    notify,
    congestion: options.congestion,
    logLevel: () => logLevel,
    listChanged,
    resourceUpdated(params) {
      if (typeof params['uri'] === 'string' && subscribed.has(params['uri'])) {
        notify({ jsonrpc: '2.0', method: 'notifications/resources/updated', params });
      }
    },
  });

  return {
    id,
    era,
    client,
    asker,
    upstreams,
    view,
    show() {
      shown = view();
      return shown;
    },
    entries,
    configured: new Map(),
    entry: (server) => entries().find(({ managed }) => managed.name === server),
    tool: (name) => addedTools.get(name) ?? deps.builtinTools.find(({ definition }) => definition['name'] === name),
    async known({ signal, waitMs = times.listWaitMs, again = false }) {
      const all = entries();
      const learning = all.map(({ managed }) => managed.learn(abilities));
      // A server that did not come up in time is not waited for twice; when it comes, the client is told.
      const pending = all.flatMap(({ managed }, index) => {
        if (managed.manifest(abilities) !== undefined || (!again && waitedFor.has(managed.fingerprint))) return [];
        const one = learning[index];
        return one === undefined ? [] : [{ managed, one }];
      });
      if (pending.length === 0) return;
      await settledWithin(Promise.all(pending.map(({ one }) => one)), { clock, ms: waitMs, signal });
      for (const { managed } of pending) waitedFor.add(managed.fingerprint);
    },
    setLogLevel(level) {
      logLevel = level;
      for (const upstream of upstreams.current()) {
        if (upstream.era === 'modern' || upstream.capabilities['logging'] === undefined) continue;
        upstream
          .request('logging/setLevel', { level }, { asker, quietMs: times.handshakeMs })
          .catch((error: unknown) => log.debug('a log level was not taken', { server: upstream.server, error }));
      }
    },
    subscriptions: () => subscribed,
    subscribe: (uri) => void subscribed.add(uri),
    unsubscribe: (uri) => void subscribed.delete(uri),
    ownerOf: (uri) => uriOwners.get(uri),
    remember(uri, server) {
      uriOwners.delete(uri);
      uriOwners.set(uri, server);
      const oldest = uriOwners.keys().next();
      if (uriOwners.size > maxRememberedUris && !oldest.done) uriOwners.delete(oldest.value);
    },
    async add(enabled) {
      const entry = servers.make(enabled);
      await entry.managed.recall();
      added.set(entry.managed.name, entry);
      removed.delete(entry.managed.name);
      viewChanged();
      return entry;
    },
    remove(server) {
      const isThere = entries().some(({ managed }) => managed.name === server);
      void added.get(server)?.managed.stop();
      added.delete(server);
      removed.add(server);
      own.delete(server);
      upstreams.letGo(server);
      viewChanged();
      return isThere;
    },
    addTool(tool) {
      addedTools.set(textOf(tool.definition['name']) ?? '', tool);
      viewChanged();
    },
    rootsChanged() {
      for (const upstream of upstreams.current()) {
        if (upstream.era === 'legacy') upstream.notify('notifications/roots/list_changed');
      }
    },
    ready() {
      isReady = true;
      for (const { managed } of entries()) {
        const { error, state } = managed.stats.facts();
        if (state === 'failed' && error) {
          tellFailure(managed.name, new AppError('mcp.server_failed', error.message, { hint: error.hint }));
        }
      }
    },
    async end() {
      if (isEnded) return;
      isEnded = true;
      stopListening();
      for (const { cancel } of relisting.values()) cancel();
      for (const { managed } of added.values()) void managed.stop();
      await pool.endOwner(id);
    },
  };
}

export function sessionSignature(client: ClientSession['client'], abilities: ClientAbilities): string {
  return `${client.name}\n${client.version}\n${signatureOf(abilities)}`;
}

function changeOf(kind: 'tools' | 'prompts' | 'resources'): RpcNotification {
  return { jsonrpc: '2.0', method: `notifications/${kind}/list_changed` };
}

async function settledWithin(
  promise: Promise<unknown>,
  { clock, ms, signal }: { readonly clock: Clock; readonly ms: number; readonly signal: AbortSignal },
): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.schedule(ms, done);
    signal.addEventListener('abort', done, { once: true });
    promise.then(done, done);
  });
}
