import { AppError, type Clock } from '#core';
import type { CallOutcome, ConnectionEvents, JsonObject, RpcMessage, ServerConnection } from '../types.ts';
import type { Poolable } from './connection-pool.ts';
import { capabilitiesFor, type ClientAbilities } from '../protocol/capabilities.ts';
import { failed, membersOf, rpcCodes, type RpcNotification, type RpcRequest } from '../protocol/messages.ts';
import { createPeer, type Peer, type RequestOptions } from '../protocol/peer.ts';
import { metaKeys, modernVersion } from '../protocol/versions.ts';
import { shakeHands, type Handshake } from './handshake.ts';

/** For whom a request is made: servers of the stateless era are told with each one. */
export interface Asker {
  readonly client: { readonly name: string; readonly version: string };
  readonly abilities: ClientAbilities;
  readonly logLevel?: string | undefined;
}

/** Who gets what a server says of its own accord. */
export interface UpstreamOwner {
  request(request: RpcRequest, options: { readonly signal: AbortSignal }): Promise<CallOutcome>;
  notification(notification: RpcNotification): void;
  /** They cannot keep up; resolves when they can. */
  congestion?(): Promise<void> | undefined;
}

/** A server at the other end, ready for use. */
export interface Upstream extends Poolable, Handshake {
  readonly server: string;
  /** @throws AppError `mcp.server_unavailable` when it is silent too long or has ended, naming it */
  request(
    method: string,
    params: JsonObject,
    options: RequestOptions & { readonly asker: Asker },
  ): Promise<CallOutcome>;
  notify(method: string, params?: JsonObject): void;
  /** Until the result is called. What the server asked before anybody came is handed over then. */
  attach(owner: UpstreamOwner): () => void;
  /** Of servers of the stateless era: says which changes are wanted from now on. */
  listen(filter: JsonObject, asker: Asker): void;
  failure(): AppError | undefined;
}

export interface OpenUpstreamOptions {
  readonly server: string;
  readonly connect: (events: ConnectionEvents) => Promise<ServerConnection>;
  readonly abilities: ClientAbilities;
  readonly clock: Clock;
  readonly onLog: (line: string) => void;
  readonly handshakeMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly request: RpcRequest;
  readonly signal: AbortSignal;
  readonly settle: (outcome: Promise<CallOutcome> | CallOutcome) => void;
}

const maxWaiting = 16;
const tailLines = 5;

/** Connects and shakes hands. @throws AppError naming the server and what it said last */
export async function openUpstream(options: OpenUpstreamOptions): Promise<Upstream> {
  const { server, connect, abilities, clock, onLog, handshakeMs, signal } = options;
  let owner: UpstreamOwner | undefined;
  let waiting: Waiting[] = [];
  let said: string[] = [];
  let failure: AppError | undefined;
  let isClosing = false;
  let tellEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve;
  });

  const fail = (cause: AppError | undefined): AppError => {
    failure ??= isClosing ? closed(server) : unavailable(server, { cause, said });
    return failure;
  };

  function onRequest(request: RpcRequest, { signal: gone }: { readonly signal: AbortSignal }): Promise<CallOutcome> {
    if (request.method === 'ping') return Promise.resolve({ kind: 'result', result: {} });
    if (owner) return owner.request(request, { signal: gone });
    if (waiting.length >= maxWaiting)
      return Promise.resolve(failed(rpcCodes.internal, 'No client is here to be asked.'));
    return new Promise((resolve) => {
      const one: Waiting = { request, signal: gone, settle: resolve };
      waiting.push(one);
      gone.addEventListener('abort', () => {
        waiting = waiting.filter((other) => other !== one);
        resolve(failed(rpcCodes.internal, 'It was withdrawn.'));
      });
    });
  }

  let connection: ServerConnection | undefined;
  const early: RpcMessage[] = [];
  const peer: Peer = createPeer({
    clock,
    send: (message) => (connection ? connection.send(message) : early.push(message)),
    onRequest,
    onNotification: (notification) => owner?.notification(notification),
  });

  connection = await connect({
    message: (message) => peer.receive(message),
    congestion: () => owner?.congestion?.(),
    log(line) {
      said = [...said.slice(1 - tailLines), line];
      onLog(line);
    },
    closed(error) {
      peer.end(fail(error));
      tellEnded();
    },
  });
  const pipe = connection;
  for (const message of early) pipe.send(message);

  const close = async (): Promise<void> => {
    isClosing = true;
    peer.end(fail(undefined));
    await pipe.close();
    tellEnded();
  };

  let handshake: Handshake;
  try {
    handshake = await shakeHands(peer, { abilities, quietMs: handshakeMs, discoverFirst: pipe.anyFirst, signal });
  } catch (error) {
    const reason =
      error instanceof AppError && failure === undefined ? unavailable(server, { cause: error, said }) : error;
    // Whoever waits must not wait for the end of a server that hangs.
    close().catch(() => undefined);
    throw reason;
  }

  const { era } = handshake;
  let listening: AbortController | undefined;
  return {
    ...handshake,
    server,
    ended,
    close,
    failure: () => failure,
    async request(method, params, { asker, ...rest }) {
      try {
        return await peer.request(method, era === 'modern' ? withEnvelope(params, asker) : params, rest);
      } catch (error) {
        throw error instanceof AppError && error.code === 'mcp.server_unavailable' && failure === undefined
          ? unavailable(server, { cause: error, said: [] })
          : error;
      }
    },
    notify: (method, params) => peer.notify(method, params),
    attach(next) {
      owner = next;
      const held = waiting;
      waiting = [];
      for (const { request, signal: gone, settle } of held) settle(next.request(request, { signal: gone }));
      return () => {
        if (owner === next) owner = undefined;
      };
    },
    listen(filter, asker) {
      listening?.abort(new AppError('request.aborted', 'Other changes are listened for.'));
      listening = new AbortController();
      const params = withEnvelope({ notifications: filter }, asker);
      // It is answered when the server ends it; until then it is silent by nature.
      peer
        .request('subscriptions/listen', params, {
          signal: listening.signal,
          quietMs: quietForListening,
          isHeld: () => true,
        })
        .catch(() => undefined);
    },
  };
}

const quietForListening = 3_600_000;

function withEnvelope(params: JsonObject, { client, abilities, logLevel }: Asker): JsonObject {
  return {
    ...params,
    _meta: {
      ...membersOf(params['_meta']),
      [metaKeys.protocolVersion]: modernVersion,
      [metaKeys.clientInfo]: { ...client },
      [metaKeys.clientCapabilities]: capabilitiesFor(abilities),
      ...(logLevel === undefined ? {} : { [metaKeys.logLevel]: logLevel }),
    },
  };
}

function closed(server: string): AppError {
  return new AppError('mcp.server_unavailable', `The connection to the MCP server ${server} was closed.`, {
    params: { server, reason: 'closed' },
  });
}

/** Names the server, what happened, and the last of what it said: clients hide what servers print. */
function unavailable(
  server: string,
  { cause, said }: { readonly cause: AppError | undefined; readonly said: readonly string[] },
): AppError {
  const what = cause?.message ?? 'It ended.';
  const isTold = said.every((line) => what.includes(line));
  const end = /[.!?…]$/.test(what) ? '' : '.';
  const last = isTold ? '' : `${end} It last said: ${said.join(' | ').slice(-600)}`;
  return new AppError(cause?.code ?? 'mcp.server_unavailable', `MCP server ${server}: ${what}${last}`, {
    hint: cause?.hint,
    params: { ...cause?.params, server },
    cause,
  });
}
