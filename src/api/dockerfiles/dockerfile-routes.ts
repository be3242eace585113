import { access } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import {
  applyDockerfileRequest,
  generateDockerfileRequest,
  rateDockerfileRequest,
  type AppliedDockerfileBody,
  type FolderBody,
  type GeneratedDockerfileBody,
} from '#contract';
import { AppError, writeFileAtomic } from '#core';
import type { RateOptions } from '#dockerfile';
import { readBody } from '../http/body.ts';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import { parseBody } from '../publish/parse-body.ts';
import type { RouteDeps } from '../route-sets.ts';
import { fixedBodyOf, ratedBodyOf, type Placed } from './bodies.ts';

type Deps = Pick<RouteDeps, 'views'>;

/** `/gantry/dockerfiles`: looking for Dockerfiles, rating and fixing them, and making one. No Engine is asked. */
export function createDockerfileRoutes({ views }: Deps): RouteSet {
  if (!views) return { match: () => undefined, fail: failed };
  const rootOf = (root: string | undefined): string => {
    const chosen = root ?? views.userHome;
    if (isAbsolute(chosen)) return chosen;
    throw new AppError('request.invalid', 'root must be an absolute path.', {
      params: { param: 'root', expected: 'an absolute path' },
    });
  };
  const routes: Readonly<Record<string, Handler>> = {
    'GET /gantry/dockerfiles/folder': async (exchange) => {
      const query = new URLSearchParams(exchange.query);
      const { listFolder } = await import('#dockerfile');
      const listing = await listFolder(rootOf(query.get('root') ?? undefined), query.get('path') ?? '.');
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
      const { root, path, digest, text } = parseBody(applyDockerfileRequest, await readBody(exchange.request));
      const { digestOfText, isDockerfileName, pathInside, replaceIfUnchanged } = await import('#dockerfile');
      const file = await pathInside(rootOf(root), path);
      if (!isDockerfileName(basename(file))) {
        throw new AppError(
          'request.forbidden',
          `${basename(file)} is not a Dockerfile by its name; it is not written.`,
          {
            params: { reason: 'not_dockerfile', path: basename(file) },
          },
        );
      }
      const backup = await replaceIfUnchanged(file, { digest, text });
      const body: AppliedDockerfileBody = { path: file, digest: digestOfText(text), backup };
      sendJson(exchange, 200, body);
    },
    'POST /gantry/dockerfiles/generate': async (exchange) => {
      sendJson(exchange, 200, await generate(exchange, rootOf));
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

function failed(exchange: Exchange, error: AppError): void {
  sendError(exchange, error, { shape: 'text' });
}

type RootOf = (root: string | undefined) => string;

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
    placed: { path: file, text: text ?? onDisk, digest: digestOfText(onDisk) },
    options: { ...config.options, context },
  };
}

async function generate(exchange: Exchange, rootOf: RootOf): Promise<GeneratedDockerfileBody> {
  const { root, path, language, write } = parseBody(generateDockerfileRequest, await readBody(exchange.request));
  const { detectLanguage, generateFor, pathInside, readProject } = await import('#dockerfile');
  const folder = await pathInside(rootOf(root), path);
  const files = await readProject(folder);
  const chosen = language ?? detectLanguage(files);
  if (chosen === undefined) {
    throw new AppError('request.invalid', `The files in ${folder} do not say what language the project is in.`, {
      hint: 'Say which language it is.',
      params: { param: 'language', expected: 'node, python, go, java, rust, php, ruby, dotnet, static' },
    });
  }
  const made = generateFor(chosen, files);
  const wanted = [
    { name: 'Dockerfile', text: made.dockerfile },
    { name: '.dockerignore', text: made.dockerignore },
    { name: 'compose.yaml', text: made.compose },
  ];
  const all = await Promise.all(
    wanted.map(async (file) => ({ ...file, exists: await isThere(join(folder, file.name)) })),
  );
  const present = all.filter((file) => file.exists);
  if (write && present.length > 0) {
    const names = present.map(({ name }) => name).join(', ');
    throw new AppError('request.conflict', `There is already: ${names}. Nothing was written.`, {
      hint: 'Remove or rename it first.',
      params: { reason: 'files_exist', files: names },
    });
  }
  if (write) for (const { name, text } of all) await writeFileAtomic(join(folder, name), text);
  const { score, grade } = made.rating;
  return { language: chosen, folder, score, grade, files: all, written: write === true };
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
