import { dirname } from 'node:path';
import {
  applyDockerfileRequest,
  buildDockerfileRequest,
  generateDockerfileRequest,
  rateDockerfileRequest,
  undoDockerfileRequest,
  type FolderBody,
} from '#contract';
import type { RateOptions } from '#dockerfile';
import { readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { sendLines } from '../http/json-lines.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import { parseBody } from '../publish/parse-body.ts';
import type { RouteDeps } from '../route-sets.ts';
import { fixedBodyOf, ratedBodyOf, type IgnoreFile, type Placed } from './bodies.ts';
import { measureBuilds } from './build.ts';
import { applyShown, ignorePathOf, stateOf, undoWritten } from './change.ts';
import { generateFiles } from './generate.ts';
import { listDockerfiles } from './list.ts';
import { createRootOf, type RootOf } from './root.ts';

type Deps = Pick<RouteDeps, 'views' | 'daemon'>;

/** `/gantry/dockerfiles`: looking for Dockerfiles, rating, fixing and making them. Only `build` asks the Engine. */
export function createDockerfileRoutes({ views, daemon }: Deps): RouteSet {
  if (!views) return { match: () => undefined, fail: failed };
  const rootOf = createRootOf(views);
  const placeIn = ({ query }: Exchange): { readonly root: string; readonly path: string } => {
    const asked = new URLSearchParams(query);
    return { root: rootOf(asked.get('root') ?? undefined), path: asked.get('path') ?? '.' };
  };
  const routes: Readonly<Record<string, Handler>> = {
    'GET /gantry/dockerfiles': async (exchange) => {
      sendJson(exchange, 200, await listDockerfiles({ ...placeIn(exchange), signal: exchange.gone }));
    },
    'GET /gantry/dockerfiles/state': async (exchange) => {
      const { root, path } = placeIn(exchange);
      sendJson(exchange, 200, await stateOf(root, path));
    },
    'GET /gantry/dockerfiles/folder': async (exchange) => {
      const { root, path } = placeIn(exchange);
      const { listFolder } = await import('#dockerfile');
      const listing = await listFolder(root, path);
      const body: FolderBody = {
        ...listing,
        parent: listing.parent ?? null,
        entries: listing.entries.map((entry) => ({ ...entry })),
      };
      sendJson(exchange, 200, body);
    },
    'POST /gantry/dockerfiles/rate': async (exchange) => {
      const { placed, options } = await readPlaced(exchange, rootOf);
      const { rateDockerfile } = await import('#dockerfile');
      sendJson(exchange, 200, await ratedBodyOf(placed, rateDockerfile(placed.text, options)));
    },
    'POST /gantry/dockerfiles/fix': async (exchange) => {
      const { placed, options } = await readPlaced(exchange, rootOf);
      const { fixDockerfile } = await import('#dockerfile');
      sendJson(exchange, 200, await fixedBodyOf(placed, fixDockerfile(placed.text, options)));
    },
    'POST /gantry/dockerfiles/apply': async (exchange) => {
      const asked = parseBody(applyDockerfileRequest, await readBody(exchange.request));
      sendJson(exchange, 200, await applyShown(asked, rootOf));
    },
    'POST /gantry/dockerfiles/undo': async (exchange) => {
      await undoWritten(parseBody(undoDockerfileRequest, await readBody(exchange.request)), rootOf);
      sendEmpty(exchange, 204);
    },
    'POST /gantry/dockerfiles/generate': async (exchange) => {
      const asked = parseBody(generateDockerfileRequest, await readBody(exchange.request));
      sendJson(exchange, 200, await generateFiles(asked, rootOf));
    },
    'POST /gantry/dockerfiles/build': async (exchange) => {
      const { root, path, before, after } = parseBody(buildDockerfileRequest, await readBody(exchange.request));
      const { pathInside } = await import('#dockerfile');
      const folder = dirname(await pathInside(rootOf(root), path));
      const signal = AbortSignal.any([exchange.gone, daemon.stopping]);
      await sendLines(exchange, measureBuilds(views, { folder, before, after, signal }));
    },
  };
  return {
    match: (verb, path) => {
      const key = `${verb} ${path}`;
      return Object.hasOwn(routes, key) ? routes[key] : undefined;
    },
    fail: failed,
  };
}

function failed(exchange: Exchange, error: Parameters<RouteSet['fail']>[1]): void {
  sendError(exchange, error, { shape: 'text' });
}

/** What is to be rated, with what stands around it where it has a place. */
async function readPlaced(
  exchange: Exchange,
  rootOf: RootOf,
): Promise<{ readonly placed: Placed; readonly options: RateOptions }> {
  const { root, path, text } = parseBody(rateDockerfileRequest, await readBody(exchange.request));
  if (path === undefined) return { placed: { path, text: text ?? '', digest: undefined }, options: {} };
  const { createConfigReader, createContextReader, digestOfText, pathInside, readSource } = await import('#dockerfile');
  const file = await pathInside(rootOf(root), path);
  const [onDisk, context, config] = await Promise.all([
    readSource(file),
    createContextReader(exchange.gone).of(file),
    createConfigReader().of(dirname(file)),
  ]);
  return {
    placed: {
      path: file,
      text: text ?? onDisk,
      digest: digestOfText(onDisk),
      ignoreFile: await readIgnoreFile(file, context.dockerignore),
    },
    options: { ...config.options, context },
  };
}

/** One that is no small text is left alone: it was not rated either. */
async function readIgnoreFile(file: string, rated: string | undefined): Promise<IgnoreFile | undefined> {
  const { readIfThere } = await import('#dockerfile');
  const path = await ignorePathOf(file);
  return await readIfThere(path).then(
    (text) => ({ path, text, rated }),
    () => undefined,
  );
}
