import { randomBytes } from 'node:crypto';
import { AppError, isAbort, type Env } from '#core';
import type { HttpClient } from '#registry';
import type { ProgramOutcome, RunProgram } from '../state/run-program.ts';
import type { InterceptorSpec } from './interceptor-spec.ts';

export interface AskDeps {
  readonly run: RunProgram;
  readonly http: HttpClient;
  readonly env: Env;
  readonly timeoutMs: number;
}

const maxBytes = 16 << 20;

export interface Asked {
  /** JSON. */
  readonly payload: string;
  /** Told to programs besides, as variables. */
  readonly facts: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** What the interceptor says; an empty text when it has nothing to say. @throws AppError `mcp.server_failed` */
export async function askInterceptor({ type, target }: InterceptorSpec, asked: Asked, deps: AskDeps): Promise<string> {
  if (type === 'http') return await askHttp(target, asked, deps);
  if (type === 'exec') {
    return outputOf(await start(['/bin/sh', '-c', target], asked, deps), target);
  }
  return await askContainer(target.split(/\s+/), asked, deps);
}

type Program = readonly [file: string, ...args: string[]];

function start([file, ...args]: Program, { payload, facts, signal }: Asked, deps: AskDeps): Promise<ProgramOutcome> {
  const { run, env, timeoutMs } = deps;
  return run(file, { args, env: { ...env, ...facts }, stdin: payload, timeoutMs, maxBytes, signal });
}

/** The container has a name, because ending `docker run` by force does not end what it started. */
async function askContainer(words: readonly string[], asked: Asked, deps: AskDeps): Promise<string> {
  const name = `gantry-interceptor-${randomBytes(6).toString('hex')}`;
  const args = [
    'docker',
    'run',
    '--rm',
    '-i',
    '--init',
    '--name',
    name,
    '--label',
    'gantry.mcp.interceptor=true',
    ...words,
  ] as const;
  let isEnded = false;
  try {
    const outcome = await start(args, asked, deps);
    isEnded = outcome.ended === undefined;
    return outputOf(outcome, words[0] ?? '');
  } finally {
    if (!isEnded) {
      const end = { args: ['rm', '-f', name], env: deps.env, timeoutMs: deps.timeoutMs, maxBytes };
      await deps.run('docker', end).catch(() => undefined);
    }
  }
}

async function askHttp(url: string, { payload, signal }: Asked, { http, timeoutMs }: AskDeps): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await http.request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: payload,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const body = await response.bytes(maxBytes);
    if (response.status >= 400) throw failed(url, `it answered ${response.status}`);
    return Buffer.from(body).toString('utf8');
  } catch (cause) {
    signal?.throwIfAborted();
    if (isAbort(cause) || limit.aborted) throw failed(url, 'it took too long');
    throw cause instanceof AppError ? failed(url, cause.message.replace(/\.$/, ''), cause) : cause;
  }
}

function outputOf({ code, stdout, ended }: ProgramOutcome, target: string): string {
  if (ended === 'timeout') throw failed(target, 'it took too long');
  if (ended === 'too_much') throw failed(target, `it said more than ${maxBytes >> 20} MiB`);
  if (code !== 0) throw failed(target, `it ended with ${code ?? 'a signal'}`);
  return stdout.toString('utf8');
}

/** Its own words are not repeated: they may be the data it was given. */
export function failed(target: string, detail: string, cause?: unknown): AppError {
  // A command line and a URL may have credentials in them; the first word and the host name it well enough.
  const name = /^https?:/.test(target) ? hostOf(target) : (target.split(/\s/)[0] ?? '');
  return new AppError('mcp.server_failed', `The interceptor ${name} failed: ${detail}.`, {
    params: { reason: 'interceptor', server: name, detail },
    cause,
  });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'http';
}
