import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  createConfigReader,
  createContextReader,
  findDockerfiles,
  maxSourceBytes,
  readSource,
  tooLarge,
  unreadable,
  type ProjectContext,
  type RatingConfig,
} from '#dockerfile';
import type { CliContext } from '../context.ts';
import { usageError } from '../usage-error.ts';

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
    throw unreadable(path, cause);
  });
  if (!facts.isDirectory()) return [full];
  const found = await findDockerfiles(full, signal);
  if (found.length === 0)
    throw usageError(t('ai.rate.noDockerfile', { path }), { hint: t('ai.rate.noDockerfileHint') });
  return found;
}

/** From where the user stands; whole for what is elsewhere. */
export function shownPath(file: string): string {
  const path = relative('.', file);
  return (path.startsWith('..') ? file : path).split(sep).join('/');
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
