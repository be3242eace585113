import { randomUUID } from 'node:crypto';
import type { AppError, Clock, Log } from '#core';
import type { CallOutcome, RpcMessage } from '../types.ts';
import { abilitiesOf } from '../protocol/capabilities.ts';
import { clientOf, readEnvelope } from '../protocol/envelope.ts';
import {
  failed,
  isRequest,
  membersOf,
  rpcCodes,
  succeeded,
  textOf,
  type RpcId,
  type RpcNotification,
  type RpcRequest,
} from '../protocol/messages.ts';
import { createPeer } from '../protocol/peer.ts';
import { negotiateLegacyVersion } from '../protocol/versions.ts';
import { asLegacyOutcome, gatewayCapabilities, gatewayInfo } from './eras.ts';
import { progressTokenOf, type AskOptions, type ClientQuestion } from './request-context.ts';
import type { Requests } from './requests.ts';
import { createSession, type Session, type SessionDeps } from './session.ts';
import type { Stateless } from './stateless.ts';

/** Where a client's messages go. `related` is the client's request that a message belongs to, if any. */
export interface ClientPipe {
  send(message: RpcMessage, related: RpcId | undefined): void;
  /** The client does not read as fast as it is written to there; resolves when it does. */
  congestion?(related: RpcId | undefined): Promise<void> | undefined;
}

/** A client whose messages come through one pipe: stdio, SSE, or a session of streamable HTTP. */
export interface ClientConnection {
  readonly id: string;
  receive(message: RpcMessage): void;
  session(): Session | undefined;
  end(reason: AppError): Promise<void>;
}

export interface ClientConnectionDeps {
  readonly requests: Requests;
  readonly stateless: Stateless;
  readonly session: SessionDeps;
  readonly clock: Clock;
  readonly log: Log;
  readonly onSession: (session: Session) => void;
}

/** How long a person at a client may take to answer. */
const askMs = 1_800_000;
const maxIncoming = 1000;

export function createClientConnection(pipe: ClientPipe, deps: ClientConnectionDeps): ClientConnection {
  const { requests, stateless, clock, log } = deps;
  const id = randomUUID();
  let session: Session | undefined;
  /** Set while a request to the client is sent: whose business it is. */
  let relatedNow: RpcId | undefined;
  const asking = new Map<RpcId, number>();

  const peer = createPeer({
    clock,
    maxIncoming,
    send: (message) => pipe.send(message, message.method === undefined ? message.id : relatedNow),
    onRequest: (request, { signal }) => answer(request, signal),
    onNotification: hear,
  });

  async function ask(
    { method, params }: ClientQuestion,
    { signal, onProgress }: AskOptions,
    related: RpcId | undefined,
  ): Promise<CallOutcome> {
    if (related !== undefined) asking.set(related, (asking.get(related) ?? 0) + 1);
    relatedNow = related;
    try {
      const answered = peer.request(method, params, { signal, quietMs: askMs, onProgress });
      relatedNow = undefined;
      return await answered;
    } finally {
      relatedNow = undefined;
      if (related !== undefined) {
        const left = (asking.get(related) ?? 1) - 1;
        if (left === 0) asking.delete(related);
        else asking.set(related, left);
      }
    }
  }

  function initialize({ params = {} }: RpcRequest): CallOutcome {
    if (session) return failed(rpcCodes.invalidRequest, 'This connection is initialized already.');
    const client = clientOf(params['clientInfo']);
    const asked = textOf(params['protocolVersion']);
    if (!client || asked === undefined) {
      return failed(rpcCodes.invalidParams, 'initialize needs protocolVersion, and clientInfo with name and version.');
    }
    session = createSession(
      {
        id,
        era: 'legacy',
        client,
        abilities: abilitiesOf(membersOf(params['capabilities'])),
        isShared: false,
        notify: (notification) => pipe.send(notification, undefined),
        congestion: () => pipe.congestion?.(undefined),
        ask: (question, options) => ask(question, options, undefined),
      },
      deps.session,
    );
    deps.onSession(session);
    // What the servers have is asked for now, so that it is there when the client asks.
    for (const { managed } of session.entries()) void managed.learn(session.asker.abilities);
    const { instructions } = session.view();
    return succeeded({
      protocolVersion: negotiateLegacyVersion(asked),
      capabilities: gatewayCapabilities,
      serverInfo: gatewayInfo,
      ...(instructions === undefined ? {} : { instructions }),
    });
  }

  async function answer(request: RpcRequest, signal: AbortSignal): Promise<CallOutcome> {
    const { method, params = {}, id: requestId } = request;
    const reading = readEnvelope(request.params);
    if (reading.kind === 'refused') return failed(reading.code, reading.message, reading.data);
    if (reading.kind === 'envelope') {
      return await stateless.ask(request, reading.envelope, {
        caller: id,
        isShared: false,
        signal,
        notify: (notification) => pipe.send(notification, requestId),
        congestion: () => pipe.congestion?.(requestId),
      });
    }
    if (method === 'initialize') return initialize(request);
    if (method === 'ping') return succeeded({});
    if (!session) return failed(rpcCodes.invalidRequest, 'The first request of a connection is initialize.');
    const outcome = await requests.handle({ method, params }, session, {
      signal,
      progressToken: progressTokenOf(params),
      logLevel: undefined,
      notify: (notification) => pipe.send(notification, requestId),
      congestion: () => pipe.congestion?.(requestId),
      ask: (question, options) => ask(question, options, requestId),
      isAsking: () => asking.has(requestId),
    });
    return asLegacyOutcome(outcome);
  }

  function hear({ method }: RpcNotification): void {
    switch (method) {
      case 'notifications/initialized':
        session?.ready();
        return;
      case 'notifications/roots/list_changed':
        session?.rootsChanged();
        return;
      default:
        log.debug('a client said something that is not known', { method: method.slice(0, 100) });
    }
  }

  return {
    id,
    session: () => session,
    receive(message) {
      // Two requests of one id cannot be told apart in what goes back.
      if (isRequest(message) && message.method === '') return;
      peer.receive(message);
    },
    async end(reason) {
      peer.end(reason);
      await Promise.all([session?.end(), stateless.endCaller(id)]);
    },
  };
}
