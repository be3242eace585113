import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, delay, errorCodeOf, tryProcessLock, writeFileAtomic, type Clock, type Paths } from '#core';
import { jsonText } from '../output/json.ts';
import { field } from './read.ts';

/** A named runner elsewhere, as `docker model context` writes it (contract model-runner §1.3). */
export interface NamedContext {
  readonly host: string;
  readonly tls: { readonly enabled: boolean; readonly skipVerify?: boolean; readonly caCert?: string };
  readonly description?: string;
  readonly createdAt: string;
}

export interface Contexts {
  /** Undefined: the runner of this machine. */
  readonly current: string | undefined;
  readonly named: Readonly<Record<string, NamedContext>>;
}

const lockPauseMs = 20;

function contextsFile({ dockerConfig }: Paths): string {
  return join(dockerConfig, 'model', 'contexts.json');
}

/** Small, and needed before anything can be asked: read at once. @throws AppError `settings.invalid` */
export function readContexts(paths: Paths): Contexts {
  const path = contextsFile(paths);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'ENOTDIR') return { current: undefined, named: {} };
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const contexts = field(value, 'contexts') ?? {};
  if (typeof contexts !== 'object' || contexts === null) throw unreadable(path);
  const named: Record<string, NamedContext> = {};
  for (const [name, one] of Object.entries(contexts)) {
    const context = toNamedContext(one);
    if (!context) throw unreadable(path);
    named[name] = context;
  }
  const current = field(value, 'current');
  return { current: typeof current === 'string' && current !== '' ? current : undefined, named };
}

/** Changes the file under a lock between processes; readers see the old or the new one. */
export async function changeContexts(
  { paths, clock, signal }: { paths: Paths; clock: Clock; signal: AbortSignal },
  change: (contexts: Contexts) => Contexts,
): Promise<void> {
  const path = contextsFile(paths);
  for (;;) {
    const attempt = await tryProcessLock(join(paths.dockerConfig, 'model', 'contexts.gantry.lock'));
    if (!attempt.acquired) {
      await delay(lockPauseMs, { clock, signal });
      continue;
    }
    await using _lock = attempt.lock;
    const { current, named } = change(readContexts(paths));
    const file = { version: 1, ...(current === undefined ? {} : { current }), contexts: named };
    await writeFileAtomic(path, jsonText(file), { mode: 0o600 });
    return;
  }
}

function toNamedContext(value: unknown): NamedContext | undefined {
  const host = field(value, 'host');
  if (typeof host !== 'string' || host === '') return undefined;
  const tls = field(value, 'tls');
  const caCert = field(tls, 'caCert');
  const description = field(value, 'description');
  const createdAt = field(value, 'createdAt');
  return {
    host,
    tls: {
      enabled: field(tls, 'enabled') === true,
      ...(field(tls, 'skipVerify') === true ? { skipVerify: true } : {}),
      ...(typeof caCert === 'string' && caCert !== '' ? { caCert } : {}),
    },
    ...(typeof description === 'string' && description !== '' ? { description } : {}),
    createdAt: typeof createdAt === 'string' ? createdAt : '',
  };
}

function unreadable(path: string, cause?: unknown): AppError {
  return new AppError('settings.invalid', `The file of contexts ${path} cannot be understood.`, {
    hint: 'Correct it, or remove it to use the runner of this machine.',
    params: { reason: 'contexts', path },
    cause,
  });
}
