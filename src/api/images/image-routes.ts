import {
  pullImageRequest,
  recipeWishes,
  removeImagesRequest,
  runImageRequest,
  tagImageRequest,
  type HubImagesBody,
  type ImageBody,
  type ImageListBody,
  type PullImageLine,
} from '#contract';
import { AppError } from '#core';
import {
  fromRegistry,
  imageHistory,
  inspectImage,
  listContainers,
  listImages,
  removeImage,
  searchHub,
  tagImage,
  type PullEvent,
} from '#docker';
import { readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { oneByOne, sendLines } from '../http/json-lines.ts';
import { matchResource, requireConfirmation, wholeNumber } from '../http/resource.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import { hideSecrets } from '../containers/hide-secrets.ts';
import { readBool } from '../observe/read-bool.ts';
import { parseBody } from '../publish/parse-body.ts';
import type { RouteDeps } from '../route-sets.ts';
import type { DockerViews } from '../types.ts';
import { recipeBodyOf, recipeFor, runShownRecipe } from './recipes.ts';
import { removeImages } from './remove-images.ts';
import { scanLineOf } from './scan-body.ts';

type Deps = Pick<RouteDeps, 'views' | 'clock' | 'daemon'>;

const mostListed = 5000;
const longestTerm = 200;

/** `/gantry/images`. */
export function createImageRoutes({ views, clock, daemon }: Deps): RouteSet {
  const until = (exchange: Exchange): AbortSignal => AbortSignal.any([exchange.gone, daemon.stopping]);
  const handlers = (known: DockerViews, name: string): Readonly<Record<string, Handler>> => ({
    'GET ': (exchange) => sendImage(exchange, known, name),
    'DELETE ': async (exchange) => {
      const query = new URLSearchParams(exchange.query);
      requireConfirmation(query, name);
      await removeImage(known.docker, name, { force: readBool(query, 'force') });
      sendEmpty(exchange, 204);
    },
    'POST tag': async (exchange) => {
      const { target } = parseBody(tagImageRequest, await readBody(exchange.request));
      await tagImage(known.docker, name, { target });
      sendEmpty(exchange, 204);
    },
    'POST push': async (exchange) => {
      await sendLines(exchange, oneByOne(push(known, name, until(exchange))));
    },
    'POST scan': async (exchange) => {
      const fresh = readBool(new URLSearchParams(exchange.query), 'fresh');
      const scans = await known.scans();
      await sendLines(exchange, mapped(scans.follow(name, { signal: until(exchange), fresh }), scanLineOf));
    },
    'POST recipe': async (exchange) => {
      const wishes = parseBody(recipeWishes, await readBody(exchange.request));
      sendJson(exchange, 200, await recipeBodyOf(await recipeFor(known, name, { wishes, signal: exchange.gone })));
    },
    'POST run': async (exchange) => {
      const { wishes, command } = parseBody(runImageRequest, await readBody(exchange.request));
      const signal = until(exchange);
      const recipe = await recipeFor(known, name, { wishes, signal });
      await sendLines(exchange, oneByOne(runShownRecipe({ views: known, clock }, recipe, { command, signal })));
    },
  });
  return {
    match(verb, path) {
      if (!views) return undefined;
      if (verb === 'GET' && path === '/gantry/images') return (exchange) => sendImages(exchange, views);
      if (verb === 'POST' && path === '/gantry/images/pull') {
        return async (exchange) => {
          const { name } = parseBody(pullImageRequest, await readBody(exchange.request));
          await sendLines(exchange, oneByOne(pull(views, name, until(exchange))));
        };
      }
      if (verb === 'POST' && path === '/gantry/images/remove') {
        return async (exchange) => {
          const wanted = parseBody(removeImagesRequest, await readBody(exchange.request));
          sendJson(exchange, 200, await removeImages(views, wanted, { signal: daemon.stopping }));
        };
      }
      if (verb === 'GET' && path === '/gantry/hub/images') return (exchange) => sendHubImages(exchange, views);
      const found = matchResource(path, '/gantry/images');
      if (!found) return undefined;
      const all = handlers(views, found.name);
      const key = `${verb} ${found.action ?? ''}`;
      return Object.hasOwn(all, key) ? all[key] : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

async function sendImages(exchange: Exchange, { docker }: DockerViews): Promise<void> {
  const signal = exchange.gone;
  const [all, containers] = await Promise.all([listImages(docker, { signal }), listContainers(docker, { signal })]);
  const users = new Map<string, string[]>();
  for (const { imageId, name } of containers) users.set(imageId, [...(users.get(imageId) ?? []), name]);
  const body: ImageListBody = {
    images: all.slice(0, mostListed).map(({ id, tags, digests, createdAtMs, sizeBytes }) => ({
      id,
      tags: [...tags],
      digests: [...digests],
      createdAt: createdAtMs,
      sizeBytes,
      usedBy: users.get(id) ?? [],
    })),
    left: Math.max(0, all.length - mostListed),
  };
  sendJson(exchange, 200, body);
}

async function sendHubImages(exchange: Exchange, { docker }: DockerViews): Promise<void> {
  const query = new URLSearchParams(exchange.query);
  const term = query.get('term')?.trim() ?? '';
  if (term === '' || term.length > longestTerm || /\p{Cc}/u.test(term)) {
    const expected = `text of at most ${longestTerm} characters`;
    throw new AppError('request.invalid', `term must be ${expected}.`, { params: { param: 'term', expected } });
  }
  const limit = wholeNumber(query, 'limit', { least: 1, most: 100 }) ?? 50;
  const body: HubImagesBody = { images: [...(await searchHub(docker, { term, limit, signal: exchange.gone }))] };
  sendJson(exchange, 200, body);
}

async function sendImage(exchange: Exchange, { docker }: DockerViews, name: string): Promise<void> {
  const signal = exchange.gone;
  const [inspect, history, tests] = await Promise.all([
    inspectImage(docker, name, { signal }),
    imageHistory(docker, name, { signal }),
    import('#diagnosis'),
  ]);
  const body: ImageBody = {
    inspect: hideSecrets(inspect, tests).inspect,
    history: history.slice(0, 1000).map(({ createdAtMs, createdBy, sizeBytes, comment }) => ({
      createdAt: createdAtMs,
      createdBy: createdBy.slice(0, 4000),
      sizeBytes,
      comment: comment.slice(0, 500),
    })),
  };
  sendJson(exchange, 200, body);
}

/** A pull goes on in the Engine only as long as somebody waits for it. */
async function* pull(views: DockerViews, name: string, signal: AbortSignal): AsyncGenerator<PullImageLine> {
  try {
    for await (const event of views.docker.images.pull(name, { signal })) yield progressOf(event);
  } catch (error) {
    throw fromRegistry(error, { name });
  }
  yield { type: 'done', name };
}

/** So does a push. */
async function* push(views: DockerViews, name: string, signal: AbortSignal): AsyncGenerator<PullImageLine> {
  let pushed: string | undefined;
  for await (const event of views.docker.images.push(name, { signal })) {
    if (event.digest === undefined) yield progressOf(event);
    else pushed = event.digest;
  }
  yield { type: 'done', name, ...(pushed !== undefined && { digest: pushed }) };
}

function progressOf({ id, status, currentBytes, totalBytes }: PullEvent): PullImageLine {
  return {
    type: 'progress',
    layer: id ?? null,
    status: status.slice(0, 500),
    currentBytes: currentBytes ?? null,
    totalBytes: totalBytes ?? null,
  };
}

async function* mapped<From, To>(
  values: AsyncIterable<From>,
  change: (value: From) => To,
): AsyncGenerator<readonly To[]> {
  for await (const value of values) yield [change(value)];
}
