import { randomUUID } from 'node:crypto';
import { toAppError, type Clock } from '#core';
import type { CallOutcome, Json, JsonObject } from '../types.ts';
import { abilitiesOf } from '../protocol/capabilities.ts';
import type { Envelope } from '../protocol/envelope.ts';
import {
  failed,
  isJsonObject,
  membersOf,
  rpcCodes,
  rpcErrorOf,
  succeeded,
  textOf,
  type RpcId,
  type RpcNotification,
  type RpcRequest,
} from '../protocol/messages.ts';
import { paramHeaderMismatch } from '../protocol/param-headers.ts';
import { metaKeys, modernVersion } from '../protocol/versions.ts';
import { asModernOutcome, gatewayCapabilities } from './eras.ts';
import type { HeldCall, HeldCalls } from './held-calls.ts';
import { progressTokenOf, type RequestContext } from './request-context.ts';
import type { Requests } from './requests.ts';
import { createSession, sessionSignature, type Session, type SessionDeps } from './session.ts';

export interface StatelessOptions {
  /** Who asks: requests of one caller share what servers keep, those of others do not. */
  readonly caller: string;
  /** More than one client may be behind the caller. */
  readonly isShared: boolean;
  readonly signal: AbortSignal;
  /** Of requests that came with headers, in lower case. */
  readonly headerOf?: ((name: string) => string | undefined) | undefined;
  readonly notify: (notification: RpcNotification) => void;
  /** Whoever asks cannot keep up with that; resolves when they can. */
  readonly congestion?: (() => Promise<void> | undefined) | undefined;
}

/** Requests that stand alone. */
export interface Stateless {
  /** Never rejects. */
  ask(request: RpcRequest, envelope: Envelope, options: StatelessOptions): Promise<CallOutcome>;
  sessions(): readonly Session[];
  endCaller(caller: string): Promise<void>;
  close(): Promise<void>;
}

export interface StatelessDeps {
  readonly requests: Requests;
  readonly held: HeldCalls;
  readonly session: SessionDeps;
  readonly clock: Clock;
  readonly idleMs: number;
}

interface Listener {
  readonly id: RpcId;
  readonly filter: JsonObject;
  readonly notify: (notification: RpcNotification) => void;
  readonly finish: (outcome: CallOutcome) => void;
}

interface Entry {
  readonly session: Session;
  readonly caller: string;
  readonly listeners: Set<Listener>;
  busy: number;
  cancelTimer: () => void;
}

const maxEntries = 1000;
const maxListeners = 1024;
/** What a server may have to ask the client for. */
const holdable: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

export function createStateless({ requests, held, session: deps, clock, idleMs }: StatelessDeps): Stateless {
  const entries = new Map<string, Entry>();

  async function end(key: string): Promise<void> {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    entry.cancelTimer();
    for (const listener of entry.listeners) listener.finish(listenEnd(listener.id));
    await entry.session.end();
  }

  function endSoon(key: string): void {
    end(key).catch((error: unknown) => deps.log.warn('a session did not end', { error }));
  }

  function entryFor(envelope: Envelope, { caller, isShared }: StatelessOptions): Entry & { readonly key: string } {
    const abilities = abilitiesOf(envelope.capabilities);
    const key = `${caller}\n${sessionSignature(envelope.client, abilities)}`;
    const found = entries.get(key);
    if (found) return { ...found, key };
    if (entries.size >= maxEntries) {
      const idle = [...entries].find(([, { busy }]) => busy === 0);
      if (idle) endSoon(idle[0]);
    }
    const listeners = new Set<Listener>();
    const session = createSession(
      {
        id: randomUUID(),
        era: 'modern',
        client: envelope.client,
        abilities,
        isShared,
        ask: undefined,
        notify: (notification) => tellListeners(listeners, notification),
      },
      deps,
    );
    session.ready();
    const entry: Entry = { session, caller, listeners, busy: 0, cancelTimer: () => undefined };
    entries.set(key, entry);
    return { ...entry, key };
  }

  /** Keeps the session while it is in use, and for a while after. */
  async function using<T>(key: string, task: () => Promise<T>): Promise<T> {
    const entry = entries.get(key);
    if (entry) {
      entry.busy += 1;
      entry.cancelTimer();
    }
    try {
      return await task();
    } finally {
      if (entry) {
        entry.busy -= 1;
        if (entry.busy === 0) entry.cancelTimer = clock.schedule(idleMs, () => endSoon(key));
      }
    }
  }

  async function listen(
    { id, params = {} }: RpcRequest,
    { session, listeners }: Entry,
    { signal, notify }: StatelessOptions,
  ): Promise<CallOutcome> {
    const asked = params['notifications'];
    if (!isJsonObject(asked))
      return failed(rpcCodes.invalidParams, "Invalid params: 'notifications' is not an object.");
    if (listeners.size >= maxListeners) return failed(rpcCodes.internal, 'Too many subscriptions are open.');
    const filter = honoured(asked);
    return await new Promise<CallOutcome>((resolve) => {
      const listener: Listener = {
        id,
        filter,
        notify,
        finish(outcome) {
          listeners.delete(listener);
          signal.removeEventListener('abort', onAbort);
          resolve(outcome);
        },
      };
      const onAbort = (): void => listener.finish(listenEnd(id));
      signal.addEventListener('abort', onAbort, { once: true });
      listeners.add(listener);
      notify(stamped({ jsonrpc: '2.0', method: acknowledged, params: { notifications: filter } }, id));
      if (Object.keys(filter).length === 0) {
        listener.finish(listenEnd(id));
        return;
      }
      // What it is shown from now on is what changes are measured by.
      session.show();
      for (const uri of followed(filter)) {
        requests
          .follow(uri, session, quietContext(signal))
          .then((outcome) => {
            if (outcome.kind === 'error')
              deps.log.debug('a resource is not followed', { uri, reason: outcome.error.message });
          })
          .catch((error: unknown) => deps.log.warn('a resource is not followed', { uri, error }));
      }
    });
  }

  /** A call, or what is left of one that waits for the client. */
  async function hold(
    request: RpcRequest,
    session: Session,
    options: StatelessOptions & { logLevel: string | undefined },
  ): Promise<CallOutcome> {
    const { method, params = {} } = request;
    const { requestState, inputResponses } = params;
    const found = typeof requestState === 'string' ? held.find(options.caller, requestState) : undefined;
    // A server with sessions never gave out a state: it is made up, or its time is over.
    if (typeof requestState === 'string' && !found && requests.eraOf({ method, params }, session) !== 'modern') {
      return failed(rpcCodes.invalidParams, 'requestState is not known, or is not valid any more.');
    }
    const call: HeldCall =
      found ??
      held.start(options.caller, async (one) => {
        let lacking: JsonObject | undefined;
        const outcome = await requests.handle({ method, params }, session, {
          signal: one.signal,
          progressToken: progressTokenOf(params),
          logLevel: options.logLevel,
          notify: (notification) => one.notify(notification),
          congestion: () => one.congestion(),
          ask: (question, askOptions) => one.ask(question, askOptions),
          isAsking: () => one.isAsking(),
          lacks(capabilities) {
            lacking = { ...lacking, ...capabilities };
          },
        });
        return lacking && isFailure(outcome) ? missingCapability(lacking) : outcome;
      });
    call.reach(options);
    if (found) found.answer(membersOf(inputResponses));
    const onAbort = (): void => call.abandon(options.signal.reason);
    if (options.signal.aborted) onAbort();
    options.signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await call.next();
    } finally {
      options.signal.removeEventListener('abort', onAbort);
      call.reach(undefined);
    }
  }

  async function dispatch(request: RpcRequest, envelope: Envelope, options: StatelessOptions): Promise<CallOutcome> {
    const { method, params = {} } = request;
    const entry = entryFor(envelope, options);
    const { session, key } = entry;
    return await using(key, async () => {
      switch (method) {
        case 'server/discover': {
          for (const { managed } of session.entries()) void managed.learn(session.asker.abilities);
          const { instructions } = session.view();
          return succeeded({
            supportedVersions: [modernVersion],
            capabilities: gatewayCapabilities,
            ...(instructions === undefined ? {} : { instructions }),
          });
        }
        case 'subscriptions/listen':
          return await listen(request, entry, options);
        case 'ping':
        case 'initialize':
          return failed(rpcCodes.methodNotFound, `Method not found: ${method}`);
        default:
      }
      const { logLevel } = envelope;
      const refused = refusal(request, session, options);
      if (refused) return refused;
      if (holdable.has(method)) return await hold(request, session, { ...options, logLevel });
      return await requests.handle({ method, params }, session, {
        ...quietContext(options.signal),
        progressToken: progressTokenOf(params),
        logLevel,
        notify: options.notify,
        congestion: () => options.congestion?.(),
      });
    });
  }

  return {
    async ask(request, envelope, options) {
      try {
        return asModernOutcome(request.method, await dispatch(request, envelope, options));
      } catch (thrown) {
        return { kind: 'error', error: rpcErrorOf(toAppError(thrown)) };
      }
    },
    sessions: () => [...entries.values()].map(({ session }) => session),
    async endCaller(caller) {
      const keys = [...entries].filter(([, entry]) => entry.caller === caller).map(([key]) => key);
      await Promise.all(keys.map(end));
    },
    async close() {
      held.close();
      await Promise.all([...entries.keys()].map(end));
    },
  };
}

/** What can be said before the call is made: headers that contradict it, and a state that nobody gave out. */
function refusal(
  { method, params = {} }: RpcRequest,
  session: Session,
  { headerOf }: StatelessOptions,
): CallOutcome | undefined {
  if (method !== 'tools/call' || !headerOf) return undefined;
  const definition = session.view().tools.find(({ name }) => name === params['name']);
  const found = paramHeaderMismatch(definition?.['inputSchema'], membersOf(params['arguments']), headerOf);
  if (!found) return undefined;
  const { header, problem } = found;
  return failed(rpcCodes.headerMismatch, `Bad Request: the header ${header} and the body disagree: ${problem}`, {
    mismatch: { header, body: problem },
  });
}

function isFailure(outcome: CallOutcome): boolean {
  return outcome.kind === 'error' || outcome.result['isError'] === true;
}

function missingCapability(requiredCapabilities: JsonObject): CallOutcome {
  const names = Object.keys(requiredCapabilities).join(', ');
  return failed(rpcCodes.missingCapability, `Missing required client capabilities: ${names}`, { requiredCapabilities });
}

const acknowledged = 'notifications/subscriptions/acknowledged';

function stamped(notification: RpcNotification, id: RpcId): RpcNotification {
  const { params = {} } = notification;
  return {
    ...notification,
    params: { ...params, _meta: { ...membersOf(params['_meta']), [metaKeys.subscriptionId]: id } },
  };
}

function listenEnd(id: RpcId): CallOutcome {
  return succeeded({ resultType: 'complete', _meta: { [metaKeys.subscriptionId]: id } });
}

/** Of what was asked for, what there is. */
function honoured(asked: JsonObject): JsonObject {
  const filter: Record<string, Json> = {};
  for (const key of ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged']) {
    if (asked[key] === true) filter[key] = true;
  }
  const uris = followed(asked);
  if (uris.length > 0) filter['resourceSubscriptions'] = uris;
  return filter;
}

const maxFollowed = 1000;

function followed(filter: JsonObject): readonly string[] {
  const uris = filter['resourceSubscriptions'];
  if (!Array.isArray(uris)) return [];
  return (uris as readonly Json[]).filter((uri) => typeof uri === 'string').slice(0, maxFollowed);
}

function tellListeners(listeners: ReadonlySet<Listener>, notification: RpcNotification): void {
  for (const { id, filter, notify } of listeners) {
    if (isWanted(notification, filter)) notify(stamped(notification, id));
  }
}

function isWanted({ method, params }: RpcNotification, filter: JsonObject): boolean {
  switch (method) {
    case 'notifications/tools/list_changed':
      return filter['toolsListChanged'] === true;
    case 'notifications/prompts/list_changed':
      return filter['promptsListChanged'] === true;
    case 'notifications/resources/list_changed':
      return filter['resourcesListChanged'] === true;
    case 'notifications/resources/updated':
      return followed(filter).includes(textOf(params?.['uri']) ?? '');
    default:
      return false;
  }
}

/** Of requests that no server asks anything for. */
function quietContext(signal: AbortSignal): RequestContext {
  return {
    signal,
    progressToken: undefined,
    logLevel: undefined,
    notify: () => undefined,
    ask: () => Promise.resolve(failed(rpcCodes.internal, 'The client cannot be asked here.')),
    isAsking: () => false,
  };
}
