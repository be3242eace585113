import type { JSONRPCMessage, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { AppError, toAppError, type Clock } from '#core';
import type { HttpClient } from '#registry';
import type {
  ConnectionEvents,
  Json,
  JsonObject,
  PlannedValue,
  RemoteLaunch,
  RpcMessage,
  SecretResolver,
  ServerConnection,
  ServerTransport,
} from '../types.ts';
import { membersOf } from '../protocol/messages.ts';
import { modernVersion } from '../protocol/versions.ts';
import type { Authorize } from './oauth/authorization.ts';
import { fetchThrough } from './fetch-through.ts';
import { pendingRequests, type PendingRequests } from './pending-requests.ts';
import { ownStream, type OwnStream } from './own-stream.ts';
import { createPace, type Pace } from './pace.ts';
import { headersFor, paramHeadersOf, type ParamHeader } from './param-headers.ts';
import { remoteFailure, rpcErrorOf } from './remote-failure.ts';
import { checkRemoteUrl, type RemoteUrlRules } from './remote-url.ts';

export interface RemoteTransportDeps {
  /** One whose answers may be silent for long: event streams. */
  readonly http: HttpClient;
  readonly secrets: SecretResolver;
  /** Tokens for a server; they count over a header of the catalogue (contract mcp-toolkit §3.13). */
  readonly authorize: Authorize;
  readonly rules: () => RemoteUrlRules;
  readonly clock: Clock;
  /** Bytes of one message. */
  readonly maxMessageBytes?: number | undefined;
}

const defaultMaxMessageBytes = 32 * 1024 * 1024;
const goodbyeMs = 2000;

type Pipe = Pick<StreamableHTTPClientTransport, 'start' | 'send' | 'close' | 'setProtocolVersion'> &
  Partial<Pick<StreamableHTTPClientTransport, 'terminateSession'>> & {
    onmessage?: ((message: JSONRPCMessage) => void) | undefined;
    onclose?: (() => void) | undefined;
    onerror?: ((error: Error) => void) | undefined;
  };

/** Servers that run elsewhere: streamable HTTP, and HTTP with server-sent events of the protocol's first versions. */
export function createRemoteTransport(deps: RemoteTransportDeps): ServerTransport<RemoteLaunch> {
  /** Arguments that servers want repeated in headers, by address and tool, as they were last listed. */
  const declared = new Map<string, Map<string, readonly ParamHeader[]>>();
  return {
    async open(plan, { events, signal }) {
      const rules = deps.rules();
      const url = checkRemoteUrl(plan.server, plan.url, rules);
      const headers = await resolveHeaders(plan, { secrets: deps.secrets, signal });
      const pace = createPace(() => events.congestion?.());
      const fetchFn = fetchThrough({
        http: deps.http,
        ledFrom: rules.allowInsecure ? undefined : 'public',
        maxBytes: deps.maxMessageBytes ?? defaultMaxMessageBytes,
        pace,
      });
      const stream = ownStream(fetchFn, deps.clock);
      const options = { fetch: stream.fetch, requestInit: { headers }, authProvider: deps.authorize(plan, fetchFn) };
      // Loaded when the first remote server is used: the SDK is larger than the rest of the gateway.
      const sdk = await import('@modelcontextprotocol/client');
      const pipe: Pipe =
        plan.transport === 'sse'
          ? new sdk.SSEClientTransport(url, options)
          : new sdk.StreamableHTTPClientTransport(url, options);
      const tools = declared.get(plan.url) ?? new Map<string, readonly ParamHeader[]>();
      declared.set(plan.url, tools);
      const connection = overPipe(pipe, {
        server: plan.server,
        events,
        clock: deps.clock,
        tools,
        pace,
        stream: plan.transport === 'sse' ? undefined : stream,
      });
      try {
        await abortable(pipe.start(), signal);
      } catch (error) {
        await connection.close();
        throw remoteFailure(plan.server, error);
      }
      return connection;
    },
  };
}

interface PipeOptions {
  readonly server: string;
  readonly events: ConnectionEvents;
  readonly clock: Clock;
  readonly tools: Map<string, readonly ParamHeader[]>;
  readonly pace: Pace;
  /** Of streamable HTTP. */
  readonly stream: OwnStream | undefined;
}

const beforeSession: ReadonlySet<string | undefined> = new Set(['initialize', 'server/discover']);

function overPipe(pipe: Pipe, { server, events, clock, tools, pace, stream }: PipeOptions): ServerConnection {
  const pending: PendingRequests = pendingRequests();
  let over = false;
  let isDiscovering = false;
  const end = (error: AppError | undefined): void => {
    if (over) return;
    over = true;
    pace.stop();
    pending.clear();
    events.closed(error);
  };
  pipe.onmessage = (message) => {
    const received = message as unknown as RpcMessage;
    const asked = pending.answered(received);
    if (asked === 'server/discover') isDiscovering = false;
    const version = received.result?.['protocolVersion'];
    if (asked === 'initialize' && typeof version === 'string') pipe.setProtocolVersion(version);
    if (asked === 'server/discover' && received.result !== undefined) pipe.setProtocolVersion(modernVersion);
    if (over) return;
    if (asked !== 'tools/list' || received.result === undefined) return events.message(received);
    const { result, unusable } = usableTools(received.result, tools);
    for (const name of unusable) {
      events.log(`The tool ${name} is left out: it wants arguments repeated in headers that cannot be.`);
    }
    events.message({ ...received, result });
  };
  pipe.onerror = (error) => {
    // That it is not of the stateless era is nothing to tell.
    if (!over && !isDiscovering) events.log(error.message.slice(0, 2000));
  };
  pipe.onclose = () => end(undefined);

  const failed = (message: RpcMessage, thrown: unknown): void => {
    if (over) return;
    if (message.method === 'server/discover') isDiscovering = false;
    const error = remoteFailure(server, thrown, { inSession: !beforeSession.has(message.method) });
    // Without a permit or a session nothing that follows can succeed either.
    if (error.code === 'mcp.oauth_required' || error.code === 'mcp.server_unavailable') {
      end(error);
      return;
    }
    if (message.id === undefined || message.method === undefined || !pending.forget(message.id)) return;
    const said = error.code === 'mcp.server_failed' ? rpcErrorOf(thrown) : undefined;
    const told = said ?? { code: -32_000, message: error.message };
    events.message({ jsonrpc: '2.0', id: message.id, error: told });
  };

  return {
    anyFirst: stream !== undefined,
    send(message) {
      if (over || pending.cancelled(message)) return;
      const requestSignal = pending.sent(message);
      if (message.method === 'server/discover') isDiscovering = true;
      const write = (): void => {
        if (over || requestSignal?.aborted) return;
        pipe
          .send(message as unknown as JSONRPCMessage, {
            ...(requestSignal && { requestSignal, headers: headersOf(message, tools) }),
            onRequestStreamEnd: () =>
              failed(message, new AppError('source.truncated', `${server} ended its answer before it was complete.`)),
          })
          .catch((error: unknown) => failed(message, error));
      };
      const waits = stream?.before(message);
      if (waits) void waits.then(write);
      else write();
    },
    async close() {
      const ended = over;
      end(undefined);
      if (!ended) await within(goodbyeMs, { clock, work: pipe.terminateSession?.().catch(() => undefined) });
      await pipe.close().catch(() => undefined);
    },
  };
}

/** Only requests of the stateless era repeat anything. */
function headersOf(
  { method, params }: RpcMessage,
  tools: ReadonlyMap<string, readonly ParamHeader[]>,
): Readonly<Record<string, string>> {
  const name = params?.['name'];
  if (method !== 'tools/call' || typeof name !== 'string') return {};
  return headersFor(tools.get(name) ?? [], membersOf(params?.['arguments']));
}

/** Notes what tools want repeated, and leaves those out that want what cannot be. */
function usableTools(
  result: JsonObject,
  known: Map<string, readonly ParamHeader[]>,
): { readonly result: JsonObject; readonly unusable: readonly string[] } {
  const { tools } = result;
  if (!Array.isArray(tools)) return { result, unusable: [] };
  const unusable: string[] = [];
  const usable = (tools as readonly Json[]).filter((tool) => {
    const { name, inputSchema } = membersOf(tool);
    const declared = paramHeadersOf(inputSchema);
    if (typeof name !== 'string') return true;
    if (declared) known.set(name, declared);
    else unusable.push(name.slice(0, 200));
    return declared !== undefined;
  });
  return { result: unusable.length === 0 ? result : { ...result, tools: usable }, unusable };
}

async function resolveHeaders(
  plan: RemoteLaunch,
  { secrets, signal }: { secrets: SecretResolver; signal: AbortSignal | undefined },
): Promise<Record<string, string>> {
  const names = new Set(Object.values(plan.headers).flatMap(secretNames));
  const values = names.size === 0 ? new Map() : await secrets.resolve([...names], { server: plan.server, signal });
  const headers: Record<string, string> = {};
  for (const [name, planned] of Object.entries(plan.headers)) {
    const text =
      planned.kind === 'text'
        ? planned.text
        : planned.parts.map((part) => (typeof part === 'string' ? part : values.get(part.secret))).join('');
    try {
      new Headers([[name, text]]);
    } catch {
      // The value may be a secret, so it is not shown.
      throw new AppError('mcp.not_configured', `The header ${name} of ${plan.server} holds what no header may hold.`, {
        hint: 'Look for line ends in the secrets it is made of.',
        params: { server: plan.server, detail: `header ${name}` },
      });
    }
    headers[name] = text;
  }
  return headers;
}

function secretNames(value: PlannedValue): string[] {
  if (value.kind === 'text') return [];
  return value.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.secret]));
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(toAppError(signal.reason));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function within(
  limitMs: number,
  { clock, work }: { clock: Clock; work: Promise<unknown> | undefined },
): Promise<void> {
  if (work === undefined) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.schedule(limitMs, resolve);
    work
      .finally(() => {
        cancel();
        resolve();
      })
      .catch(() => undefined);
  });
}
