import { AppError, toAppError, type Clock } from '#core';
import type { CallOutcome, CallStep, ClientSession, Json, JsonObject, ServerCall } from '../types.ts';
import { withoutEnvelope } from '../protocol/envelope.ts';
import { failed, isJsonObject, membersOf, rpcCodes, rpcErrorOf, succeeded, textOf } from '../protocol/messages.ts';
import type { Era } from '../protocol/versions.ts';
import { chainSteps } from './call-chain.ts';
import { fulfil } from './fulfil-input.ts';
import { logLevels } from './log-levels.ts';
import type { GatewayTimes, ManagedServer } from './managed-server.ts';
import { pageOf } from './paging.ts';
import type { RequestContext } from './request-context.ts';
import type { KnownOptions, Session } from './session.ts';
import { createSessionControl } from './session-control.ts';
import type { Route } from './view.ts';

export interface RequestDeps {
  readonly steps: readonly CallStep[];
  readonly clock: Clock;
  readonly times: GatewayTimes;
  /** Resources of the gateway itself. */
  readonly readBuiltin: (uri: string, session: Session) => JsonObject | undefined;
}

export interface Requests {
  /** Answers a request that both eras know. Never rejects. */
  handle(
    request: { method: string; params: JsonObject },
    session: Session,
    context: RequestContext,
  ): Promise<CallOutcome>;
  /** Of the server that a request would go to, as far as that is known. */
  eraOf(request: { method: string; params: JsonObject }, session: Session): Era | undefined;
  /** Follows a resource, whatever the era of whoever asks. Never rejects. */
  follow(uri: string, session: Session, context: RequestContext): Promise<CallOutcome>;
}

interface Asked {
  readonly method: string;
  readonly params: JsonObject;
  readonly session: Session;
  readonly context: RequestContext;
}

/** Carries the rest of a call through the steps around it; steps see calls of servers, not of requests. */
interface CallMaterial extends Asked {
  readonly managed: ManagedServer;
}

export function createRequests({ steps, clock, times, readBuiltin }: RequestDeps): Requests {
  /** What a step hands on is a call without its request, so that it cannot be sent somewhere else. */
  async function send(call: ServerCall, material: CallMaterial, signal: AbortSignal): Promise<CallOutcome> {
    const { method, params, session, context, managed } = material;
    const startedAt = clock.monotonic();
    try {
      const outcome = await session.upstreams.use(
        managed,
        { context, abilities: session.asker.abilities },
        async ({ upstream }) => {
          const { asker } = session;
          return await fulfil(
            (sent) =>
              upstream.request(method, sent, {
                asker: context.logLevel === undefined ? asker : { ...asker, logLevel: context.logLevel },
                signal,
                quietMs: times.callQuietMs,
                isHeld: () => context.isAsking(),
                onProgress: progressFor(context),
              }),
            paramsOf(call, params),
            { context, clock, passesOn: session.era === 'modern' && upstream.era === 'modern' },
          );
        },
      );
      managed.stats.called(clock.monotonic() - startedAt);
      if (outcome.kind === 'result') rememberUris(outcome.result, { session, server: managed.name });
      return outcome;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'request.aborted') managed.stats.called(clock.monotonic() - startedAt, error);
      return { kind: 'error', error: rpcErrorOf(error) };
    }
  }

  async function call(
    to: { readonly kind: ServerCall['kind']; readonly server: string; readonly name: string },
    asked: Asked,
  ): Promise<CallOutcome> {
    const { session, params, context } = asked;
    const entry = session.entry(to.server);
    if (!entry) return failed(rpcCodes.internal, `The MCP server ${to.server} is not enabled any more.`);
    const material: CallMaterial = { ...asked, managed: entry.managed };
    const made: ServerCall = {
      ...to,
      arguments: membersOf(params['arguments']),
      meta: isJsonObject(params['_meta']) ? params['_meta'] : undefined,
      session: clientOf(session, context),
    };
    if (steps.length === 0) return await send(made, material, context.signal);
    return await chainSteps(steps, (one, signal) => send(one, material, signal))(made, context.signal);
  }

  async function callTool(asked: Asked): Promise<CallOutcome> {
    const { params, session, context } = asked;
    const name = params['name'];
    if (typeof name !== 'string') return failed(rpcCodes.invalidParams, 'name is not a text.');
    const args = params['arguments'];
    if (args !== undefined && !isJsonObject(args)) return failed(rpcCodes.invalidParams, 'arguments is not an object.');
    // Whoever knows the server calls the tool as that does, whatever it is called here.
    const server = textOf(membersOf(params['_meta'])['gantry/server']);
    const routeNow = (): Route | undefined => {
      const view = session.view();
      const exposed = server === undefined ? name : view.exposedTool({ server, name });
      return exposed === undefined ? undefined : view.tool(exposed);
    };
    let route = routeNow();
    const builtin = server === undefined ? session.tool(name) : undefined;
    if (!route && !builtin) {
      await session.known(lookup(context, times));
      route = routeNow();
    }
    if (route) return await call({ kind: 'tool', ...route }, asked);
    if (!builtin) {
      const of = server === undefined ? '' : ` of ${JSON.stringify(server.slice(0, 200))}`;
      return failed(rpcCodes.invalidParams, `unknown tool ${JSON.stringify(name.slice(0, 200))}${of}`);
    }
    const control = createSessionControl(session, { client: clientOf(session, context), context, handle });
    return await builtin.call(args ?? {}, { signal: context.signal, session: control });
  }

  async function getPrompt(asked: Asked): Promise<CallOutcome> {
    const { params, session, context } = asked;
    const name = params['name'];
    if (typeof name !== 'string') return failed(rpcCodes.invalidParams, 'name is not a text.');
    let route = session.view().prompt(name);
    if (!route) {
      await session.known(lookup(context, times));
      route = session.view().prompt(name);
    }
    if (!route) return failed(rpcCodes.invalidParams, `unknown prompt ${JSON.stringify(name.slice(0, 200))}`);
    return await call({ kind: 'prompt', ...route }, asked);
  }

  async function ownerOf(uri: string, { session, context }: Asked): Promise<string | undefined> {
    const found = session.view().resource(uri) ?? session.ownerOf(uri);
    if (found !== undefined) return found;
    await session.known(lookup(context, times));
    return session.view().resource(uri);
  }

  async function readResource(asked: Asked): Promise<CallOutcome> {
    const { params, session } = asked;
    const uri = params['uri'];
    if (typeof uri !== 'string') return failed(rpcCodes.invalidParams, 'uri is not a text.');
    const builtin = readBuiltin(uri, session);
    if (builtin) return succeeded(builtin);
    const server = await ownerOf(uri, asked);
    if (server === undefined) return noResource(uri, session);
    return await call({ kind: 'resource', server, name: uri }, asked);
  }

  async function complete(asked: Asked): Promise<CallOutcome> {
    const { params, session, context } = asked;
    const ref = membersOf(params['ref']);
    await session.known(lookup(context, times));
    const view = session.view();
    if (ref['type'] === 'ref/prompt') {
      const route = view.prompt(textOf(ref['name']) ?? '');
      if (!route) return failed(rpcCodes.invalidParams, `unknown prompt ${JSON.stringify(textOf(ref['name']) ?? '')}`);
      const own = { ...params, ref: { ...ref, name: route.name } };
      return await call({ kind: 'completion', ...route }, { ...asked, params: own });
    }
    if (ref['type'] !== 'ref/resource') return failed(rpcCodes.invalidParams, 'ref names neither prompt nor resource.');
    const uri = textOf(ref['uri']) ?? '';
    const server = view.template(uri) ?? view.resource(uri);
    if (server === undefined) return noResource(uri, session);
    return await call({ kind: 'completion', server, name: uri }, asked);
  }

  async function subscribe(asked: Asked): Promise<CallOutcome> {
    const { method, params, session, context } = asked;
    const uri = params['uri'];
    if (typeof uri !== 'string') return failed(rpcCodes.invalidParams, 'uri is not a text.');
    const server = await ownerOf(uri, asked);
    const managed = server === undefined ? undefined : session.entry(server)?.managed;
    if (!managed) return noResource(uri, session);
    if (method === 'resources/subscribe') session.subscribe(uri);
    else session.unsubscribe(uri);
    try {
      return await followResource(managed, { uri, method, session, context });
    } catch (thrown) {
      return { kind: 'error', error: rpcErrorOf(toAppError(thrown)) };
    }
  }

  async function followResource(
    managed: ManagedServer,
    { uri, method, session, context }: { uri: string; method: string; session: Session; context: RequestContext },
  ): Promise<CallOutcome> {
    const { upstream } = await session.upstreams.lasting(managed, context.signal);
    if (upstream.era === 'modern') {
      upstream.listen(modernFilter([...session.subscriptions()]), session.asker);
      return succeeded({});
    }
    if (membersOf(upstream.capabilities['resources'])['subscribe'] !== true) return succeeded({});
    return await upstream.request(
      method,
      { uri },
      { asker: session.asker, quietMs: times.handshakeMs, signal: context.signal },
    );
  }

  async function list(
    asked: Asked,
    key: 'tools' | 'prompts' | 'resources' | 'resourceTemplates',
  ): Promise<CallOutcome> {
    const { params, session, context } = asked;
    await session.known({ signal: context.signal, waitMs: wishedWaitMs(params) });
    const view = session.show();
    const items = key === 'resourceTemplates' ? view.templates : view[key];
    const page = pageOf(items, params['cursor']);
    if (!page) return failed(rpcCodes.invalidParams, 'cursor is not one of this server.');
    const { nextCursor } = page;
    return succeeded({ [key]: page.items, ...(nextCursor === undefined ? {} : { nextCursor }) });
  }

  async function dispatch(asked: Asked): Promise<CallOutcome> {
    const { method, params, session } = asked;
    switch (method) {
      case 'tools/call':
        return await callTool(asked);
      case 'tools/list':
        return await list(asked, 'tools');
      case 'prompts/list':
        return await list(asked, 'prompts');
      case 'prompts/get':
        return await getPrompt(asked);
      case 'resources/list':
        return await list(asked, 'resources');
      case 'resources/templates/list':
        return await list(asked, 'resourceTemplates');
      case 'resources/read':
        return await readResource(asked);
      case 'completion/complete':
        return await complete(asked);
      case 'ping':
        return succeeded({});
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return session.era === 'legacy' ? await subscribe(asked) : notFound(method);
      case 'logging/setLevel': {
        if (session.era === 'modern') return notFound(method);
        const level = textOf(params['level']);
        if (level === undefined || !logLevels.includes(level)) {
          return failed(rpcCodes.invalidParams, `level is none of ${logLevels.join(', ')}.`);
        }
        session.setLogLevel(level);
        return succeeded({});
      }
      default:
        return notFound(method);
    }
  }

  async function handle(
    { method, params }: { method: string; params: JsonObject },
    session: Session,
    context: RequestContext,
  ): Promise<CallOutcome> {
    try {
      return await dispatch({ method, params, session, context });
    } catch (thrown) {
      return { kind: 'error', error: rpcErrorOf(toAppError(thrown)) };
    }
  }

  function eraOf({ method, params }: { method: string; params: JsonObject }, session: Session): Era | undefined {
    const view = session.view();
    const name = textOf(params[method === 'resources/read' ? 'uri' : 'name']) ?? '';
    const server =
      method === 'tools/call'
        ? view.tool(name)?.server
        : method === 'prompts/get'
          ? view.prompt(name)?.server
          : (view.resource(name) ?? session.ownerOf(name));
    return server === undefined ? undefined : session.entry(server)?.managed.manifest(session.asker.abilities)?.era;
  }

  return {
    handle,
    eraOf,
    follow: (uri, session, context) => subscribe({ method: 'resources/subscribe', params: { uri }, session, context }),
  };
}

/** What a server of the stateless era is to tell of, when URIs are followed. */
export function modernFilter(uris: readonly string[]): JsonObject {
  return {
    toolsListChanged: true,
    promptsListChanged: true,
    resourcesListChanged: true,
    ...(uris.length === 0 ? {} : { resourceSubscriptions: uris }),
  };
}

/** What nobody has yet may come with a server that still starts; that it is unknown is not said before. */
function lookup({ signal }: RequestContext, { listWaitMs, handshakeMs }: GatewayTimes): KnownOptions {
  return { signal, waitMs: Math.max(listWaitMs, handshakeMs), again: true };
}

/** A client that lists once and leaves may wait longer than others for servers of which nothing is known. */
function wishedWaitMs(params: JsonObject): number | undefined {
  const wish = membersOf(params['_meta'])['gantry/listWaitMs'];
  return typeof wish === 'number' && wish > 0 ? Math.min(wish, longestWaitMs) : undefined;
}

const longestWaitMs = 120_000;

function notFound(method: string): CallOutcome {
  return failed(rpcCodes.methodNotFound, `Method not found: ${method.slice(0, 100)}`);
}

function noResource(uri: string, session: Session): CallOutcome {
  const code = session.era === 'legacy' ? rpcCodes.resourceNotFound : rpcCodes.invalidParams;
  return failed(code, `Resource not found: ${uri.slice(0, 500)}`, { uri: uri.slice(0, 500) });
}

/** The request as the server gets it: its own name for the thing, and the arguments that came through the steps. */
function paramsOf({ kind, name, arguments: args }: ServerCall, params: JsonObject): JsonObject {
  const own = withoutEnvelope(params);
  switch (kind) {
    case 'tool':
      return { ...own, name, arguments: args };
    case 'prompt':
      return params['arguments'] === undefined && Object.keys(args).length === 0
        ? { ...own, name }
        : { ...own, name, arguments: args };
    case 'resource':
      return { ...own, uri: name };
    case 'completion':
      return own;
  }
}

function progressFor(context: RequestContext): (params: JsonObject) => void {
  const { progressToken } = context;
  if (progressToken === undefined) return () => undefined;
  return (params) =>
    context.notify({ jsonrpc: '2.0', method: 'notifications/progress', params: { ...params, progressToken } });
}

function clientOf(session: Session, context: RequestContext): ClientSession {
  const { id, client, asker } = session;
  return {
    id,
    client,
    elicit: asker.abilities.elicitForm
      ? async ({ message, schema }, { signal }) => {
          const signals = signal ? AbortSignal.any([signal, context.signal]) : context.signal;
          const params = { mode: 'form', message, requestedSchema: schema };
          const outcome = await context.ask({ method: 'elicitation/create', params }, { signal: signals });
          if (outcome.kind === 'error') {
            throw new AppError('mcp.denied', `The client could not ask: ${outcome.error.message.slice(0, 200)}`);
          }
          const { action, content } = outcome.result;
          if (action === 'accept') return { action, content: membersOf(content) };
          return { action: action === 'decline' ? 'decline' : 'cancel' };
        }
      : undefined,
  };
}

/** Links in an answer may lead to what no list has; they are read from where they came. */
function rememberUris(result: JsonObject, { session, server }: { session: Session; server: string }): void {
  const { content } = result;
  if (!Array.isArray(content)) return;
  for (const block of content as readonly Json[]) {
    if (!isJsonObject(block)) continue;
    const uri = block['type'] === 'resource_link' ? block['uri'] : membersOf(block['resource'])['uri'];
    if (typeof uri === 'string' && uri.length <= 8192) session.remember(uri, server);
  }
}
