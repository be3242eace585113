import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError, toAppError } from '#core';
import { engineDf, enginePs, engineStatus, engineUnload } from './engine-routes.ts';
import {
  gantryEffective,
  gantryStatus,
  gantryStop,
  installRuntime,
  listRuntimes,
  removeRuntime,
  selectRuntime,
} from './gantry-routes.ts';
import { createAccessControl } from './access/access-control.ts';
import { isManagement, isToolUse } from './access/route-needs.ts';
import { answerPreflight, setCorsHeaders } from './http/cors.ts';
import { sendError, sendJson, speaksGantry, type Exchange } from './http/exchange.ts';
import { judge, mayManage, mayUseTools } from './http/guard.ts';
import { createRepeats } from './http/repeats.ts';
import { cleanPath, matchRoute, type Route } from './http/route.ts';
import { servedOnBridge } from './http/served-on-bridge.ts';
import { infer } from './inference/infer.ts';
import { createEngine } from './inference/engine.ts';
import { createLargeBodies } from './inference/large-bodies.ts';
import { createRunnerFacts } from './inference/runner-facts.ts';
import { createUpstreams } from './inference/upstream.ts';
import { createModelInstructions } from './ollama/model-instructions.ts';
import { createModel, getModel, listModels, removeModel, tagModel } from './models/model-routes.ts';
import { createOpenAiModelList, getOpenAiModel } from './models/openai-models.ts';
import { countTransfers } from './observe/count-transfers.ts';
import { inferencePath } from './observe/inference-path.ts';
import { createWatcher } from './observe/watch.ts';
import type { RouteSet } from './http/route-set.ts';
import { createRouteSets } from './route-sets.ts';
import type { Api, ApiOptions, Door } from './types.ts';

/** The daemon's HTTP interface: guard, routes, log. */
export function createApi(given: ApiOptions): Api {
  const { metrics, recorder } = given;
  const options = metrics ? { ...given, models: countTransfers(given.models, metrics) } : given;
  const { settings, daemon, clock } = options;
  const log = options.log.child({ component: 'api' });
  const upstreams = createUpstreams();
  const facts = createRunnerFacts(upstreams);
  const instructions = createModelInstructions(options);
  const inferDeps = { ...options, log, upstreams, facts, instructions, largeBodies: createLargeBodies() };
  const sets = createRouteSets({ ...inferDeps, engine: createEngine(inferDeps) });
  const access = createAccessControl(options.access.keys, { log, clock });
  const sendModelList = createOpenAiModelList(options);
  const watcher = metrics || recorder ? createWatcher({ ...options, log }) : undefined;
  const repeats = createRepeats(clock);
  const stopCounting = metrics && options.inference.onEvent((event) => metrics.inference(event));
  let active = 0;
  const waiting: Array<() => void> = [];

  /** Whose key it is is noted. @throws AppError `request.unauthorized`, `request.forbidden` */
  function authorise({ request, response, notes }: Exchange, { door, path }: { door: Door; path: string }): void {
    const { localAddress, remoteAddress } = request.socket;
    const visit = { door, verb: verbOf(request), path, headers: request.headers, localAddress, remoteAddress };
    try {
      const key = access.check(visit, settings.current().server);
      if (key) notes.key = key.name;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'request.unauthorized') response.setHeader('www-authenticate', 'Bearer realm="Gantry"');
      throw error;
    }
  }

  const allowedOrigins = (): readonly string[] => {
    const { origins } = settings.current().server;
    return options.access.origins.length === 0 ? origins : [...origins, ...options.access.origins];
  };

  /** Why a browser gets nothing although its page may use models. */
  function refusalOf(caller: Parameters<typeof mayManage>[0], path: string): 'page' | 'tools' | undefined {
    const { verb } = caller;
    if (verb === 'OPTIONS') return undefined;
    if (isManagement(verb, path)) return mayManage(caller) ? undefined : 'page';
    return isToolUse(verb, path) && !mayUseTools(caller, settings.current().server) ? 'tools' : undefined;
  }

  /** Whether the request may go on; answers it when not. */
  function admit(exchange: Exchange, { door, path }: { door: Door; path: string }): boolean {
    const { request, response } = exchange;
    const { allowedHosts } = settings.current().server;
    const origins = allowedOrigins();
    const { host, origin } = request.headers;
    const { localAddress } = request.socket;
    const caller = { door, host, origin, localAddress };
    const rules = { origins, allowedHosts, hostName: options.access.hostName };
    const verdict = judge(caller, rules);
    const verb = verbOf(request);
    const refused = verdict.allowed ? refusalOf({ ...caller, verb, ...browserFacts(request) }, path) : verdict.reason;
    if (!verdict.allowed || refused) {
      setCorsHeaders(response, undefined);
      sendError(exchange, forbidden(refused ?? 'origin'), { shape: 'text', text: (error) => error.message });
      return false;
    }
    setCorsHeaders(response, verdict.origin);
    if (request.method !== 'OPTIONS') return door !== 'bridge' || admitContainer(exchange, path);
    answerPreflight(request, response, { origin: verdict.origin, anyOrigin: origins.includes('*') });
    return false;
  }

  function dispatch(exchange: Exchange, route: Route): Promise<void> | void {
    switch (route.kind) {
      case 'root':
        return sendPlain(exchange, 'Docker Model Runner is running');
      case 'version':
        return sendJson(exchange, 200, { version: options.version });
      case 'models.list':
        return listModels(exchange, options);
      case 'models.create':
        return createModel(exchange, options);
      case 'models.get':
        return getModel(exchange, route.name, options);
      case 'models.remove':
        return removeModel(exchange, route.name, options);
      case 'models.tag':
        return tagModel(exchange, route.name, options);
      case 'models.action':
        return refuse(exchange, { shape: 'text', text: `unknown action "${route.action.slice(0, 100)}"` });
      case 'openai.models':
        return sendModelList(exchange, route.backend);
      case 'openai.model':
        return getOpenAiModel(exchange, route, options);
      case 'openai.infer':
        return infer(exchange, route, inferDeps);
      case 'engines.status':
        return engineStatus(exchange, options);
      case 'engines.ps':
        return enginePs(exchange, options);
      case 'engines.df':
        return engineDf(exchange, options);
      case 'engines.unload':
        return engineUnload(exchange, options);
      case 'gantry.status':
        return gantryStatus(exchange, options);
      case 'gantry.stop':
        return gantryStop(exchange, options);
      case 'gantry.effective':
        return gantryEffective(exchange, options);
      case 'runtimes.list':
        return listRuntimes(exchange, options);
      case 'runtimes.install':
        return installRuntime(exchange, options);
      case 'runtimes.use':
        return selectRuntime(exchange, options);
      case 'runtimes.remove':
        return removeRuntime(exchange, route.name, options);
      case 'none':
        return refuse(exchange, route);
    }
  }

  async function handle(exchange: Exchange, { door, path }: { door: Door; path: string }): Promise<void> {
    if (!admit(exchange, { door, path })) return;
    let route: Route = { kind: 'none', shape: 'text', text: 'not found' };
    let set: RouteSet | undefined;
    const verb = verbOf(exchange.request);
    try {
      for (const one of sets) {
        set = one;
        const handler = one.match(verb, path);
        if (!handler) continue;
        authorise(exchange, { door, path });
        repeats.note(exchange.request);
        return await handler(exchange);
      }
      set = undefined;
      route = matchRoute(verb, path);
      authorise(exchange, { door, path });
      repeats.note(exchange.request);
      await dispatch(exchange, route);
    } catch (thrown) {
      const error = thrown instanceof URIError ? badEncoding(thrown) : toAppError(thrown);
      if (error.code === 'internal') log.error('request failed', { requestId: exchange.id, path, error });
      if (set) set.fail(exchange, error);
      else sendError(exchange, error, { shape: route.kind.startsWith('openai.') ? 'openai' : 'text' });
    }
  }

  function listen(door: Door, request: IncomingMessage, response: ServerResponse): void {
    const startedAt = clock.monotonic();
    const gone = new AbortController();
    const [rawPath, query] = splitOnce(request.url ?? '/');
    const path = cleanPath(rawPath);
    const plain: Exchange = {
      request,
      response,
      query,
      id: requestId(request),
      speaksGantry: speaksGantry(request),
      gone: gone.signal,
      notes: {},
    };
    const asks = watcher && inferencePath(request.method, path);
    const exchange = asks ? { ...plain, tap: watcher.follow(plain, asks) } : plain;
    active += 1;
    response.setHeader('x-request-id', exchange.id);
    if (daemon.stopping.aborted) response.setHeader('connection', 'close');
    response.once('close', () => {
      active -= 1;
      if (active === 0) for (const resume of waiting.splice(0)) resume();
      // After a whole answer nobody waits for the signal; firing it then would only cost time.
      if (!response.writableFinished)
        gone.abort(new AppError('request.aborted', 'The client left before the answer was complete.'));
      log.info('request', {
        requestId: exchange.id,
        method: request.method,
        path: path.slice(0, 300),
        status: response.headersSent ? response.statusCode : undefined,
        ms: Math.round((clock.monotonic() - startedAt) * 10) / 10,
        ...exchange.notes,
        ...(response.writableFinished ? {} : { aborted: true }),
      });
    });
    handle(exchange, { door, path }).catch((error: unknown) => {
      log.error('answer failed', { requestId: exchange.id, path, error });
      response.destroy();
    });
  }

  return {
    listener:
      (door): RequestListener =>
      (request, response) =>
        listen(door, request, response),
    followSettings() {
      for (const set of sets) set.followSettings?.();
    },
    drained: () => (active === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close() {
      stopCounting?.();
      upstreams.close();
    },
  };
}

function browserFacts({ headers }: IncomingMessage): { fetchSite: string | undefined; client: string | undefined } {
  const [fetchSite, client] = [headers['sec-fetch-site'], headers['x-gantry-client']];
  return {
    fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined,
    client: typeof client === 'string' ? client : undefined,
  };
}

function verbOf({ method = 'GET' }: IncomingMessage): string {
  return method === 'HEAD' ? 'GET' : method;
}

function admitContainer(exchange: Exchange, path: string): boolean {
  if (servedOnBridge(verbOf(exchange.request), path)) return true;
  const error = new AppError('request.forbidden', 'Containers may use models and list them, nothing else.', {
    hint: 'Send this to the daemon on the host, at 127.0.0.1 or its socket.',
    params: { reason: 'bridge' },
  });
  sendError(exchange, error, { shape: 'openai' });
  return false;
}

function splitOnce(url: string): [string, string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

/** No line end: the answer is compared byte by byte by clients that look for a running daemon (golden root). */
function sendPlain({ response }: Exchange, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length }).end(body);
}

function refuse(exchange: Exchange, { shape, text }: { shape: 'text' | 'openai'; text: string }): void {
  const { method = '', url = '' } = exchange.request;
  const error = new AppError('request.not_found', `There is no ${method} ${splitOnce(url)[0].slice(0, 200)}.`, {
    hint: 'See docs/compatibility.md for the routes.',
    params: { method, path: splitOnce(url)[0].slice(0, 200) },
  });
  sendError(exchange, error, { shape, text: () => text });
}

function forbidden(reason: 'host' | 'origin' | 'page' | 'tools'): AppError {
  if (reason === 'page') {
    return new AppError('request.forbidden', 'Other web pages may not manage this machine', {
      hint: 'Use the dashboard or the command line.',
      params: { reason },
    });
  }
  if (reason === 'tools') {
    return new AppError('request.forbidden', 'Other web pages may use MCP servers only when the settings name them', {
      hint: 'Add the origin to server.origins in the settings.',
      params: { reason },
    });
  }
  return reason === 'origin'
    ? new AppError('request.forbidden', 'Origin not allowed', {
        hint: 'Add the origin to server.origins in the settings.',
        params: { reason },
      })
    : new AppError('request.forbidden', 'Host not allowed', {
        hint: 'Add the name to server.allowedHosts in the settings.',
        params: { reason },
      });
}

function badEncoding(cause: unknown): AppError {
  return new AppError('request.invalid', 'The path is not valid percent-encoding.', { cause });
}
