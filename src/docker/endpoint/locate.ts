import { realpath } from 'node:fs/promises';
import { AppError, errorCodeOf, type Log } from '#core';
import type { Cancel, EngineAddress, EngineRoute } from '../types.ts';
import { candidates } from './candidates.ts';
import { dial } from './dial.ts';
import { readMachineFacts, type FactsOptions } from './read-facts.ts';

export interface LocateOptions extends FactsOptions {
  /** Our own Docker-compatible socket: to ask it would be to ask ourselves. */
  readonly ownSocket: string;
  readonly log: Log;
}

/** Finds the Engine: the first candidate that takes a connection. @throws AppError `docker.unavailable` saying what was tried */
export async function locateEngine(options: LocateOptions, { signal }: Cancel = {}): Promise<EngineAddress> {
  const { log } = options;
  const own = await resolved(options.ownSocket);
  let facts = await readMachineFacts(options);
  const named = facts.env['DOCKER_HOST'];
  if (named?.startsWith('unix://') && (await resolved(named.slice('unix://'.length))) === own) {
    // A shell that uses our socket starts a daemon with that environment.
    log.info('DOCKER_HOST is our own socket; looking for the Engine behind it', { socket: own });
    facts = await readMachineFacts({ ...options, env: { ...options.env, DOCKER_HOST: undefined } });
  }
  const tried: string[] = [];
  for (const candidate of candidates(facts)) {
    if ('problem' in candidate) {
      tried.push(`${candidate.url}: ${candidate.problem}`);
      continue;
    }
    const { route, url } = candidate;
    if (route.kind === 'unix' && (await resolved(route.path)) === own) continue;
    const problem = await tryToConnect(route, signal);
    if (problem === undefined) return candidate;
    tried.push(`${url}: ${problem}`);
  }
  throw unavailable(tried);
}

async function tryToConnect(route: EngineRoute, signal: AbortSignal | undefined): Promise<string | undefined> {
  // Whether a program can connect shows only when it is used.
  if (route.kind === 'command') return undefined;
  try {
    (await dial(route, { signal })).on('error', () => undefined).destroy();
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  switch (errorCodeOf(error)) {
    case 'ENOENT':
      return 'not there';
    case 'ECONNREFUSED':
      return 'nobody listens';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not use it';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** What is only not there is not worth a line when something else is wrong. */
export function unavailable(tried: readonly string[]): AppError {
  const telling = tried.filter((line) => !line.endsWith(': not there'));
  const reason = telling.length > 0 ? telling.join('; ') : lookedAt(tried);
  const denied = telling.some((line) => line.endsWith('may not use it'));
  return new AppError('docker.unavailable', `No Docker Engine answers (${reason}).`, {
    hint: denied
      ? 'Add this user to the docker group and log in again, or use a rootless Engine.'
      : 'Start Docker Engine or Podman, or name it with DOCKER_HOST or: docker context use NAME',
    params: { reason },
  });
}

/** One place by its name; a list of usual places helps nobody. */
function lookedAt(tried: readonly string[]): string {
  return tried.length === 1 ? (tried[0] ?? '') : 'there is no socket at any of the usual places';
}

async function resolved(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}
