import { mkdtempSync, rmSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys, type ApiKeys } from '#access';
import { silentLog, systemClock, type Clock, type Log } from '#core';
import { openSettings, type Settings } from '#settings';
import { createApi } from '../create-api.ts';
import type { Api, ApiOptions } from '../types.ts';
import { fakeAccess } from './fake-access.ts';
import {
  fakeInference,
  fakeModels,
  fakeRelay,
  fakeRuntimes,
  type FakeInference,
  type FakeModels,
  type FakeRuntimes,
} from './fake-ports.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface ApiUnderTest extends AsyncDisposable {
  readonly api: Api;
  readonly models: FakeModels;
  readonly inference: FakeInference;
  readonly runtimes: FakeRuntimes;
  readonly port: number;
  readonly url: string;
  readonly socket: string;
  readonly stops: string[];
  readonly keys: ApiKeys;
  readonly stopping: AbortController;
  ask(path: string, ask?: Ask): Promise<Answer>;
  askSocket(path: string, ask?: Ask): Promise<Answer>;
  /** Bytes as they are, for what no HTTP client would send. */
  raw(bytes: string | Buffer): Promise<string>;
  /** A runner on a unix socket behind the fake inference. */
  runner(listener: RequestListener): Promise<Server>;
}

export interface UnderTestOptions {
  readonly settings?: Partial<Settings['server']>;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly storeRevision?: () => number;
  /** Recorder, metrics, logs; none unless given. */
  readonly observe?: Pick<ApiOptions, 'recorder' | 'metrics' | 'logs'>;
  readonly mcp?: ApiOptions['mcp'];
  readonly mcpManagement?: ApiOptions['mcpManagement'];
  readonly views?: ApiOptions['views'];
  readonly assistant?: ApiOptions['assistant'];
  readonly storage?: ApiOptions['storage'];
}

/** The real API on real sockets, with fake ports behind it. */
export async function startApi({
  settings = {},
  clock = systemClock,
  log = silentLog,
  storeRevision,
  observe = {},
  mcp,
  mcpManagement,
  views,
  assistant,
  storage,
}: UnderTestOptions = {}): Promise<ApiUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-api-'));
  const [models, inference, runtimes] = [fakeModels(), fakeInference(), fakeRuntimes()];
  const store = await openSettings(join(folder, 'settings.yaml'));
  await store.change(Object.entries(settings).map(([name, value]) => ({ path: ['server', name], value })));
  const keys = await openKeys(join(folder, 'keys.json'), { clock, log });
  const stops: string[] = [];
  const stopping = new AbortController();
  const options: ApiOptions = {
    ...observe,
    mcp,
    mcpManagement,
    views,
    assistant,
    storage,
    models,
    inference,
    runtimes,
    relay: fakeRelay(),
    storeRevision,
    settings: store,
    access: fakeAccess(keys),
    daemon: {
      pid: 4711,
      home: '/home/me/.gantry',
      startedAt: '2026-01-01T00:00:00.000Z',
      addresses: () => ['unix:///x', 'http://127.0.0.1:12434'],
      memory: () => ({ budgetBytes: 10, usedBytes: 5 }),
      stopping: stopping.signal,
      stop: (reason) => stops.push(reason),
      runtimesDiskUsage: async () => 77,
    },
    version: '9.8.7',
    log,
    clock,
  };
  const api = createApi(options);
  const servers: Server[] = [];
  const listen = async (listener: RequestListener, path?: string): Promise<Server> => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => {
      if (path === undefined) server.listen(0, '127.0.0.1', resolve);
      else server.listen(path, resolve);
    });
    return server;
  };
  const socket = join(folder, 'api.sock');
  const tcp = await listen(api.listener('tcp'));
  await listen(api.listener('socket'), socket);
  const { port } = tcp.address() as AddressInfo;
  let runners = 0;

  return {
    api,
    models,
    inference,
    runtimes,
    port,
    url: `http://127.0.0.1:${port}`,
    socket,
    stops,
    keys,
    stopping,
    ask: (path, ask = {}) => send({ host: '127.0.0.1', port, path }, ask),
    askSocket: (path, ask = {}) => send({ socketPath: socket, path }, ask),
    raw: (bytes) =>
      new Promise((resolve, reject) => {
        const connection = connect(port, '127.0.0.1', () => connection.write(bytes));
        let text = '';
        connection.setEncoding('utf8').on('data', (part: string) => (text += part));
        connection.once('close', () => resolve(text)).once('error', reject);
      }),
    async runner(listener) {
      runners += 1;
      inference.socket = join(folder, `runner-${runners}.sock`);
      return await listen(listener, inference.socket);
    },
    async [Symbol.asyncDispose]() {
      api.close();
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function send(to: { host?: string; port?: number; socketPath?: string; path: string }, ask: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = ask;
    const outgoing = httpRequest({ ...to, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
