import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AppError, formatSize, toAppError } from '#core';
import type { Docker, OutputChunk } from '#docker';
import type { EvidencePart, Unread } from '../types.ts';
import { readHost, type HostReader } from './host.ts';
import type { RawEvidence } from './read-evidence.ts';
import { containerAnswer, infoAnswer } from './schemas.ts';

export interface CollectDeps {
  readonly docker: Docker;
  /** Reads the machine of the Engine; used only when that is this machine. */
  readonly host: HostReader;
  readonly now: () => number;
}

export interface CollectOptions {
  readonly signal?: AbortSignal | undefined;
  /** For each part of the evidence. */
  readonly timeoutMs?: number | undefined;
}

const lastLines = 400;
const firstLines = 50;
const mostLogBytes = 32 * 1024 * 1024;
const longestLine = 4096;
const mostEvents = 256;
const mostAnswerBytes = 16 * 1024 * 1024;
const beforeStartMs = 60_000;

/**
 * Everything there is to know about a container. Each part has a time and a size of its own; what cannot be read is named, and
 * the rest still counts. @throws AppError `docker.unavailable`, `docker.not_found`
 */
export async function collectEvidence(
  { docker, host, now }: CollectDeps,
  target: string,
  { signal, timeoutMs = 3000 }: CollectOptions = {},
): Promise<RawEvidence> {
  const bounded = (): AbortSignal => {
    const limit = AbortSignal.timeout(timeoutMs);
    return signal ? AbortSignal.any([signal, limit]) : limit;
  };
  const get = async (path: string, query?: Readonly<Record<string, string | number | boolean>>): Promise<unknown> =>
    await getJson(docker, { path, query, signal: bounded() });
  const name = encodeURIComponent(target);
  const inspect = await getJson(docker, { path: `/containers/${name}/json`, signal });
  const container = containerAnswer.parse(inspect);
  const unread: Unread[] = [];
  const part = async <Value>(which: EvidencePart, read: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await read();
    } catch (error) {
      signal?.throwIfAborted();
      unread.push({ part: which, reason: reasonOf(error, timeoutMs) });
      return undefined;
    }
  };
  const running = container.State.Running && !container.State.Restarting;
  const logRead = { docker, id: container.Id };
  const info = part('engine', () => get('/info'));
  const [image, infoValue, containers, networks, events, top, stats, log, hostFacts] = await Promise.all([
    container.Image === ''
      ? undefined
      : part('image', () => get(`/images/${encodeURIComponent(container.Image)}/json`)),
    info,
    part('containers', () => get('/containers/json', { all: true })),
    part('networks', () => get('/networks')),
    part('events', () =>
      readEvents(docker, {
        id: container.Id,
        sinceMs: (Date.parse(container.State.StartedAt) || Date.parse(container.Created) || now()) - beforeStartMs,
        untilMs: now(),
        signal: bounded(),
      }),
    ),
    running ? part('processes', () => get(`/containers/${name}/top`, { ps_args: '-eo pid,stat,args' })) : undefined,
    running ? part('counters', () => get(`/containers/${name}/stats`, { stream: false, 'one-shot': true })) : undefined,
    part('log', () => readLog(logRead, { startedAt: container.State.StartedAt, bounded })),
    part('host', async () => {
      const address = await docker.address({ signal });
      if (address.route.kind !== 'unix') return undefined;
      return await readHost(host, { container, root: infoAnswer.safeParse(await info).data?.DockerRootDir });
    }),
  ]);
  return {
    target: container.Name || target,
    inspect,
    image,
    info: infoValue,
    containers,
    networks,
    events,
    top,
    stats,
    log,
    host: hostFacts,
    unread,
  };
}

export async function getJson(
  docker: Docker,
  {
    path,
    query,
    signal,
  }: {
    path: string;
    query?: Readonly<Record<string, string | number | boolean>> | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<unknown> {
  const { status, stream } = await docker.request({ method: 'GET', path, query, signal });
  const body = await text(limited(stream, mostAnswerBytes));
  const value = parseJson(body);
  if (status < 400) return value;
  const message = typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : body;
  const reason = message.trim().slice(0, 500) || `status ${status}`;
  throw new AppError(
    status === 404 ? 'docker.not_found' : 'docker.failed',
    status === 404 ? `The Docker Engine does not have it: ${reason}.` : `The Docker Engine refused: ${reason}.`,
    { params: { reason } },
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function limited(stream: Readable, mostBytes: number): Readable {
  return Readable.from(
    (async function* read() {
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > mostBytes) {
          throw new AppError('docker.failed', 'The Docker Engine answered more than can be read.', {
            params: { reason: 'size' },
          });
        }
        yield chunk;
      }
    })(),
  );
}

async function readEvents(
  docker: Docker,
  { id, sinceMs, untilMs, signal }: { id: string; sinceMs: number; untilMs: number; signal: AbortSignal },
): Promise<readonly unknown[]> {
  const { status, stream } = await docker.request({
    method: 'GET',
    path: '/events',
    query: {
      since: (sinceMs / 1000).toFixed(3),
      until: (untilMs / 1000).toFixed(3),
      filters: JSON.stringify({ container: [id] }),
    },
    signal,
  });
  const events: unknown[] = [];
  for await (const line of createInterface({ input: limited(stream, mostAnswerBytes) })) {
    const event = parseJson(line);
    if (status < 400 && event !== undefined) events.push(event);
    if (events.length > mostEvents) events.shift();
  }
  return events;
}

/** The end of the log, and, where that is not all of it, how the last run began. */
async function readLog(
  { docker, id }: { docker: Docker; id: string },
  { startedAt, bounded }: { startedAt: string; bounded: () => AbortSignal },
): Promise<readonly string[]> {
  const tail = await linesOf(
    docker.containers.logs(id, { tail: lastLines, signal: bounded() }),
    Number.POSITIVE_INFINITY,
  );
  if (tail.length < lastLines) return tail;
  const since = Date.parse(startedAt);
  if (Number.isNaN(since)) return tail;
  const beginning = docker.containers.logs(id, { sinceSeconds: Math.floor(since / 1000), signal: bounded() });
  const head = await linesOf(beginning, firstLines).catch(() => []);
  return [...head, ...tail];
}

/** Lines as they were written, each bounded. Each stream keeps its own unfinished line. */
async function linesOf(chunks: AsyncIterable<OutputChunk>, most: number): Promise<readonly string[]> {
  const rest = { stdout: '', stderr: '' };
  const lines: string[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.bytes.length;
    const parts = (rest[chunk.stream] + chunk.bytes.toString('utf8')).split('\n');
    rest[chunk.stream] = (parts.pop() ?? '').slice(0, longestLine);
    for (const part of parts) lines.push(part.slice(0, longestLine));
    if (lines.length >= most) break;
    if (bytes > mostLogBytes) {
      throw new AppError('docker.failed', 'The log is longer than can be read.', {
        params: { reason: `its last ${lastLines} lines are more than ${formatSize(mostLogBytes)}` },
      });
    }
  }
  for (const left of [rest.stdout, rest.stderr]) if (left !== '' && lines.length < most) lines.push(left);
  return lines.slice(0, most);
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const known = toAppError(error);
  return String(known.params['reason'] ?? known.message).slice(0, 300);
}
