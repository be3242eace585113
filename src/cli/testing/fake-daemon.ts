import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gantryPaths, version, type Paths } from '#core';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/** A real HTTP server on a unix socket that answers as the test says. */
export interface FakeDaemon extends AsyncDisposable {
  readonly paths: Paths;
  readonly requests: SeenRequest[];
  /** `GET /models` → answer; the query is part of the key only if given. */
  on(route: string, answer: Answer): void;
  listen(): Promise<void>;
  close(): Promise<void>;
}

export const statusBody = {
  version,
  pid: 4711,
  home: '/home/me/.gantry',
  startedAt: new Date(1_800_000_000_000 - 120_000).toISOString(),
  addresses: ['/home/me/.gantry/run/gantry.sock', 'http://127.0.0.1:12434'],
  backends: { 'llama.cpp': 'Running: llama.cpp 0c1e570' },
  runners: 1,
  memory: { budgetBytes: 8 * 1024 ** 3, usedBytes: 512 * 1024 ** 2 },
  state: 'running',
};

export function json(value: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

export function failure(code: string, message: string, more: object = {}): Answer {
  return json({ error: { code, message, ...more } }, 400);
}

export function lines(...values: readonly object[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const value of values) response.write(`${JSON.stringify(value)}\n`);
    response.end();
  };
}

/** An answer of the chat route, one piece of text per event. */
export function streamed(...pieces: readonly string[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of pieces) response.write(sse({ choices: [{ index: 0, delta: { content } }] }));
    response.write(sse({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    response.write(
      sse({
        choices: [],
        usage: { prompt_tokens: 7, completion_tokens: pieces.length },
        timings: { predicted_per_second: 51.5 },
      }),
    );
    response.end('data: [DONE]\n\n');
  };
}

export function sse(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export async function createFakeDaemon({ start = true }: { start?: boolean } = {}): Promise<FakeDaemon> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-cli-'));
  const paths = { ...gantryPaths({ HOME: home, GANTRY_HOME: home }), run: home, socket: join(home, 'd.sock') };
  const answers = new Map<string, Answer>([['GET /gantry/status', json(statusBody)]]);
  const requests: SeenRequest[] = [];
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    const { method = '', url = '', headers } = incoming;
    const body = headers['content-type'] === 'application/json' ? JSON.parse(text) : text || undefined;
    const request: SeenRequest = { method, url, headers, body };
    requests.push(request);
    const answer = answers.get(`${method} ${url}`) ?? answers.get(`${method} ${url.split('?')[0]}`);
    const missing = json({ error: { code: 'request.not_found', message: `There is no ${method} ${url}.` } }, 404);
    await (answer ?? missing)(response, request);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  };
  const daemon: FakeDaemon = {
    paths,
    requests,
    on: (route, answer) => answers.set(route, answer),
    listen: () =>
      new Promise((resolve) => {
        server.listen(paths.socket, resolve);
      }),
    close,
    async [Symbol.asyncDispose]() {
      await close();
      await rm(home, { recursive: true, force: true });
    },
  };
  if (start) await daemon.listen();
  return daemon;
}
