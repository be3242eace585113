import type { DiskBody, EngineBody, EngineNewsBody, UsageNewsBody } from '#contract';
import { toAppError } from '#core';
import { readEngine, type DiskCount, type DiskShare, type UsageNews } from '#docker';
import { streamEvents } from '../http/event-stream.ts';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';

type Deps = Pick<RouteDeps, 'views' | 'clock' | 'daemon' | 'settings'>;

/** `/gantry/docker`: the Engine itself, what happens on it, and what its containers use. */
export function createDockerRoutes(deps: Deps): RouteSet {
  const { views } = deps;
  const routes: Readonly<Record<string, Handler>> = views
    ? {
        '/gantry/docker/engine': async (exchange) =>
          sendJson(exchange, 200, await engineBody(exchange, { ...deps, views })),
        '/gantry/docker/events': (exchange) =>
          streamEvents(
            exchange,
            (send) =>
              views.watch.listen((news) => {
                const body: EngineNewsBody = news;
                send(news.type, body);
              }),
            deps,
          ),
        '/gantry/docker/usage': (exchange) =>
          streamEvents(exchange, (send) => views.usage.listen((news) => sendUsage(news, send)), deps),
      }
    : {};
  return {
    match(verb, path) {
      if (views && path === '/gantry/docker/disk') return diskHandler(verb, views.disk, deps.daemon.stopping);
      return verb === 'GET' && Object.hasOwn(routes, path) ? routes[path] : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function diskHandler(verb: string, disk: DiskCount, stopping: AbortSignal): Handler | undefined {
  if (verb !== 'GET' && verb !== 'POST') return undefined;
  return (exchange) => {
    // How it ended is in its state.
    if (verb === 'POST') void disk.count(stopping);
    sendJson(exchange, 200, diskBodyOf(disk));
  };
}

function diskBodyOf(disk: DiskCount): DiskBody {
  const { isCounting, known, error } = disk.state();
  const share = (one: DiskShare): DiskShare => ({ ...one });
  const { code, message, hint, params } = toAppError(error);
  return {
    isCounting,
    known: known
      ? {
          countedAt: known.countedAtMs,
          images: share(known.images),
          volumes: share(known.volumes),
          buildCacheBytes: known.buildCacheBytes,
          volumeBytes: Object.fromEntries(known.volumeBytes),
        }
      : null,
    error: error === undefined ? null : { code, message, params, ...(hint !== undefined && { hint }) },
  };
}

async function engineBody(
  { gone }: Exchange,
  { views, settings }: Deps & { readonly views: NonNullable<Deps['views']> },
): Promise<EngineBody> {
  const facts = await readEngine(views.docker, { signal: gone });
  const file = await views.registryMirrors();
  const { registryMirrors, runtimes, warnings, isHere, ...rest } = facts;
  return {
    ...rest,
    runtimes: [...runtimes],
    warnings: warnings.map((warning) => warning.slice(0, 500)),
    disk: isHere ? ((await views.diskAt(facts.rootFolder)) ?? null) : null,
    registryMirrors: {
      engine: [...registryMirrors],
      file: file ? [...file] : null,
      ours: [...settings.current().models.registryMirrors],
    },
  };
}

function sendUsage(news: UsageNews, send: (event: string, data: unknown) => void): void {
  if (news.type === 'failed') {
    const { code, message } = toAppError(news.error);
    send('failed', { code, message });
    return;
  }
  const body: UsageNewsBody = {
    containers: Object.fromEntries(
      [...news.containers].map(([id, { readAtMs: _readAt, cpuPercent, ...usage }]) => [
        id,
        { ...usage, cpuPercent: cpuPercent === undefined ? null : Math.round(cpuPercent * 100) / 100 },
      ]),
    ),
    left: news.left,
  };
  send('usage', body);
}
