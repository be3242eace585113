import { open, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { AppError, errorCodeOf } from '#core';
import { configFileName, maxSourceBytes, readRatingConfig, type ProjectContext, type RatingConfig } from '#dockerfile';
import type { CliContext } from '../context.ts';
import { usageError } from '../usage-error.ts';
import { findDockerfiles } from './find-dockerfiles.ts';
import { createContextReader, readText } from './read-context.ts';

export interface LoadedDockerfile {
  /** As it is told: from where the user stands, with `/`. */
  readonly path: string;
  /** Undefined for standard input. */
  readonly file: string | undefined;
  readonly source: string;
  readonly context: ProjectContext | undefined;
  readonly config: RatingConfig;
}

export interface LoadOptions {
  /** Folder of the build context; default: where the Dockerfile is. */
  readonly context?: string | undefined;
  readonly config?: string | undefined;
}

/** The files that the arguments name: files, folders, `-` for standard input; without any, the folder one stands in. */
export async function* loadDockerfiles(
  context: CliContext,
  paths: readonly string[],
  options: LoadOptions,
): AsyncGenerator<LoadedDockerfile> {
  const reader = createContextReader(context.signal);
  const configs = createConfigReader(options.config);
  for (const path of paths.length === 0 ? ['.'] : paths) {
    if (path === '-') {
      const folder = options.context === undefined ? undefined : resolve(options.context);
      yield {
        path: '-',
        file: undefined,
        source: await readStandardInput(context),
        context: folder === undefined ? undefined : await reader.of(join(folder, 'Dockerfile'), folder),
        config: await configs.of(folder ?? resolve('.')),
      };
      continue;
    }
    const load = async (file: string): Promise<LoadedDockerfile> => ({
      path: shownPath(file),
      file,
      source: await readSource(file),
      context: await reader.of(file, options.context === undefined ? dirname(file) : resolve(options.context)),
      config: await configs.of(dirname(file)),
    });
    yield* aheadOf(await filesAt(context, path), load);
  }
}

/** Reads some files ahead, so that the disk works while the one before is rated; they come in their order. */
async function* aheadOf(
  files: readonly string[],
  load: (file: string) => Promise<LoadedDockerfile>,
): AsyncGenerator<LoadedDockerfile> {
  const waiting: Promise<LoadedDockerfile>[] = [];
  for (const file of files) {
    const loading = load(file);
    // Told when its turn comes; until then nobody listens.
    loading.catch(() => {});
    waiting.push(loading);
    const first = waiting.length > maxAhead ? waiting.shift() : undefined;
    if (first) yield await first;
  }
  for (const loading of waiting) yield await loading;
}

const maxAhead = 8;

async function filesAt({ signal, t }: CliContext, path: string): Promise<string[]> {
  const full = resolve(path);
  const facts = await stat(full).catch((cause: unknown) => {
    throw notFound(path, cause);
  });
  if (!facts.isDirectory()) return [full];
  const found = await findDockerfiles(full, signal);
  if (found.length === 0)
    throw usageError(t('ai.rate.noDockerfile', { path }), { hint: t('ai.rate.noDockerfileHint') });
  return found;
}

function notFound(path: string, cause: unknown): AppError {
  const isAbsent = errorCodeOf(cause) === 'ENOENT' || errorCodeOf(cause) === 'ENOTDIR';
  return isAbsent
    ? new AppError('request.not_found', `There is no file ${path}.`, { params: { reason: 'file', path }, cause })
    : new AppError('request.invalid', `The file ${path} cannot be read.`, { params: { path }, cause });
}

/** From where the user stands; whole for what is elsewhere. */
export function shownPath(file: string): string {
  const path = relative('.', file);
  return (path.startsWith('..') ? file : path).split(sep).join('/');
}

async function readSource(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw notFound(path, cause);
  });
  try {
    const { size } = await file.stat();
    if (size > maxSourceBytes) throw tooLarge();
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function readStandardInput({ stdin, signal }: CliContext): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    signal.throwIfAborted();
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxSourceBytes) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): AppError {
  return new AppError('request.too_large', `The Dockerfile is larger than ${maxSourceBytes} bytes.`, {
    params: { limit: maxSourceBytes },
  });
}

/** The settings file that is named, or the first one found on the way up to the folder of the repository. */
function createConfigReader(named: string | undefined): { of(folder: string): Promise<RatingConfig> } {
  const known = new Map<string, Promise<RatingConfig>>();
  const read = async (folder: string): Promise<RatingConfig> => {
    if (named !== undefined) {
      const text = await readText(resolve(named));
      if (text === undefined) throw notFound(named, { code: 'ENOENT' });
      return await readRatingConfig(text, named);
    }
    const path = join(folder, configFileName);
    const text = await readText(path);
    if (text !== undefined) return await readRatingConfig(text, path);
    const above = dirname(folder);
    const isTop = above === folder || (await stat(join(folder, '.git')).catch(() => undefined)) !== undefined;
    return isTop ? { options: {}, failUnder: undefined } : await of(above);
  };
  const of = async (folder: string): Promise<RatingConfig> => {
    const reading = known.get(folder) ?? read(folder);
    known.set(folder, reading);
    return await reading;
  };
  return { of };
}
