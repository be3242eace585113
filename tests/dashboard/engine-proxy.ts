import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

/** Answers a request instead of the Engine; undefined leaves it to the Engine. */
export type StandIn = (url: URL, request: IncomingMessage) => unknown;

export interface EngineProxy extends AsyncDisposable {
  /** As `DOCKER_HOST` takes it. */
  readonly host: string;
  /** Until it is disposed, this answers first: a JSON value, a `Response`-like status, or undefined for the real Engine. */
  answer(standIn: StandIn): Disposable;
}

/** An Engine's refusal. */
export class EngineRefusal {
  readonly status: number;
  readonly message: string;
  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}

/** Stands before the real Engine, for what the real one cannot have here: Docker Hub, a thousand images, volumes of terabytes. */
export async function startEngineProxy(socketPath: string, enginePath = '/var/run/docker.sock'): Promise<EngineProxy> {
  const standIns: StandIn[] = [];
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    const { method, url, headers } = request;
    const onward = httpRequest({ socketPath: enginePath, method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      pipeline(answer, response, () => undefined);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    pipeline(request, onward, () => undefined);
  };
  const server = createServer((request, response) => {
    const url = new URL((request.url ?? '/').replace(/^\/v\d+\.\d+/, ''), 'http://engine');
    for (const standIn of standIns.toReversed()) {
      const answer = standIn(url, request);
      if (answer === undefined) continue;
      const isRefusal = answer instanceof EngineRefusal;
      response.writeHead(isRefusal ? answer.status : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isRefusal ? { message: answer.message } : answer));
      return;
    }
    pass(request, response);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    host: `unix://${socketPath}`,
    answer(standIn) {
      standIns.push(standIn);
      return {
        [Symbol.dispose]: () => {
          standIns.splice(standIns.indexOf(standIn), 1);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
