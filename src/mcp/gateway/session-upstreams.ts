import type { Log } from '#core';
import type { CallOutcome, JsonObject } from '../types.ts';
import type { Lease } from './connection-pool.ts';
import { lackingFor, type ClientAbilities } from '../protocol/capabilities.ts';
import { failed, membersOf, rpcCodes, textOf, type RpcNotification, type RpcRequest } from '../protocol/messages.ts';
import { isLoud, logsOff } from './log-levels.ts';
import type { ManagedServer } from './managed-server.ts';
import type { ClientQuestion, AskOptions, RequestContext } from './request-context.ts';
import type { Asker, Upstream } from './upstream.ts';

export interface SessionUpstreamsOptions {
  readonly owner: string;
  readonly asker: Asker;
  /** Several clients may be behind it, so that a question of a server without a call of its own has no addressee. */
  readonly isShared: boolean;
  readonly log: Log;
  /** Asks the client outside of any request; undefined where that is not possible. */
  readonly ask: ((question: ClientQuestion, options: AskOptions) => Promise<CallOutcome>) | undefined;
  /** Tells the client outside of any request. */
  readonly notify: (notification: RpcNotification) => void;
  /** Of the same way to the client. */
  readonly congestion: (() => Promise<void> | undefined) | undefined;
  /** What the client wants to hear of logs, outside of requests. */
  logLevel(): string | undefined;
  listChanged(server: string, upstream: Upstream, kind: 'tools' | 'prompts' | 'resources'): void;
  resourceUpdated(params: JsonObject): void;
}

/** A connection in use by a session. */
export interface Attached {
  readonly upstream: Upstream;
  /** Runs a request over it; what the server asks and says meanwhile is for whoever made it. */
  during<T>(context: RequestContext, task: () => Promise<T>): Promise<T>;
}

/** The connections of one session: those that it keeps, and those of single calls. */
export interface SessionUpstreams {
  /** For one call. What follows its end is not waited for. */
  use<T>(server: ManagedServer, options: UseOptions, task: (attached: Attached) => Promise<T>): Promise<T>;
  /** One that is held from now on: what subscriptions belong to. */
  lasting(server: ManagedServer, signal?: AbortSignal): Promise<Attached>;
  /** Those of more than one call, as far as they are up. */
  current(): readonly Upstream[];
  /** What is held of this server, or of all, is given back: the next use may get another. */
  letGo(server?: string): void;
  /** The same of all servers but these; one whose configuration changed is another. */
  letGoBut(servers: ReadonlySet<ManagedServer>): void;
}

interface UseOptions {
  readonly context: RequestContext;
  readonly abilities: ClientAbilities;
}

export function createSessionUpstreams(options: SessionUpstreamsOptions): SessionUpstreams {
  const { owner, asker } = options;
  /** Of more than one call. Between calls the pool has them: it gives back the same, unless it needed the room. */
  const known = new Map<Upstream, Attached>();
  const held = new Map<
    string,
    { readonly server: ManagedServer; readonly attached: Promise<Attached>; lease?: Lease<Upstream> }
  >();

  function attach(upstream: Upstream, { isLasting }: { readonly isLasting: boolean }): Attached & { detach(): void } {
    const contexts = new Set<RequestContext>();
    const detach = upstream.attach({
      request: (request, { signal }) => answer(request, { signal, contexts, upstream }),
      notification: (notification) => hear(notification, { contexts, upstream, isLasting }),
      congestion() {
        const context = meant(contexts);
        const isOne = context !== undefined && context !== 'ambiguous';
        return isOne && context.congestion ? context.congestion() : options.congestion?.();
      },
    });
    const level = options.logLevel();
    if (
      level !== undefined &&
      level !== logsOff &&
      upstream.era === 'legacy' &&
      upstream.capabilities['logging'] !== undefined
    ) {
      upstream
        .request('logging/setLevel', { level }, { asker, quietMs: setLevelMs })
        .catch((error: unknown) => options.log.debug('a log level was not taken', { error }));
    }
    return {
      upstream,
      detach,
      async during(context, task) {
        contexts.add(context);
        try {
          return await task();
        } finally {
          contexts.delete(context);
        }
      },
    };
  }

  /** The request that a server means when it asks something: MCP's pipes do not say. */
  function meant(contexts: ReadonlySet<RequestContext>): RequestContext | 'ambiguous' | undefined {
    if (contexts.size > 1 && options.isShared) return 'ambiguous';
    return [...contexts].at(-1);
  }

  async function answer(
    request: RpcRequest,
    { signal, contexts, upstream }: { signal: AbortSignal; contexts: ReadonlySet<RequestContext>; upstream: Upstream },
  ): Promise<CallOutcome> {
    const { method, params } = request;
    if (!questions.has(method)) return failed(rpcCodes.methodNotFound, `There is no ${method.slice(0, 100)} here.`);
    const lacking = lackingFor(method, { params, abilities: asker.abilities });
    if (lacking) {
      const whose = meant(contexts);
      if (whose !== undefined && whose !== 'ambiguous') whose.lacks?.(lacking);
      return failed(rpcCodes.methodNotFound, `The client does not support ${method}.`, {
        requiredCapabilities: lacking,
      });
    }
    const context = meant(contexts);
    if (context === 'ambiguous') {
      return failed(rpcCodes.internal, 'Several calls are under way, and which of them this belongs to is not known.');
    }
    const token = membersOf(params?.['_meta'])['progressToken'];
    const askOptions: AskOptions = {
      signal,
      onProgress:
        token === undefined
          ? undefined
          : (progress) => upstream.notify('notifications/progress', { ...progress, progressToken: token }),
    };
    if (context) return await context.ask({ method, params }, askOptions);
    if (options.ask) return await options.ask({ method, params }, askOptions);
    return failed(rpcCodes.internal, 'No request of a client is under way that this could belong to.');
  }

  function hear(
    notification: RpcNotification,
    {
      contexts,
      upstream,
      isLasting,
    }: { contexts: ReadonlySet<RequestContext>; upstream: Upstream; isLasting: boolean },
  ): void {
    const { method, params = {} } = notification;
    switch (method) {
      case 'notifications/message': {
        const context = meant(contexts);
        const toOne = context !== undefined && context !== 'ambiguous' ? context : undefined;
        const least = toOne?.logLevel ?? options.logLevel();
        if (!isLoud(params['level'], { least })) return;
        const named = { ...notification, params: { ...params, logger: textOf(params['logger']) ?? upstream.server } };
        if (toOne) toOne.notify(named);
        else options.notify(named);
        return;
      }
      case 'notifications/tools/list_changed':
        // A container that lives for one call says so when it starts; nobody can use what it means.
        if (isLasting) options.listChanged(upstream.server, upstream, 'tools');
        return;
      case 'notifications/prompts/list_changed':
        if (isLasting) options.listChanged(upstream.server, upstream, 'prompts');
        return;
      case 'notifications/resources/list_changed':
        if (isLasting) options.listChanged(upstream.server, upstream, 'resources');
        return;
      case 'notifications/resources/updated':
        options.resourceUpdated(params);
        return;
      case 'notifications/elicitation/complete':
        options.notify(notification);
        return;
      default:
    }
  }

  function attachedTo(upstream: Upstream): Attached {
    const found = known.get(upstream);
    if (found) return found;
    const attached = attach(upstream, { isLasting: true });
    known.set(upstream, attached);
    const forget = (): void => void known.delete(upstream);
    upstream.ended.then(forget, forget);
    return attached;
  }

  async function lease(server: ManagedServer, signal: AbortSignal | undefined): Promise<Lease<Upstream>> {
    const wanted = { owner, abilities: asker.abilities, lifetime: 'session', signal } as const;
    const leased = await server.lease(wanted);
    if (leased.connection.failure() === undefined) return leased;
    // It has ended, and not everybody has heard of it yet.
    leased.release();
    await leased.connection.ended;
    return await server.lease(wanted);
  }

  function letGo(server: string): void {
    const entry = held.get(server);
    held.delete(server);
    entry?.lease?.release();
  }

  function lasting(server: ManagedServer, signal?: AbortSignal): Promise<Attached> {
    const found = held.get(server.name);
    if (found && found.lease?.connection.failure() === undefined) return abortable(found.attached, signal);
    const entry: { server: ManagedServer; attached: Promise<Attached>; lease?: Lease<Upstream> } = {
      server,
      // Others may wait for it too, so whoever asked first cannot stop it.
      attached: lease(server, undefined).then((leased) => {
        if (held.get(server.name) === entry) entry.lease = leased;
        else leased.release();
        return attachedTo(leased.connection);
      }),
    };
    held.set(server.name, entry);
    entry.attached.catch(() => {
      if (held.get(server.name) === entry) held.delete(server.name);
    });
    return abortable(entry.attached, signal);
  }

  return {
    lasting,
    async use(server, { context, abilities }, task) {
      if (held.has(server.name)) {
        const attached = await lasting(server, context.signal);
        return await attached.during(context, () => task(attached));
      }
      if (server.lifetime === 'session') {
        const leased = await lease(server, context.signal);
        try {
          const attached = attachedTo(leased.connection);
          return await attached.during(context, () => task(attached));
        } finally {
          leased.release();
        }
      }
      const leased = await server.lease({ owner, abilities, lifetime: 'call', signal: context.signal });
      const attached = attach(leased.connection, { isLasting: false });
      try {
        return await attached.during(context, () => task(attached));
      } finally {
        attached.detach();
        leased.release();
      }
    },
    current: () => [...known.keys()].filter((upstream) => upstream.failure() === undefined),
    letGoBut(servers) {
      for (const [name, { server }] of held) if (!servers.has(server)) letGo(name);
    },
    letGo(server) {
      for (const name of server === undefined ? [...held.keys()] : [server]) letGo(name);
    },
  };
}

const setLevelMs = 10_000;
const questions: ReadonlySet<string> = new Set(['roots/list', 'sampling/createMessage', 'elicitation/create']);

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener('abort', onAbort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });
}
