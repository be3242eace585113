import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AppError, delay, toAppError } from '#core';
import type { ContainerFacts, Docker, LogOptions } from '#docker';
import { openAiServer, type ChatServer } from '../chat/server.ts';
import type { CliContext } from '../context.ts';
import { field } from '../client/read.ts';
import { printableLine } from '../output/printable.ts';
import { nimContainer, nimContainerName, nimPort, nimRegistryAuth } from './plan.ts';

const pollMs = 500;
const answerMs = 5000;

export interface Nim {
  readonly server: ChatServer;
  /** As it calls its model. */
  readonly model: string;
}

/**
 * Starts the container of a NIM unless it runs, waits until it answers, and says where. What the container writes meanwhile is shown: it may be
 * fetching its weights for a long time.
 * @throws AppError `docker.*`, `backend.failed`
 */
export async function startNim(context: CliContext, image: string): Promise<Nim> {
  const { t, notice, signal } = context;
  const docker = await context.docker();
  const sinceSeconds = Math.floor(context.clock.now() / 1000);
  const { id, isNew } = await ensureContainer(context, docker, image);
  if (isNew) notice(t('nim.starting', { image: printableLine(image) }));
  const base = `http://127.0.0.1:${await publishedPort(docker, id, signal)}`;
  const done = new AbortController();
  const from = isNew ? { sinceSeconds } : { tail: 0 };
  const shown = showOutput(context, { docker, id, from: { ...from, signal: AbortSignal.any([signal, done.signal]) } });
  try {
    while (!(await answers(`${base}/v1/health/ready`, signal))) {
      await refuseEnded(docker, { id, image, signal });
      await delay(pollMs, { clock: context.clock, signal });
    }
  } finally {
    done.abort();
    await shown;
  }
  return { server: openAiServer(context, `${base}/v1`), model: await servedModel(`${base}/v1/models`, signal) };
}

async function ensureContainer(
  context: CliContext,
  docker: Docker,
  image: string,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { env, signal } = context;
  const name = nimContainerName(image);
  const present = await orNothing(docker.containers.inspect(name, { signal }));
  if (present && present.image !== '' && (await isOf(docker, present, { image, signal }))) {
    if (!present.state.running) await docker.containers.start(present.id, { signal });
    return { id: present.id, isNew: !present.state.running };
  }
  await ensureImage(context, docker, image);
  // One of an older image makes room for the one that was named.
  if (present) await docker.containers.remove(present.id, { signal });
  const cache = env['LOCAL_NIM_CACHE'] || join(context.paths.userHome, '.cache', 'nim');
  await mkdir(cache, { recursive: true });
  const info = await docker.info({ signal });
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const spec = nimContainer(image, { info, env, user, cache, port: await freePort() });
  const id = await docker.containers.create(spec, { name, signal });
  await docker.containers.start(id, { signal });
  return { id, isNew: true };
}

async function isOf(
  docker: Docker,
  { image: runs }: ContainerFacts,
  { image, signal }: { image: string; signal: AbortSignal },
): Promise<boolean> {
  if (runs === image) return true;
  const wanted = await orNothing(docker.images.inspect(image, { signal }));
  return wanted !== undefined && (wanted.id === runs || wanted.tags.includes(runs));
}

async function ensureImage({ env, t, notice, signal }: CliContext, docker: Docker, image: string): Promise<void> {
  if (await orNothing(docker.images.inspect(image, { signal }))) return;
  notice(t('nim.pulling', { image: printableLine(image) }));
  try {
    const said = new Set<string>();
    const registryAuth = nimRegistryAuth(env);
    const options = { signal, ...(registryAuth !== undefined && { registryAuth }) };
    for await (const event of docker.images.pull(image, options)) {
      const line = `${event.id === undefined ? '' : `${event.id}: `}${event.status}`;
      if (said.has(line)) continue;
      said.add(line);
      notice(printableLine(line));
    }
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toAppError(thrown);
    throw new AppError(error.code, error.message, {
      hint: t('nim.pullHint', { image }),
      params: error.params,
      cause: thrown,
    });
  }
}

/** The usual port, or any where somebody else has it. */
async function freePort(): Promise<number> {
  for (const port of [nimPort, 0]) {
    const found = await new Promise<number | undefined>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => {
        const { port: taken } = server.address() as AddressInfo;
        server.close(() => resolve(taken));
      });
    });
    if (found !== undefined) return found;
  }
  return nimPort;
}

async function publishedPort(docker: Docker, id: string, signal: AbortSignal): Promise<number> {
  const { stream } = await docker.request({ method: 'GET', path: `/containers/${id}/json`, signal });
  let text = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  const bindings = field(field(field(JSON.parse(text), 'NetworkSettings'), 'Ports'), `${nimPort}/tcp`);
  const port = Number(field(Array.isArray(bindings) ? bindings[0] : undefined, 'HostPort'));
  if (Number.isInteger(port) && port > 0) return port;
  throw new AppError('backend.failed', `The container ${id.slice(0, 12)} publishes no port ${nimPort}.`, {
    params: { reason: 'nim_port', id: id.slice(0, 12), port: nimPort },
  });
}

async function refuseEnded(
  docker: Docker,
  { id, image, signal }: { id: string; image: string; signal: AbortSignal },
): Promise<void> {
  const { state } = await docker.containers.inspect(id, { signal });
  if (state.running) return;
  throw new AppError('backend.failed', `The container of ${image} ended with exit code ${state.exitCode}.`, {
    hint: `What it wrote: docker logs ${nimContainerName(image)}`,
    params: { reason: 'nim_ended', image, code: state.exitCode, name: nimContainerName(image) },
  });
}

async function showOutput(
  { notice }: CliContext,
  { docker, id, from }: { docker: Docker; id: string; from: LogOptions },
): Promise<void> {
  let rest = '';
  try {
    for await (const { bytes } of docker.containers.logs(id, { follow: true, ...from })) {
      const lines = (rest + bytes.toString('utf8')).split('\n');
      rest = (lines.pop() ?? '').slice(-4096);
      for (const line of lines) if (line.trim() !== '') notice(printableLine(line.trimEnd()));
    }
  } catch {
    // What it writes is a courtesy; whether it answers is found out by asking.
  }
}

/** Not by `fetch`: one that is given up, or whose answer is not read, may never come to an end. */
function answers(url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { signal, agent: false, timeout: answerMs }, ({ statusCode = 0 }) => {
      resolve(statusCode >= 200 && statusCode < 300);
      asked.destroy();
    });
    asked.once('timeout', () => asked.destroy());
    asked.on('error', () => undefined);
    // Either it was answered before, or it is not there yet.
    asked.once('close', () => (signal.aborted ? reject(signal.reason) : resolve(false)));
  });
}

async function servedModel(url: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(url, { signal });
  const data: unknown = field(await answer.json(), 'data');
  const id: unknown = field(Array.isArray(data) ? data[0] : undefined, 'id');
  if (typeof id === 'string') return id;
  throw new AppError('backend.failed', `${url} names no model.`, { params: { reason: 'nim_models', url } });
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && error.code === 'docker.not_found') return undefined;
    throw error;
  }
}
