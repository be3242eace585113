import { readdir, readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom, fuzzedBody, processFacts, type Random } from '#testing';
import { fuzzRoutes, type FuzzRoute } from './fuzz/routes.ts';
import { oddRequest } from './fuzz/odd-requests.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

const bodies = Number(process.env['GANTRY_FUZZ_BODIES'] ?? 5000);
const seed = Number(process.env['GANTRY_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const atOnce = 8;
/** Far above what any of these takes: what is not answered by then hangs. */
const hangMs = 60_000;

/** What docker/model-runner's clients know as a 500 (golden models-create-registry-down): a registry that is not there. */
const isOutOfReach = (path: string, text: string): boolean =>
  /\/(?:create|pull|push|prepare|attach|verify)$/.test(path) && text.includes('Cannot reach');

/** What a machine without Docker, registries and other runtimes may say; 500 is never right. */
const allowedFailures: readonly number[] = [502, 503, 504];

const settings = `
inference: { threads: 1, batchThreads: 1, parallel: 4, contextSize: 256 }
models: { fallback: forbid }
docker: { socket: 'off', bridge: 'off' }
`;
// Nothing may leave the machine: whatever a fuzzed name stands for, its address is a port where nobody listens.
const nowhere = 'http://127.0.0.1:1';
const env = {
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  http_proxy: nowhere,
  https_proxy: nowhere,
  NO_PROXY: '127.0.0.1',
  no_proxy: '127.0.0.1',
  DOCKER_HOST: 'unix:///nonexistent/docker.sock',
};

describe('requests that nobody would send, through the real daemon to real weights', () => {
  let daemon: ModelDaemon;
  // A connection that is to be closed after its answer is closed before a refused body is read to its end.
  const agent = new Agent({ keepAlive: true });
  const changed = 'test/changed:135m';

  beforeAll(async () => {
    daemon = await startModelDaemon(env, { settings });
    if (daemon.skip !== undefined) return;
    const made = await send({ path: `/models/${daemon.model}/repackage` }, JSON.stringify({ target: changed }));
    expect(made.status, made.text).toBe(201);
  });
  afterAll(() => daemon.stop());
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });

  function send(
    { method = 'POST', path }: Pick<FuzzRoute, 'method' | 'path'>,
    body: Buffer | string,
  ): Promise<{ status: number; text: string }> {
    const { hostname, port } = new URL(daemon.url);
    return new Promise((resolve, reject) => {
      const outgoing = request({
        hostname,
        port,
        method,
        path,
        agent,
        signal: AbortSignal.timeout(hangMs),
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      });
      outgoing.on('error', reject);
      outgoing.once('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.once('error', reject);
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      outgoing.end(body);
    });
  }

  async function works(): Promise<void> {
    const body = { model: daemon.model, max_tokens: 2, messages: [{ role: 'user', content: 'Hi' }] };
    const answer = await send({ path: '/v1/chat/completions' }, JSON.stringify(body));
    expect(answer.status, answer.text).toBe(200);
    // What is counted next is the daemon's own.
    await send({ path: '/engines/unload' }, JSON.stringify({ all: true }));
    agent.destroy();
  }

  async function said(pattern: RegExp): Promise<readonly string[]> {
    const names = (await readdir(join(daemon.home, 'logs'))).filter((name) => name.startsWith('gantry'));
    const texts = await Promise.all(names.map((name) => readFile(join(daemon.home, 'logs', name), 'utf8')));
    return texts
      .join('')
      .split('\n')
      .filter((line) => pattern.test(line));
  }

  /** Of these a process has one for good, from the first file that it watches on. */
  const watching = 'anon_inode:inotify';

  /** What it holds beyond `before`; connections of ours that were closing then may be gone now. */
  const more = (before: Readonly<Record<string, number>>): readonly string[] =>
    Object.entries(processFacts(daemon.pid).files).flatMap(([name, count]) =>
      count > (before[name] ?? (name === watching ? 1 : 0)) ? [`${name}: ${count}`] : [],
    );

  async function forAll<T>(items: Iterator<T> & Iterable<T>, task: (item: T) => Promise<void>): Promise<void> {
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const item of items) await task(item);
      }),
    );
  }

  function* fuzzed(random: Random): Generator<{ route: FuzzRoute; body: Buffer }> {
    const routes = fuzzRoutes({ model: daemon.model, changed });
    for (let index = 0; index < bodies; index += 1) {
      const route = routes[index % routes.length];
      if (route) yield { route, body: fuzzedBody(route.example, random) };
    }
  }

  it(`answers ${bodies} bodies without a 500, a crash or a hang`, { timeout: 600_000 }, async () => {
    console.log(`fuzz: GANTRY_FUZZ_SEED=${seed} GANTRY_FUZZ_BODIES=${bodies}`);
    await works();
    const before = processFacts(daemon.pid).files;
    const wrong: string[] = [];
    const statuses: Record<string, number> = {};
    const ofModels = { sent: 0, answered: 0 };
    await forAll(fuzzed(createRandom(seed)), async ({ route, body }) => {
      const { method = 'POST', path } = route;
      const asked = `${method} ${path} ${body.toString('latin1').slice(0, 600)}`;
      try {
        const { status, text } = await send(route, body);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (!path.startsWith('/gantry/')) {
          ofModels.sent += 1;
          if (status === 200) ofModels.answered += 1;
        }
        const isRight = status < 500 || allowedFailures.includes(status) || isOutOfReach(path, text);
        if (!isRight || /"code":\s*"internal"/.test(text)) wrong.push(`${asked}\n${status} ${text.slice(0, 500)}`);
        else if (status >= 400 && text.trim().length < 9) wrong.push(`${asked}\n${status} without a reason: ${text}`);
      } catch (error) {
        wrong.push(`${asked}\n${String(error)}`);
      }
    });
    console.log(`fuzz: ${JSON.stringify({ ...statuses, ofModels })}`);
    expect(wrong).toEqual([]);
    // Routes that manage something accept few of these; those that use models must not refuse everything.
    expect(ofModels.answered).toBeGreaterThan(ofModels.sent / 20);
    expect(await said(/"level":"error"|"msg":"runner crashed"/)).toEqual([]);
    await works();
    await expect.poll(() => more(before), { timeout: 20_000 }).toEqual([]);
  });

  /** Sends bytes, ends, and hears out what comes; resolves with it when the connection is closed. */
  function sendRaw(bytes: Buffer): Promise<string> {
    const { hostname, port } = new URL(daemon.url);
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect({ host: hostname, port: Number(port) });
      socket.setTimeout(hangMs, () => socket.destroy(new Error('The connection hangs.')));
      socket.setEncoding('latin1').on('data', (part: string) => (text += part));
      // Who refuses a request need not read the rest of it.
      socket.on('error', (error) => (/ECONNRESET|EPIPE/.test(error.message) ? resolve(text) : reject(error)));
      socket.once('close', () => resolve(text));
      socket.end(bytes);
    });
  }

  it('answers paths, queries and headers that make no sense', { timeout: 300_000 }, async () => {
    await works();
    const before = processFacts(daemon.pid).files;
    const wrong: string[] = [];
    const statuses: Record<string, number> = {};
    const random = createRandom(seed);
    const asked = Array.from({ length: Math.ceil(bodies / 2) }, () => oddRequest(random));
    await forAll(asked.values(), async (bytes) => {
      const text = await sendRaw(bytes).catch(String);
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? (text === '' ? 'closed' : 'garbage');
      statuses[status] = (statuses[status] ?? 0) + 1;
      const isFine =
        status === 'closed' ||
        (Number(status) < 500 && Number(status) >= 100) ||
        allowedFailures.includes(Number(status));
      if (!isFine) wrong.push(`${bytes.toString('latin1').slice(0, 1500)}\n${text.slice(0, 500)}`);
    });
    console.log(`fuzz: ${JSON.stringify(statuses)}`);
    expect(wrong).toEqual([]);
    expect(await said(/"level":"error"/)).toEqual([]);
    await works();
    await expect.poll(() => more(before), { timeout: 20_000 }).toEqual([]);
  });
});
